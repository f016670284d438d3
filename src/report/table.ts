import type { Terminal, Tone } from "./terminal.ts";

/** A cell: its text, and what it means. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/** A table of text; rows may be shorter than the header. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The columns, from 0, that may be cut with an ellipsis where the terminal is too narrow; an id never is. */
  readonly flexible?: readonly number[];
}

const GAP = "  ";
const NARROWEST = 8;
// East Asian wide and emoji blocks, which terminals show in two columns.
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Renders a table with aligned columns and a faint header; no line ends in blanks. */
export function renderTable({ header, rows, flexible = [] }: Table, terminal: Terminal): string {
  const lines = [header.map((text): Cell => ({ text, tone: "faint" })), ...rows];
  const widths = fit(
    header.map((_, column) => Math.max(...lines.map((line) => widthOf(textOf(line[column] ?? ""))))),
    flexible,
    terminal.columns,
  );
  return lines.map((line) => renderLine(line, widths, terminal)).join("\n");
}

/** How many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : NO_WIDTH.test(character) ? 0 : 1;
  return width;
}

function renderLine(line: readonly Cell[], widths: readonly number[], { paint }: Terminal): string {
  const last = line.findLastIndex((cell) => textOf(cell) !== "");
  return line
    .slice(0, last + 1)
    .map((cell, column) => {
      const text = cut(textOf(cell), widths[column] ?? 0);
      const padding = column === last ? "" : " ".repeat((widths[column] ?? 0) - widthOf(text));
      return `${typeof cell === "string" ? text : paint(cell.tone, text)}${padding}`;
    })
    .join(GAP);
}

/** Takes what does not fit from the widest of the flexible columns, a character at a time. */
function fit(
  widths: readonly number[],
  flexible: readonly number[],
  columns: number | undefined,
): readonly number[] {
  if (columns === undefined) return widths;
  const fitted = [...widths];
  const total = (): number => fitted.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  for (let excess = total() - columns; excess > 0; excess -= 1) {
    const widest = flexible.toSorted((a, b) => (fitted[b] ?? 0) - (fitted[a] ?? 0))[0];
    const width = widest === undefined ? undefined : fitted[widest];
    if (widest === undefined || width === undefined || width <= NARROWEST) break;
    fitted[widest] = width - 1;
  }
  return fitted;
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  for (const character of text) {
    if (widthOf(kept) + widthOf(character) > width - 1) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}
