import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";
import { z } from "zod";
import type { Observation } from "../../sandbox/sandbox.ts";

const mediaSchema = z.record(z.string(), z.object({ schema: z.unknown().optional() }));
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        responses: z.record(
          z.string(),
          z.object({ $ref: z.string().optional(), content: mediaSchema.optional() }),
        ),
      }),
    ),
  ),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    responses: z.record(z.string(), z.object({ content: mediaSchema.optional() })),
  }),
});

// The description's own copy of this schema wants an account to be a user and an enterprise at once.
const CORRECTED: ReadonlyMap<string, unknown> = new Map([
  ["GET /app/installations 200", { type: "array", items: { $ref: "#/components/schemas/installation" } }],
]);

type Document = z.infer<typeof documentSchema>;

/** OpenAPI 3.0 says `nullable` where JSON Schema has a null type; and its examples are no concern here. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(
      ([key]) =>
        !["example", "examples", "default", "nullable", "discriminator", "xml", "externalDocs"].includes(key),
    )
    // Of two error shapes without required fields every answer matches both, so exactly one cannot be asked for.
    .map(([key, inner]) => [key === "oneOf" ? "anyOf" : key, key === "enum" ? inner : toJsonSchema(inner)]);
  const schema: unknown = Object.fromEntries(entries);
  return "nullable" in value && value.nullable === true ? { anyOf: [{ type: "null" }, schema] } : schema;
}

function readDocument(): Document {
  const path = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
  return documentSchema.parse(JSON.parse(readFileSync(path, "utf8")));
}

/** Checks answers against GitHub's OpenAPI description (npm @octokit/openapi); parse once per test file. */
export class OpenApi {
  #problems: string[] = [];
  #checked = 0;
  readonly #document = readDocument();
  readonly #ajv = new Ajv({ strict: false, validateFormats: true, inlineRefs: false });
  readonly #compiled = new Map<string, ValidateFunction | undefined>();

  constructor() {
    formats.default(this.#ajv);
    const { schemas } = this.#document.components;
    for (const [name, schema] of Object.entries(schemas)) {
      this.#ajv.addSchema({ $id: `github:/components/schemas/${name}`, ...Object(this.#localize(schema)) });
    }
  }

  /** How many answers have been checked. */
  get checked(): number {
    return this.#checked;
  }

  /** What was wrong with the answers since this was last asked. */
  takeProblems(): string[] {
    const problems = this.#problems;
    this.#problems = [];
    return problems;
  }

  /** Checks one answer; what is wrong with it is kept for `takeProblems`. */
  readonly observe = (answer: Observation): void => {
    if (answer.status >= 500)
      this.#problems.push(`${answer.method} ${answer.path} answered ${answer.status}`);
    if (answer.route === "" || answer.route.includes("_sandbox")) return;
    const key = `${answer.route} ${answer.status}`;
    if (!this.#compiled.has(key)) this.#compiled.set(key, this.#compile(answer));
    const validate = this.#compiled.get(key);
    if (!validate) return;
    this.#checked++;
    if (validate(answer.body)) return;
    const errors = (validate.errors ?? [])
      .slice(0, 5)
      .map((error) => `${error.instancePath} ${error.message}`);
    this.#problems.push(`${key}: ${errors.join("; ")}`);
  };

  #localize(schema: unknown): unknown {
    const text = JSON.stringify(toJsonSchema(schema));
    return JSON.parse(text.replaceAll("#/components/schemas/", "github:/components/schemas/"));
  }

  #compile({ route, status }: Observation): ValidateFunction | undefined {
    const [method = "", path = ""] = route.split(" ");
    const operation = this.#document.paths[path]?.[method.toLowerCase()];
    if (!operation) {
      this.#problems.push(`${route} is not in GitHub's description`);
      return undefined;
    }
    const listed = operation.responses[String(status)];
    const name = listed?.$ref?.split("/").at(-1);
    const response = name === undefined ? listed : this.#document.components.responses[name];
    // Errors that the description leaves out for a route still have GitHub's common shape.
    const fallback = status >= 400 ? { $ref: "#/components/schemas/basic-error" } : undefined;
    if (!response && !fallback)
      this.#problems.push(`${route} has no answer ${status} in GitHub's description`);
    const media = Object.values(response?.content ?? {}).flatMap((one) => (one.schema ? [one.schema] : []));
    const corrected = CORRECTED.get(`${route} ${status}`);
    if (corrected !== undefined) return this.#ajv.compile(Object(this.#localize(corrected)));
    const schema = media.length > 0 ? { anyOf: media } : fallback;
    if (schema === undefined) return undefined;
    return this.#ajv.compile(Object(this.#localize(schema)));
  }
}
