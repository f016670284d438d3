import { expect, test } from "@jest/globals";
import { readFile, readdir } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { renderJsonSchemas } from "../../src/registry/json-schemas.ts";

const folder = new URL("../../schema/", import.meta.url);
const schemas = renderJsonSchemas();

test("there is one schema for every kind of file and no other", async () => {
  expect(await readdir(folder)).toEqual([...schemas.keys()].toSorted());
  expect(schemas.size).toBe(8);
});

test.each([...schemas])("schema/%s is current: npm run schema", async (name, text) => {
  expect(await readFile(new URL(name, folder), "utf8")).toBe(text);
});

function accepts(name: string, yaml: string): boolean {
  const schema: object = JSON.parse(schemas.get(`${name}.schema.json`) ?? "");
  return new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)(parse(yaml));
}

test.each([
  ["assay", "{ apiVersion: assay/v1, name: x, channels: { dev: {} } }"],
  ["assay", "{ apiVersion: assay/v1, name: x, channels: { dev: { soak: 72h, after: x } } }"],
  ["channel", "version: v12"],
  ["channel", "version: none"],
  ["channel", "{ version: v1, hold: { reason: audit, until: 2026-12-01T00:00:00Z } }"],
  ["revocation", '{ reason: x, cves: [CVE-2026-1234], except: ["web:v31"] }'],
  ["bucket", "{ apiVersion: assay/v1, lifetime: 180d }"],
])("an editor accepts %s with %s", (name, yaml) => {
  expect(accepts(name, yaml)).toBe(true);
});

test.each([
  ["assay", "{ apiVersion: assay/v1, name: x, chanels: {} }"],
  ["assay", "{ apiVersion: assay/v1, name: x, channels: { latest: {} } }"],
  ["assay", "{ apiVersion: assay/v1, name: x, channels: { Dev: {} } }"],
  ["assay", '{ apiVersion: assay/v1, name: "a\\nb", channels: { dev: {} } }'],
  ["channel", "version: v0"],
  ["channel", "version: 12"],
  ["channel", "version: v01"],
  ["channel", "{ version: v1, hold: { reason: audit, until: 2026-12-01 } }"],
  ["revocation", '{ reason: x, except: ["web@stable"] }'],
  ["revocation", "{ reason: x, effective: tomorrow }"],
  ["bucket", "{ apiVersion: assay/v1, lifetime: 180 days }"],
])("an editor refuses %s with %s", (name, yaml) => {
  expect(accepts(name, yaml)).toBe(false);
});
