import type { Problem } from "./problem.ts";

/** A file's text and the path by which messages name it. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** A value, or all that is wrong with what should have held it. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** A parse that worked. */
export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** A parse that failed, with the reasons. */
export function unparsed(...problems: readonly Problem[]): {
  readonly ok: false;
  readonly problems: readonly Problem[];
} {
  return { ok: false, problems };
}

/** The largest registry file that is read, in bytes; what is larger is no settings file and no record. */
export const MAX_REGISTRY_FILE_BYTES = 1_048_576;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes a registry file. Its text is canonical: UTF-8 without a byte order mark and with LF line ends, because the
 * same file must be the same bytes for every program that reads it.
 */
export function decodeRegistryText(path: string, bytes: Uint8Array): Parsed<Source> {
  if (bytes.length > MAX_REGISTRY_FILE_BYTES) {
    return unparsed({
      path,
      message: `The file has ${bytes.length} bytes; the most is ${MAX_REGISTRY_FILE_BYTES}.`,
    });
  }
  const decoded = decodeUtf8(path, bytes);
  if (!decoded.ok) return decoded;
  const { text } = decoded.value;
  if (text.startsWith("\uFEFF")) {
    return unparsed({
      path,
      line: 1,
      column: 1,
      message: "The file begins with a byte order mark.",
      hint: "Save it as UTF-8 without one.",
    });
  }
  const carriageReturn = text.indexOf("\r");
  if (carriageReturn >= 0) {
    const line = text.slice(0, carriageReturn).split("\n").length;
    return unparsed({
      path,
      line,
      message: "The file has CRLF line ends.",
      hint: "Save it with LF; .gitattributes with `* text eol=lf` keeps it so.",
    });
  }
  return decoded;
}

/** Decodes a text that another program wrote: UTF-8, where a byte order mark and CRLF line ends are tolerated. */
export function decodeForeignText(path: string, bytes: Uint8Array): Parsed<Source> {
  const decoded = decodeUtf8(path, bytes);
  if (!decoded.ok) return decoded;
  const text = decoded.value.text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  return parsed({ path, text });
}

function decodeUtf8(path: string, bytes: Uint8Array): Parsed<Source> {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return unparsed({ path, line: 1, column: 1, message: "The file is UTF-16.", hint: "Save it as UTF-8." });
  }
  try {
    return parsed({ path, text: decoder.decode(bytes) });
  } catch {
    return unparsed({ path, message: "The file is not UTF-8.", hint: "Save it as UTF-8." });
  }
}
