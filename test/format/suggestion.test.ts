import { expect, test } from "@jest/globals";
import { AssayError, invalid } from "../../src/format/error.ts";
import { renderProblem } from "../../src/format/problem.ts";
import { didYouMean } from "../../src/format/suggestion.ts";

test.each([
  ["chanels", ["channels", "name"], ' Did you mean "channels"?'],
  ["stabel", ["dev", "stable"], ' Did you mean "stable"?'],
  ["foo", ["dev", "stable"], ""],
  ["x", [], ""],
])("%s among %j suggests %j", (word, candidates, text) => {
  expect(didYouMean(word, candidates)).toBe(text);
});

test.each([
  [{ path: "a.yml", line: 7, column: 3, message: "No." }, "a.yml:7:3  No."],
  [{ path: "a.yml", message: "No.", hint: "Do." }, "a.yml  No. Do."],
  [{ message: "No." }, "No."],
])("a problem reads %j → %s", (problem, text) => {
  expect(renderProblem(problem)).toBe(text);
});

test("an error carries the problems of its input, and speaks of the first", () => {
  const error = invalid([{ message: "First." }, { message: "Second." }]);
  expect(error).toMatchObject({ code: "invalid", message: "First." });
  expect(error.problems).toHaveLength(2);
  expect(new AssayError("usage", "No.", { hint: "Do." }).problems).toEqual([{ message: "No.", hint: "Do." }]);
});
