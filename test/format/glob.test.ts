import { expect, test } from "@jest/globals";
import { matchesGlob } from "../../src/format/glob.ts";

test.each([
  ["acme/image-ubuntu", "acme/image-ubuntu"],
  ["acme/image-*", "acme/image-ubuntu"],
  ["acme/*", "acme/.hidden"],
  ["**", "a/b/c"],
  [".github/workflows/*.yml", ".github/workflows/build.yml"],
  ["refs/heads/**", "refs/heads/release/1"],
  ["v?", "v1"],
])("%s matches %s", (pattern, text) => expect(matchesGlob(pattern, text)).toBe(true));

test.each([
  ["acme/*", "acme/a/b"],
  ["acme/image-ubuntu", "acme/image-ubuntu2"],
  ["acme/image-ubuntu", "evil/acme/image-ubuntu"],
  ["{a,b}", "a"],
  ["[ab]", "a"],
  ["!a", "b"],
  ["!(a)", "b"],
  ["+(a)", "aaa"],
  ["a|b", "a"],
  ["*", "a/b"],
  ["v?", "v12"],
])("%s does not match %s", (pattern, text) => expect(matchesGlob(pattern, text)).toBe(false));

test("signs that other globs give a meaning stand for themselves", () => {
  for (const text of ["{a,b}", "[ab]", "!a", "+(a)", "a|b", "a$", "a^b", "a\\b"])
    expect(matchesGlob(text, text)).toBe(true);
});

test.each([
  ["acme/**/x", "acme/x", true],
  ["acme/**/x", "acme/a/b/x", true],
  ["acme/**/x", "acme/ax", false],
  ["**/x", "x", true],
  ["a**", "a/b", true],
  ["", "", true],
  ["", "a", false],
])("%s and %s: %s", (pattern, text, expected) => expect(matchesGlob(pattern, text)).toBe(expected));

test("a pattern made to be costly is not", () => {
  expect(matchesGlob("*a".repeat(100), `${"a".repeat(1_000)}b`)).toBe(false);
  expect(matchesGlob(`${"**/".repeat(60)}x`, `${"a/".repeat(300)}b`)).toBe(false);
  expect(matchesGlob(`${"?*".repeat(100)}z`, "a".repeat(1_000))).toBe(false);
});
