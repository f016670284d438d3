/** What a piece of text means to its reader; how that looks is the terminal's affair. */
export type Tone = "good" | "bad" | "waiting" | "warning" | "strong" | "faint";

/** Where text is shown: how it is coloured, and how wide a line may be (undefined where nothing limits it). */
export interface Terminal {
  readonly paint: (tone: Tone, text: string) => string;
  readonly columns: number | undefined;
}

/** A terminal without colours or limits: a pipe, a file, a test. */
export const PLAIN_TERMINAL: Terminal = { paint: (_tone, text) => text, columns: undefined };

/**
 * Text from outside as a terminal may show it: one line, without control, bidirectional or invisible characters, so
 * that it can neither move the cursor, nor recolour, nor reverse what stands beside it.
 */
export function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]+/gu, " ").trim();
}

/** The same for text of several lines, such as a list in an error message. */
export function cleanLines(text: string): string {
  return text
    .split("\n")
    .map((line) => `${/^ */.exec(line)?.[0] ?? ""}${clean(line)}`)
    .join("\n");
}
