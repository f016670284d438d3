import { open } from "node:fs/promises";
import { AssayError, invalid } from "../../format/error.ts";
import type { Source } from "../../format/text.ts";
import { decodeForeignText } from "../../format/text.ts";

/** Reads a regular file of at most so many bytes. Throws `not-found` or `invalid`. */
export async function readInputFile(path: string, limit: number): Promise<Source> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    const cannot = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const message = cannot === "ENOENT" ? "There is no such file." : `The file cannot be opened (${cannot}).`;
    throw new AssayError("not-found", message, {
      path,
      hint: "The path is relative to the job's workspace.",
    });
  }
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new AssayError("invalid", "This is no regular file.", { path });
    // One byte more than allowed, because a file may grow while it is read.
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.min(status.size, limit) + 1) });
    if (bytesRead > limit)
      throw new AssayError("invalid", `The file has more than ${limit} bytes; it is not read.`, { path });
    const source = decodeForeignText(path, buffer.subarray(0, bytesRead));
    if (!source.ok) throw invalid(source.problems);
    return source.value;
  } finally {
    await file.close();
  }
}
