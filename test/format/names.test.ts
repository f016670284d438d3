import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { VersionName } from "../../src/format/names.ts";
import {
  compareText,
  compareVersions,
  isChannelName,
  isFingerprint,
  isName,
  isVersionName,
  versionName,
  versionNumber,
} from "../../src/format/names.ts";
import {
  parseChannelReference,
  parseParentToken,
  parseVersionReference,
  renderParentToken,
} from "../../src/format/reference.ts";

const HOSTILE = [
  "",
  " ",
  "..",
  "../etc",
  "a/b",
  "a\\b",
  "a b",
  "a\n",
  "a\u0000",
  "-a",
  "a-",
  "A",
  "a_b",
  "a.b",
  "\u0430bc", // Cyrillic
  "ａbc", // full width
  "e\u0301",
  "a\u202Eb",
  "a@b",
  "a:b",
  "a".repeat(37),
];

test.each(["a", "0", "ubuntu-base", "a--b", "a".repeat(36), "constructor"])("%j names a bucket", (text) => {
  expect(isName(text)).toBe(true);
});

test.each(HOSTILE)("%j names no bucket, no channel and no version", (text) => {
  expect([isName(text), isChannelName(text), isVersionName(text)]).toEqual([false, false, false]);
});

test("latest names no channel that has a file", () => {
  expect(isName("latest")).toBe(true);
  expect(isChannelName("latest")).toBe(false);
});

test.each(["v1", "v12", "v999999999"])("%s is a version", (text) => expect(isVersionName(text)).toBe(true));
test.each(["v0", "v01", "v1000000000", "V1", "1", "v", "v1.0", "v-1", "v1 ", "v１"])(
  "%j is no version",
  (text) => expect(isVersionName(text)).toBe(false),
);

test.each(["a", "gha-1234567890", "01J9Z", "A.b_c-d", "a".repeat(40)])("%s is a fingerprint", (text) =>
  expect(isFingerprint(text)).toBe(true),
);
test.each([
  "",
  "a..b",
  "x.lock",
  ".a",
  "a.",
  "-a",
  "a/b",
  "a b",
  "a~1",
  "a^",
  "a:b",
  "a\n",
  "é",
  "a".repeat(41),
])("%j is no fingerprint", (text) => expect(isFingerprint(text)).toBe(false));

test("versions are ordered by number, text by code point", () => {
  const versions: VersionName[] = ["v10", "v9", "v100", "v1"];
  expect(versions.toSorted(compareVersions)).toEqual(["v1", "v9", "v10", "v100"]);
  expect(["b", "a", "B", "é"].toSorted(compareText)).toEqual(["B", "a", "b", "é"]);
});

test("a version's number and name are two forms of one thing", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999 }), (number) => {
      expect(versionNumber(versionName(number))).toBe(number);
      expect(isVersionName(versionName(number))).toBe(true);
    }),
  );
});

describe("references", () => {
  test.each([
    ["ubuntu-base@stable", { bucket: "ubuntu-base", channel: "stable" }],
    ["web@latest", { bucket: "web", channel: "latest" }],
  ])("%s names a channel", (text, reference) => {
    expect(parseChannelReference(text)).toEqual(reference);
    expect(parseVersionReference(text)).toBeUndefined();
  });

  test("web:v31 names a version", () => {
    expect(parseVersionReference("web:v31")).toEqual({ bucket: "web", version: "v31" });
    expect(parseChannelReference("web:v31")).toBeUndefined();
  });

  test.each([
    "web",
    "web@",
    "@stable",
    "web@a@b",
    "web:v1:v2",
    "web:1",
    "web:v1@",
    "web:v1@a@b",
    "../x:v1",
    "web:v1@A",
  ])("%j names neither", (text) => {
    expect([parseChannelReference(text), parseVersionReference(text), parseParentToken(text)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each(["debian-base:v7", "debian-base:v7@stable"])("the parent token %s survives a round", (text) => {
    const token = parseParentToken(text);
    expect(token && renderParentToken(token)).toBe(text);
  });
});
