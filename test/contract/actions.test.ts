import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import * as z from "zod";
import * as check from "../../src/action/check/inputs.ts";
import type { InputTable } from "../../src/action/inputs.ts";
import * as promote from "../../src/action/promote/inputs.ts";
import * as publish from "../../src/action/publish/inputs.ts";
import * as resolve from "../../src/action/resolve/inputs.ts";

const TOP = join(import.meta.dirname, "..", "..");
const run = promisify(execFile);

const description = z.string().min(1);
const actionFile = z.strictObject({
  name: z.string().startsWith("Assay: "),
  description,
  author: z.string(),
  branding: z.object({ icon: z.string(), color: z.string() }),
  inputs: z.record(
    z.string(),
    z.strictObject({ description, required: z.boolean(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description })),
  runs: z.strictObject({ using: z.literal("node24"), main: z.string() }),
});

interface Verb {
  readonly inputs: InputTable;
  readonly outputs: readonly string[];
}

const VERBS: Readonly<Record<string, Verb>> = { check, promote, publish, resolve };

async function readAction(verb: string): Promise<z.output<typeof actionFile>> {
  return actionFile.parse(parse(await readFile(join(TOP, "action", verb, "action.yml"), "utf8")));
}

describe.each(Object.entries(VERBS))("%s", (verb, table) => {
  test("runs its bundle on Node 24", async () => {
    expect((await readAction(verb)).runs.main).toBe(`../dist/${verb}.js`);
  });

  test("declares exactly the inputs that it reads and the outputs that it sets", async () => {
    const { inputs, outputs } = await readAction(verb);
    expect(Object.keys(inputs)).toEqual(Object.keys(table.inputs));
    expect(Object.keys(outputs)).toEqual(table.outputs);
  });

  test("takes an input that is not given for its declared default", async () => {
    const { inputs } = await readAction(verb);
    for (const [name, { required, default: declared }] of Object.entries(inputs)) {
      const parseInput = table.inputs[name];
      // The runner fills an expression in; without a runner there is nothing to fill it with.
      if (declared?.includes("${{") === true) continue;
      expect({ name, ok: parseInput?.("").ok }).toEqual({ name, ok: !required });
      expect({ name, absent: required }).toEqual({ name, absent: declared === undefined });
      if (declared !== undefined) expect(parseInput?.("")).toEqual(parseInput?.(declared));
    }
  });

  test("is documented input by input and output by output", async () => {
    const { inputs, outputs } = await readAction(verb);
    const docs = await readFile(join(TOP, "docs", "actions.md"), "utf8");
    const section = docs.split(/^## /m).find((part) => part.startsWith(`\`${verb}\``)) ?? "";
    const rows = section
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    const code = (text: string): string => (text === "" ? "" : `\`${text}\``);
    expect(rows).toEqual([
      ...Object.entries(inputs).map(([name, input]) => [
        code(name),
        input.required ? "**required**" : code(input.default ?? ""),
        input.description,
      ]),
      ...Object.entries(outputs).map(([name, output]) => [code(name), output.description]),
    ]);
  });
});

test("the committed bundles are what the sources make, byte for byte", async () => {
  const out = await mkdtemp(join(tmpdir(), "assay-bundle-"));
  try {
    await run(process.execPath, ["scripts/bundle.ts", "--only", "action", "--out", out], { cwd: TOP });
    const [built, committed] = [join(out, "action/dist"), join(TOP, "action/dist")];
    const names = (await readdir(built)).toSorted();
    expect((await readdir(committed)).toSorted()).toEqual(names);
    for (const name of names) {
      const [fresh, kept] = await Promise.all(
        [built, committed].map((folder) => readFile(join(folder, name), "utf8")),
      );
      expect({ name, current: fresh === kept }).toEqual({ name, current: true });
      expect(fresh).not.toContain(TOP);
    }
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
