import { expect, test } from "@jest/globals";
import { parseJson, readJson, writeJson } from "../../src/format/json.ts";

function problems(text: string): readonly string[] {
  const result = parseJson({ path: "v1.json", text });
  return result.ok
    ? []
    : result.problems.map(({ line, column, message }) =>
        [line, column, message].filter((part) => part !== undefined).join(":"),
      );
}

test("what is written is read back, byte for byte", () => {
  const value = { b: 1, a: [{ x: null }, "é\u2028"] };
  const read = parseJson({ path: "v1.json", text: writeJson(value) });
  expect(read.ok && read.value.value).toEqual(value);
  expect(writeJson(value)).toMatch(/^\{\n {2}"b": 1,[^]*\}\n$/);
});

test.each([
  [
    "a key that stands twice",
    '{ "id": 1,\n  "id": 2 }',
    '2:3:The key "id" stands twice in the same mapping.',
  ],
  [
    "one that stands twice deeper down",
    '{"a":[{"b":1,"b":2}]}',
    '1:14:The key "b" stands twice in the same mapping.',
  ],
  ["a text that ends too soon", '{\n "a": 1', "2:8:The file is not JSON."],
  ["a word before the JSON", 'done\n{"a": 1}', "The file is not JSON."],
  ["nothing", "", "1:1:The file is not JSON."],
  ["what only JavaScript reads", "{a: 1,}", "1:2:The file is not JSON."],
])("refuses %s", (_what, text, problem) => {
  expect(problems(text)).toEqual([problem]);
});

test("refuses nesting without end before parsing it", () => {
  const text = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect(parseJson({ path: "v1.json", text })).toMatchObject({
    ok: false,
    problems: [{ message: "The JSON is nested more than 64 levels deep." }],
  });
});

test("brackets inside texts do not count as nesting", () => {
  expect(problems(JSON.stringify({ a: `${"[".repeat(100)}\\"${"{".repeat(100)}` }))).toEqual([]);
});

test("a key named __proto__ changes no prototype", () => {
  const read = parseJson({ path: "v1.json", text: '{"__proto__": {"polluted": true}}' });
  expect(read.ok && read.value.value).not.toHaveProperty("polluted");
  expect({}).not.toHaveProperty("polluted");
});

test("a record that was accepted before is read without the search for duplicates", () => {
  const read = readJson({ path: "v1.json", text: '{"a": 1, "a": 2}' });
  expect(read.ok && read.value.value).toEqual({ a: 2 });
});
