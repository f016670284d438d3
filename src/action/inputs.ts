import * as core from "@actions/core";
import { AssayError } from "../format/error.ts";
import type { Parsed } from "../format/text.ts";
import { parsed, unparsed } from "../format/text.ts";

// No schema library here: what an action loads before its first request is what its user waits for.

/** How the text of one input is understood; the message of a problem goes on after the input's name. Empty text is the default. */
export type Input<T> = (text: string) => Parsed<T>;

/** The inputs of an action by name. */
export type InputTable = Readonly<Record<string, Input<unknown>>>;

/** What the inputs of a table become. */
export type InputsOf<Table extends InputTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Input<infer T> ? T : never;
};

/** Reads the inputs of a table, each once. Throws `usage` with all that is wrong with them. */
export function readInputs<Table extends InputTable>(table: Table): InputsOf<Table>;
export function readInputs(table: InputTable): Readonly<Record<string, unknown>> {
  const results = Object.entries(table).map(([name, input]) => ({
    name,
    result: input(core.getInput(name)),
  }));
  const problems = results.flatMap(({ name, result }) =>
    result.ok ? [] : result.problems.map(({ message }) => ({ message: `The input "${name}" ${message}` })),
  );
  const [first] = problems;
  if (first !== undefined) throw new AssayError("usage", first.message, { problems });
  return Object.fromEntries(results.map(({ name, result }) => [name, result.ok ? result.value : undefined]));
}

/** Text that a function understands; `form` says what to write instead of what it does not. */
export function parsedText<T>(parse: (text: string) => T | undefined, form: string): Input<T> {
  return (text) => {
    const value = parse(text);
    if (value !== undefined) return parsed(value);
    return unparsed({ message: `${text === "" ? "is missing" : `is "${text}"`}. ${form}` });
  };
}

/** The same, and undefined where the text is empty. */
export function optionallyParsed<T>(
  parse: (text: string) => T | undefined,
  form: string,
): Input<T | undefined> {
  const given = parsedText(parse, form);
  return (text) => (text === "" ? parsed(undefined) : given(text));
}

/** Any text; undefined where it is empty. */
export const optionalText: Input<string | undefined> = (text) => parsed(text === "" ? undefined : text);

/** One text a line; blank lines and blanks around a line count for nothing. */
export const lines: Input<readonly string[]> = (text) => parsed(linesOf(text));

/** The lines of a text that are not blank, without the blanks around them. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** `true` or `false`; false where it is empty. */
export const flag: Input<boolean> = parsedText(parseFlag, "Write true or false.");

function parseFlag(text: string): boolean | undefined {
  if (text === "true") return true;
  return text === "" || text === "false" ? false : undefined;
}
