import { expect, test } from "@jest/globals";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse as parseText } from "yaml";
import type { Family, Member, VersionKey } from "../../src/lineage/family.ts";
import { keyOf, standingOf } from "../../src/lineage/family.ts";
import { checkTightening } from "../../src/registry/ladder.ts";
import { renderJsonSchemas } from "../../src/registry/json-schemas.ts";
import {
  parseBucket,
  parseChannel,
  parseConsumer,
  parseFreeze,
  parseRevocation,
  parseSettings,
  parseVersion,
  parseWaiver,
} from "../../src/registry/parse.ts";
import { classifyPath, revocationPath } from "../../src/registry/paths.ts";
import { parsePackerManifest } from "../../src/registry/publish/packer-manifest.ts";
import { renderRecord } from "../../src/registry/publish/plan.ts";

const folder = fileURLToPath(new URL("../../examples/registry/", import.meta.url));
const paths = (await readdir(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
  .toSorted();

const PARSERS = {
  settings: { parse: parseSettings, schema: "assay" },
  bucket: { parse: parseBucket, schema: "bucket" },
  channel: { parse: parseChannel, schema: "channel" },
  version: { parse: parseVersion, schema: "version" },
  revocation: { parse: parseRevocation, schema: "revocation" },
  waiver: { parse: parseWaiver, schema: "waiver" },
  freeze: { parse: parseFreeze, schema: "freeze" },
  consumer: { parse: parseConsumer, schema: "consumer" },
} as const;

test.each(paths)("examples/registry/%s stands where a registry has such a file", (path) => {
  expect(["misplaced", "foreign"]).not.toContain(classifyPath(path).kind);
});

const parsed = paths.flatMap((path) => {
  const is = classifyPath(path);
  return is.kind === "guard" || is.kind === "foreign" || is.kind === "misplaced"
    ? []
    : [{ path, ...PARSERS[is.kind] }];
});

test.each(parsed)(
  "the parser and the JSON Schema accept examples/registry/$path",
  async ({ path, parse, schema }) => {
    const file = await read(path);
    expect(parse(file)).toEqual(expect.objectContaining({ ok: true }));
    const validate = new Ajv2020().compile(
      JSON.parse(renderJsonSchemas().get(`${schema}.schema.json`) ?? ""),
    );
    expect(validate(parseText(Buffer.from(file.bytes).toString()))).toBe(true);
  },
);

async function read(path: string): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  return { path, bytes: await readFile(join(folder, path)) };
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (result.ok) return result.value;
  throw new Error("a file of the example cannot be read");
}

test("the example has every kind of file", () => {
  const kinds = new Set(paths.map((path) => classifyPath(path).kind));
  expect([...kinds].toSorted()).toEqual([...Object.keys(PARSERS), "guard"].toSorted());
});

test("the example's records are written as publish writes them", async () => {
  for (const path of paths.filter((one) => classifyPath(one).kind === "version")) {
    const file = await read(path);
    expect(renderRecord(valueOf(parseVersion(file)))).toBe(Buffer.from(file.bytes).toString());
  }
});

test("the example's buckets only tighten its settings", async () => {
  const settings = valueOf(parseSettings(await read("assay.yml")));
  const bucket = valueOf(parseBucket(await read("buckets/ubuntu-base/bucket.yml")));
  expect(checkTightening(settings, "ubuntu-base", bucket)).toEqual([]);
});

test("the example's revocation reaches the image that was built from the revoked one", async () => {
  const records = await Promise.all(
    paths
      .filter((path) => classifyPath(path).kind === "version")
      .map(async (path) => valueOf(parseVersion(await read(path)))),
  );
  const family: Family = new Map<VersionKey, Member>(
    await Promise.all(
      records.map(async (record): Promise<[VersionKey, Member]> => {
        const path = revocationPath(record.bucket, record.version);
        const revocation = paths.includes(path) ? valueOf(parseRevocation(await read(path))) : undefined;
        return [keyOf(record), { record, revocation }];
      }),
    ),
  );
  const now = new Date("2026-11-23T12:00:00Z");
  const revoked = [...family.keys()].filter(
    (key) => standingOf(key, family, { lifetime: undefined, now }).kind === "revoked",
  );
  expect(revoked.toSorted()).toEqual(["debian-base:v2", "ubuntu-base:v2"]);
});

test("the example's Packer manifest gives the builds of its last run", async () => {
  const path = "packer-manifest.json";
  const text = await readFile(join(folder, "..", path), "utf8");
  const builds = valueOf(parsePackerManifest({ path, text }));
  expect(builds.map(({ component, artifacts }) => [component, artifacts.length])).toEqual([
    ["amazon-ebs.ubuntu", 2],
    ["azure-arm.ubuntu", 1],
  ]);
});
