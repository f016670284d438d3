import { expect, test } from "@jest/globals";
import { classifyPath, isGuard } from "../../src/registry/paths.ts";

test.each([
  ["assay.yml", { kind: "settings" }],
  ["buckets/web/bucket.yml", { kind: "bucket", bucket: "web" }],
  ["buckets/web/channels/stable.yml", { kind: "channel", bucket: "web", channel: "stable" }],
  ["buckets/web/versions/v12.json", { kind: "version", bucket: "web", version: "v12" }],
  ["buckets/web/revocations/v12.yml", { kind: "revocation", bucket: "web", version: "v12" }],
  ["waivers/openssl-2026.yml", { kind: "waiver", name: "openssl-2026" }],
  ["freezes/year-end.yml", { kind: "freeze", name: "year-end" }],
  ["consumers/acme.web.json", { kind: "consumer", name: "acme.web" }],
  [".github/workflows/x.yml", { kind: "guard" }],
  ["CODEOWNERS", { kind: "guard" }],
  ["docs/CODEOWNERS", { kind: "guard" }],
  [".gitattributes", { kind: "guard" }],
  ["README.md", { kind: "foreign" }],
  ["templates/buckets/web/bucket.yml", { kind: "foreign" }],
  ["docs/assay.yml", { kind: "foreign" }],
])("%s is %j", (path, kind) => {
  expect(classifyPath(path)).toEqual(kind);
});

test.each([
  "Assay.yml",
  "ASSAY.YML",
  "Buckets/web/bucket.yml",
  "ｂuckets/web/bucket.yml",
  "buckets",
  "buckets/web",
  "buckets/Web/bucket.yml",
  "buckets/../assay.yml",
  "buckets/wéb/bucket.yml",
  "buckets/web/Bucket.yml",
  "buckets/web/bucket.yaml",
  "buckets/web/notes.md",
  "buckets/web/channels/latest.yml",
  "buckets/web/channels/Stable.yml",
  "buckets/web/channels/stable.yaml",
  "buckets/web/channels/a/b.yml",
  "buckets/web/versions/v0.json",
  "buckets/web/versions/v01.json",
  "buckets/web/versions/latest.json",
  "buckets/web/versions/v1.yml",
  "buckets/web/versions/v1.json/x",
  "buckets/web/revocations/v1.json",
  "buckets/web/other/v1.json",
  "waivers/a/b.yml",
  "waivers/.hidden.yml",
  "waivers/x.json",
  "consumers/x.yml",
  "Waivers/x.yml",
])("%s stands where only registry files may stand, and is none", (path) => {
  expect(classifyPath(path)).toEqual({ kind: "misplaced", reason: expect.any(String) });
});

test.each([".GitHub/workflows/x.yml", ".github", "codeowners", "Docs/CodeOwners", ".gitmodules"])(
  "%s guards who may do what, however it is spelt",
  (path) => expect(isGuard(path)).toBe(true),
);
