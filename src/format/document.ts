import type { z } from "zod";
import type { Problem } from "./problem.ts";
import { MAX_PROBLEMS } from "./problem.ts";
import { didYouMean } from "./suggestion.ts";
import type { Parsed } from "./text.ts";

/** A place in a text; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The way from a document's root to one of its values. */
export type ValuePath = readonly (string | number)[];

/** A parsed text that can tell where in it a value stands. */
export interface Document {
  readonly path: string;
  readonly value: unknown;
  /** Where the value, or (where it is missing) the innermost value around it, begins. */
  placeOf(path: ValuePath): Place | undefined;
  /** Where the key of a mapping's entry begins. */
  placeOfKey(path: ValuePath): Place | undefined;
}

/** Holds a document against a schema; every violation, of at most `MAX_PROBLEMS`, becomes one problem at its place. */
export function validate<S extends z.ZodType>(schema: S, document: Document): Parsed<z.output<S>> {
  const result = schema.safeParse(document.value);
  if (result.success) return { ok: true, value: result.data };
  // A misspelt key also makes the right one missing; the misspelling is the news.
  const issues = result.error.issues.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_PROBLEMS);
  const problems = issues.flatMap((issue) => problemsOf(issue, { schema, document }));
  return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
}

function rank(issue: z.core.$ZodIssue): number {
  return issue.code === "unrecognized_keys" ? 0 : 1;
}

interface IssueContext {
  readonly schema: z.ZodType;
  readonly document: Document;
}

function problemsOf(issue: z.core.$ZodIssue, context: IssueContext): Problem[] {
  const { document } = context;
  const path = issue.path.filter((part) => typeof part !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(context.schema, path);
    return issue.keys.slice(0, MAX_PROBLEMS).map((key) => ({
      path: document.path,
      ...document.placeOfKey([...path, key]),
      message: `unknown key "${key}".${didYouMean(key, known)}`,
    }));
  }
  if (issue.code === "invalid_key") {
    const [why] = issue.issues;
    const message = `the key "${String(path.at(-1))}" ${why === undefined ? "is not one that may stand here." : messageOf(why)}`;
    return [{ path: document.path, ...document.placeOfKey(path), message }];
  }
  if (issue.code === "invalid_union") {
    const nearest = nearestBranch(issue.errors);
    if (nearest !== undefined) {
      return nearest.flatMap((inner) =>
        problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, context),
      );
    }
  }
  const where = path.length === 0 ? "" : `"${path.join(".")}" `;
  return [{ path: document.path, ...document.placeOf(path), message: `${where}${messageOf(issue)}` }];
}

/** Of a union's branches, the one whose complaint lies deepest: it is the one the author meant. */
function nearestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] | undefined {
  const depth = (issues: readonly z.core.$ZodIssue[]): number =>
    Math.max(...issues.map((issue) => issue.path.length));
  const [best, ...others] = branches.toSorted((a, b) => depth(b) - depth(a));
  return best === undefined || (others[0] !== undefined && depth(others[0]) === depth(best))
    ? undefined
    : best;
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.endsWith("received undefined")
        ? "is missing."
        : `must be ${nameOfType(issue.expected)}.`;
    case "invalid_value":
      return `must be ${issue.values.map((value) => `"${String(value)}"`).join(" or ")}.`;
    case "invalid_union":
      return issue.message === "Invalid input"
        ? "has a form that is not known here."
        : sentence(issue.message);
    case "too_small":
      return `must have at least ${issue.minimum}.`;
    case "too_big":
      return `must have at most ${issue.maximum}.`;
    default:
      return sentence(issue.message);
  }
}

function sentence(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

function nameOfType(expected: string): string {
  switch (expected) {
    case "object":
    case "record":
      return "a mapping";
    case "array":
      return "a list";
    case "string":
      return "text (quote it if it looks like something else)";
    case "boolean":
      return "true or false";
    case "int":
    case "number":
      return "a number";
    default:
      return expected;
  }
}

/** The keys that the schema knows at a path, for suggestions; empty where it cannot be told. */
function keysAt(schema: z.ZodType, path: ValuePath): string[] {
  let shape: unknown = schema;
  for (const part of path) shape = step(unwrap(shape), part);
  const target = unwrap(shape);
  return hasShape(target) ? Object.keys(target.shape) : [];
}

function step(schema: unknown, part: string | number): unknown {
  if (hasShape(schema)) return schema.shape[String(part)];
  if (isObject(schema) && "element" in schema) return schema.element;
  if (isObject(schema) && "valueType" in schema) return schema.valueType;
  return undefined;
}

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (
    isObject(inner) &&
    "unwrap" in inner &&
    typeof inner.unwrap === "function" &&
    !hasShape(inner) &&
    !("element" in inner)
  ) {
    inner = inner.unwrap();
  }
  return inner;
}

function hasShape(value: unknown): value is { readonly shape: Readonly<Record<string, unknown>> } {
  return isObject(value) && "shape" in value && isObject(value.shape);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
