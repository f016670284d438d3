import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { AssayError, invalid } from "../format/error.ts";
import type { Source } from "../format/text.ts";
import { decodeForeignText } from "../format/text.ts";

/**
 * Reads a file that the user named: a regular file, no link, of at most so many bytes. Throws `not-found` or `invalid`.
 */
export async function readInputFile(path: string, limit: number): Promise<Source> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    // One byte more than allowed, because a file may grow, or (as in /proc) not know its size.
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.min(size, limit) + 1) });
    if (size > limit || bytesRead > limit)
      throw new AssayError("invalid", `The file has more than ${limit} bytes; it is not read.`, { path });
    const source = decodeForeignText(path, buffer.subarray(0, bytesRead));
    if (!source.ok) throw invalid(source.problems);
    return source.value;
  } finally {
    await file.close();
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw openError(path, error);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new AssayError("invalid", "This is no regular file.", { path, hint: "Name the file itself." });
}

function openError(path: string, error: unknown): unknown {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "ENOENT":
    case "ENOTDIR":
      return new AssayError("not-found", "There is no such file.", { path });
    case "ELOOP":
      return new AssayError("invalid", "This is a link, and links are not followed.", {
        path,
        hint: "Name the file itself.",
      });
    case "EACCES":
    case "EPERM":
      return new AssayError("invalid", "The file may not be read.", { path });
    default:
      return error;
  }
}
