import { expect, test } from "@jest/globals";
import * as z from "zod";
import { validate } from "../../src/format/document.ts";
import { parseYaml } from "../../src/format/yaml.ts";

const path = "assay.yml";

function problems(text: string): readonly string[] {
  const result = parseYaml({ path, text });
  return result.ok ? [] : result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

function valueOf(text: string): unknown {
  const result = parseYaml({ path, text });
  return result.ok ? result.value.value : undefined;
}

test.each([
  ["a mapping", "a: 1\nb: [x, z]\n", { a: 1, b: ["x", "z"] }],
  ["quoted old booleans", "a: \"yes\"\nb: 'off'\n", { a: "yes", b: "off" }],
  ["the booleans of YAML 1.2", "a: true\nb: False\n", { a: true, b: false }],
  ["numbers with leading zeros as numbers", "a: 012\n", { a: 12 }],
  ["a version that looks like text", "version: v12\n", { version: "v12" }],
  ["an empty file", "", null],
  ["a block of text", "a: |\n  yes\n  no\n", { a: "yes\nno\n" }],
])("reads %s", (_what, text, value) => {
  expect(valueOf(text)).toEqual(value);
});

test.each([
  ["a key that stands twice", "name: x\nname: y\n", '2:1 The key "name" stands twice in the same mapping.'],
  [
    "a key that stands twice deeper down",
    "a:\n  b: 1\n  b: 2\n",
    '3:3 The key "b" stands twice in the same mapping.',
  ],
  ["an anchor", "a: &x 1\n", "1:7 Anchors and aliases are not read here; write the value out."],
  ["an explicit tag", "a: !!str 1\n", '1:10 The tag "tag:yaml.org,2002:str" is not read here.'],
  ["a tag of its own", "a: !env X\n", '1:9 The tag "!env" is not read here.'],
])("refuses %s, and says where", (_what, text, problem) => {
  expect(problems(text)).toContain(problem);
});

test.each(["yes", "no", "on", "off", "Yes", "NO", "y", "N", "On"])(
  "refuses %s without quotes, as value and as key",
  (word) => {
    expect(problems(`a: ${word}\n`)).toEqual([expect.stringContaining(`1:4 Unquoted "${word}"`)]);
    expect(problems(`${word}: a\n`)).toEqual([expect.stringContaining(`1:1 Unquoted "${word}"`)]);
  },
);

test("refuses aliases before they can be multiplied", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const [from, to] of ["ab", "bc", "cd", "de", "ef", "fg"].map((pair) => pair.split("")))
    bomb.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(", ")}]`);
  expect(problems(bomb.join("\n")).length).toBeGreaterThan(0);
  expect(valueOf(bomb.join("\n"))).toBeUndefined();
});

test.each([
  ["brackets", "a: ".concat("[".repeat(10_000), "]".repeat(10_000))],
  ["braces", "{a: ".repeat(10_000).concat("}".repeat(10_000))],
  ["dashes", "- ".repeat(10_000)],
  ["indentation", Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
])("refuses nesting without end by %s", (_what, text) => {
  expect(valueOf(text)).toBeUndefined();
  expect(problems(text)[0]).toContain("nested more than 32 levels");
});

test("refuses several documents in one file", () => {
  expect(problems("a: 1\n---\nb: 2\n")).toEqual(["2:1 The file holds several YAML documents; one is read."]);
});

test("refuses a key named __proto__, wherever it stands", () => {
  expect(problems("__proto__: { polluted: true }\n")).toEqual(['1:1 The key "__proto__" is not read here.']);
  expect(problems('a:\n  - { "__proto__": 1 }\n')).toEqual(['2:7 The key "__proto__" is not read here.']);
  expect({}).not.toHaveProperty("polluted");
});

const schema = z.strictObject({
  name: z.string(),
  channels: z.record(
    z.string(),
    z.strictObject({ auto: z.boolean().optional(), soak: z.string().optional() }),
  ),
  builds: z.array(z.strictObject({ component: z.string() })).default([]),
  version: z.union([z.literal("none"), z.string().regex(/^v\d+$/, "must be a version")]).optional(),
});

function complaints(text: string): readonly string[] {
  const document = parseYaml({ path, text });
  if (!document.ok) throw new Error("the YAML itself was to be fine");
  const result = validate(schema, document.value);
  return result.ok ? [] : result.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test.each([
  [
    "a misspelt key, with the one that was meant first",
    "name: x\nchanels: {}\n",
    ['2:1 unknown key "chanels". Did you mean "channels"?', '1:1 "channels" is missing.'],
  ],
  [
    "a misspelt key in a mapping of mappings",
    "name: x\nchannels:\n  dev: { sok: 1h }\n",
    ['3:10 unknown key "sok". Did you mean "soak"?'],
  ],
  [
    "a misspelt key in a list",
    "name: x\nchannels: {}\nbuilds:\n  - { component: a, componend: b }\n",
    ['4:21 unknown key "componend". Did you mean "component"?'],
  ],
  ["a key that resembles none", "name: x\nchannels: {}\nzzz: 1\n", ['3:1 unknown key "zzz".']],
  [
    "a wrong type",
    "name: 12\nchannels: []\n",
    [
      '1:7 "name" must be text (quote it if it looks like something else).',
      '2:11 "channels" must be a mapping.',
    ],
  ],
  [
    "a wrong type deeper down",
    "name: x\nchannels:\n  dev: { auto: 1 }\n",
    ['3:16 "channels.dev.auto" must be true or false.'],
  ],
  ["nothing at all", "", ["1:1 must be a mapping."]],
  ["a list", "- x\n", ["1:1 must be a mapping."]],
])("tells %s at its place", (_what, text, expected) => {
  expect(complaints(text)).toEqual(expected);
});
