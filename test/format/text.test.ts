import { expect, test } from "@jest/globals";
import type { Parsed, Source } from "../../src/format/text.ts";
import { MAX_REGISTRY_FILE_BYTES, decodeForeignText, decodeRegistryText } from "../../src/format/text.ts";

function complaint(result: Parsed<Source>): string | undefined {
  return result.ok ? undefined : result.problems[0]?.message;
}

const utf16 = Buffer.from("\uFEFFname: x\n", "utf16le");
const bom = Buffer.from("\uFEFFname: x\n");
const crlf = Buffer.from("a: 1\r\nb: 2\r\n");
const latin1 = Buffer.from([0x61, 0x3a, 0x20, 0xe9, 0x0a]);

test.each([
  ["UTF-16, little endian", utf16, "The file is UTF-16."],
  ["UTF-16, big endian", Buffer.from(utf16).swap16(), "The file is UTF-16."],
  ["a byte order mark", bom, "The file begins with a byte order mark."],
  ["CRLF line ends", crlf, "The file has CRLF line ends."],
  ["Latin-1", latin1, "The file is not UTF-8."],
  ["a surrogate half", Buffer.from([0xed, 0xa0, 0x80]), "The file is not UTF-8."],
])("refuses a registry file with %s", (_what, bytes, message) => {
  expect(complaint(decodeRegistryText("assay.yml", bytes))).toBe(message);
});

test("a registry file has at most a mebibyte", () => {
  const bytes = Buffer.alloc(MAX_REGISTRY_FILE_BYTES, "a");
  expect(decodeRegistryText("assay.yml", bytes).ok).toBe(true);
  expect(complaint(decodeRegistryText("assay.yml", Buffer.concat([bytes, bytes])))).toBe(
    "The file has 2097152 bytes; the most is 1048576.",
  );
});

test("says in which line the first CRLF stands", () => {
  expect(decodeRegistryText("assay.yml", Buffer.from("a: 1\nb: 2\r\n"))).toMatchObject({
    problems: [{ line: 2 }],
  });
});

test.each([
  ["a byte order mark", bom, "name: x\n"],
  ["CRLF line ends", crlf, "a: 1\nb: 2\n"],
])("tolerates %s in what another program wrote", (_what, bytes, text) => {
  expect(decodeForeignText("manifest.json", bytes)).toEqual({
    ok: true,
    value: { path: "manifest.json", text },
  });
});

test.each([
  ["UTF-16", utf16, "The file is UTF-16."],
  ["Latin-1", latin1, "The file is not UTF-8."],
])("refuses %s from another program too", (_what, bytes, message) => {
  expect(complaint(decodeForeignText("manifest.json", bytes))).toBe(message);
});
