import type { Document, Place } from "./document.ts";
import type { Parsed, Source } from "./text.ts";
import { parsed, unparsed } from "./text.ts";
import { findDuplicateJsonKeys } from "./json-keys.ts";
import { locateInJson } from "./yaml.ts";

const MAX_DEPTH = 64;

/** Parses JSON from outside: duplicate keys and nesting beyond 64 levels are refused, with their place. */
export function parseJson(source: Source): Parsed<Document> {
  if (nestsDeeper(source.text))
    return unparsed({ path: source.path, message: `The JSON is nested more than ${MAX_DEPTH} levels deep.` });
  const read = readJson(source);
  if (!read.ok) return read;
  // A text that comes back as it was has no key twice; only others pay for the search.
  if (!isCanonical(source.text, read.value.value)) {
    const duplicates = findDuplicateJsonKeys(source);
    if (duplicates.length > 0) return unparsed(...duplicates);
  }
  return read;
}

/** Parses JSON that already passed `parseJson` once, such as a record on the default branch. */
export function readJson(source: Source): Parsed<Document> {
  let value: unknown;
  try {
    value = JSON.parse(source.text);
  } catch (error) {
    return unparsed({
      path: source.path,
      ...placeOfError(source.text, error),
      message: "The file is not JSON.",
      hint: hintOf(source.text),
    });
  }
  return parsed(locateInJson(source, value));
}

/** The one text of a JSON value: two spaces, keys as they are ordered in the value, a final newline. */
export function writeJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function isCanonical(text: string, value: unknown): boolean {
  return text.trimEnd() === JSON.stringify(value, null, 2) || text.trimEnd() === JSON.stringify(value);
}

/** V8 says where for most errors; for a token that it did not expect it does not. */
function placeOfError(text: string, error: unknown): Partial<Place> {
  const message = String(error);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined && !message.includes("end of JSON input")) return {};
  const before = text.slice(0, Number(position ?? text.length)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function hintOf(text: string): string {
  return text.trim() === ""
    ? "It is empty."
    : "It may be cut off, or hold lines that another program printed.";
}

function nestsDeeper(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
