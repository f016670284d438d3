const ZERO_WIDTH_SPACE = "\u200B";

/**
 * Text from outside as Markdown that shows it and does nothing else: no HTML, no links, no images, no table breaks,
 * no mentions that notify, no references, no control characters.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]{}()#!|~$]/g, "\\$&")
    .replaceAll("@", `@${ZERO_WIDTH_SPACE}`)
    .replaceAll(/\b(https?|ftp|javascript|data|www)(?=[:.])/gi, `$1${ZERO_WIDTH_SPACE}`)
    .replaceAll(/\b(GH-|[0-9a-f]{7,40}\b)/g, `${ZERO_WIDTH_SPACE}$1`);
}

/** Text from outside in a code span, whatever backticks it holds itself. */
export function codeSpan(text: string): string {
  const clean = text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
    .replaceAll("|", "\\|")
    .replaceAll("@", `@${ZERO_WIDTH_SPACE}`);
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${clean}\`` : `${fence} ${clean} ${fence}`;
}

/** A GitHub login or team as a person reads it, broken so that nobody is notified. */
export function renderHandle(name: string): string {
  return `@${ZERO_WIDTH_SPACE}${escapeMarkdown(name)}`;
}

/** A table of cells that are Markdown already. */
export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), `|${" --- |".repeat(header.length)}`, ...rows.map(line)].join("\n");
}
