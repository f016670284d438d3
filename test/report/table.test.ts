import { describe, expect, test } from "@jest/globals";
import { renderTable, widthOf } from "../../src/report/table.ts";
import { PLAIN_TERMINAL, clean, cleanLines } from "../../src/report/terminal.ts";

const painted = { paint: (tone: string, text: string) => `<${tone}>${text}</>`, columns: undefined };

describe("a table", () => {
  test("has aligned columns and no blanks at the ends of lines", () => {
    const table = renderTable(
      {
        header: ["bucket", "dev", "age"],
        rows: [
          ["web", "v1"],
          ["ubuntu-base", "v12", "3 d"],
          ["x", "", ""],
        ],
      },
      PLAIN_TERMINAL,
    );
    expect(table.split("\n")).toEqual([
      "bucket       dev  age",
      "web          v1",
      "ubuntu-base  v12  3 d",
      "x",
    ]);
  });

  test("is aligned by what is seen, whatever it is painted with or written in", () => {
    const rows = [
      [{ text: "日本", tone: "bad" as const }, "x"],
      ["e\u0301", "y"],
    ];
    expect(renderTable({ header: ["a", "b"], rows }, painted).split("\n")).toEqual([
      "<faint>a</>     <faint>b</>",
      "<bad>日本</>  x",
      "e\u0301     y",
    ]);
  });

  test("gives way in its flexible columns only, and never to nothing", () => {
    const row = ["ami-0123456789abcdef0", "a very long reason indeed", "short"];
    const at = (columns: number): string =>
      renderTable(
        { header: ["id", "reason", "s"], rows: [row], flexible: [1] },
        { ...PLAIN_TERMINAL, columns },
      );
    expect(at(80)).toContain("a very long reason indeed");
    expect(at(45).split("\n")[1]).toBe("ami-0123456789abcdef0  a very long re…  short");
    expect(at(10).split("\n")[1]).toBe("ami-0123456789abcdef0  a very…   short");
  });

  test.each([
    ["abc", 3],
    ["日本", 4],
    ["e\u0301", 1],
    ["✔ ✖ ◷", 5],
    ["a\u200bb", 2],
  ])("%j takes %d columns", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });
});

describe("text from outside", () => {
  test.each([
    ["\u001b[31mred\u001b[0m", "[31mred [0m"],
    ["a\rb\nc\td", "a b c d"],
    ["a\u202Eb\u2066c\u200Fd", "a b c d"],
    ["a\u2028b\u2029c", "a b c"],
    ["\u009b31m", "31m"],
    ["\u{E0001}x", "x"],
    ["ordinary — ünïcode ✔", "ordinary — ünïcode ✔"],
  ])("%j is shown as %j", (text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  test("a list keeps its lines and their indentation", () => {
    expect(cleanLines("It has:\n  aws \u001b[31m ami-1\n  gce\r x")).toBe(
      "It has:\n  aws  [31m ami-1\n  gce  x",
    );
  });
});
