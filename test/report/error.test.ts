import { expect, test } from "@jest/globals";
import { AssayError, invalid } from "../../src/format/error.ts";
import { renderErrorJson, renderErrorText } from "../../src/report/error.ts";
import { PLAIN_TERMINAL } from "../../src/report/terminal.ts";

test("every problem of an input has its line", () => {
  const error = invalid([
    {
      path: "assay.yml",
      line: 7,
      column: 3,
      message: 'unknown key "chanels".',
      hint: 'Did you mean "channels"?',
    },
    { path: "buckets/web/bucket.yml", message: "The file is not UTF-8." },
    { message: "Nothing has a place." },
  ]);
  expect(renderErrorText(error, PLAIN_TERMINAL)).toBe(
    `assay.yml:7:3  unknown key "chanels". Did you mean "channels"?
buckets/web/bucket.yml  The file is not UTF-8.
error: Nothing has a place.`,
  );
  expect(renderErrorJson(error)).toMatchObject({
    schema: 1,
    error: { code: "invalid", path: "assay.yml", line: 7, column: 3, hint: 'Did you mean "channels"?' },
    problems: [{}, { path: "buckets/web/bucket.yml", line: null, column: null, hint: null }, { path: null }],
  });
});

test("causes follow, the nearest first; a circle of them ends", () => {
  const root = new Error("socket hang up");
  const middle = new Error("request failed", { cause: root });
  root.cause = middle;
  const text = renderErrorText(
    new AssayError("unavailable", "GitHub did not answer.", { cause: middle }),
    PLAIN_TERMINAL,
  );
  expect(text.split("\n").slice(0, 3)).toEqual([
    "error: GitHub did not answer.",
    "  because: request failed",
    "  because: socket hang up",
  ]);
  expect(text.split("\n").length).toBeLessThan(12);
});

test("what nobody foresaw says that it is a bug", () => {
  expect(renderErrorText(new TypeError("x is undefined"), PLAIN_TERMINAL)).toContain(
    "error: This is a bug in Assay: TypeError: x is undefined",
  );
  expect(renderErrorJson("thrown text")).toMatchObject({ error: { code: "bug", path: null } });
});

test("a message cannot paint the terminal", () => {
  const error = new AssayError("not-found", 'No "\u001b]0;x\u0007\u202e".', { path: "a\u001b[2Jb" });
  const text = renderErrorText(error, PLAIN_TERMINAL);
  for (const character of ["\u001b", "\u0007", "\u202e"]) expect(text).not.toContain(character);
});
