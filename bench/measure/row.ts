import type { Comparison } from "./comparison.ts";

/** One figure of the table. A count has one number for each registry, and they have to be equal. Counts are the same on every machine, so a count over its limit fails the run; times do not. */
export type Row =
  | {
      readonly kind: "count";
      readonly measure: string;
      readonly counts: readonly number[];
      readonly limit: number;
      readonly note: string;
    }
  | {
      readonly kind: "time";
      readonly measure: string;
      readonly comparison: Comparison;
      readonly floor: string;
      readonly limit: number;
      readonly note: string;
    }
  /** Told, not judged. */
  | { readonly kind: "figure"; readonly measure: string; readonly figure: string; readonly note: string };

/** Whether a row holds its limit; undefined for one that has none. */
export function isWithin(row: Row): boolean | undefined {
  switch (row.kind) {
    case "count":
      return row.counts.every((count) => count <= row.limit && count === row.counts[0]);
    case "time":
      return row.comparison.ratio <= row.limit;
    case "figure":
      return undefined;
  }
}

/** Whether a row makes the run fail. */
export function isFatal(row: Row): boolean {
  return row.kind === "count" && isWithin(row) === false;
}

const HEAD = ["measure", "value", "floor", "ratio", "limit", "", "note"];

/** The rows as one table of aligned columns. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const rule = widths.map((width) => "-".repeat(width));
  const [head = [], ...body] = lines;
  return [head, rule, ...body].map((line) => renderLine(line, widths)).join("\n");
}

function renderLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join("  ")
    .trimEnd();
}

function cellsOf(row: Row): string[] {
  const within = isWithin(row);
  const mark = within === undefined ? "" : within ? "ok" : "over";
  switch (row.kind) {
    case "count":
      return [row.measure, row.counts.join(" "), "", "", String(row.limit), mark, row.note];
    case "time": {
      const { subjectMs, floorMs, ratio, least, most } = row.comparison;
      const spread = `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
      const floor = `${Math.round(floorMs)} ms ${row.floor}`;
      return [
        row.measure,
        `${Math.round(subjectMs)} ms`,
        floor,
        spread,
        row.limit.toFixed(1),
        mark,
        row.note,
      ];
    }
    case "figure":
      return [row.measure, row.figure, "", "", "", mark, row.note];
  }
}
