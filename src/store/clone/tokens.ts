/** One line of git's raw diff format. Absent sides have the mode `000000` and an id of zeros. */
export interface RawChange {
  readonly path: string;
  readonly oldMode: string;
  readonly mode: string;
  readonly id: string;
}

/** Cuts a stream at its NUL bytes into tokens, as many at a time as have arrived; what follows the last NUL is no token. */
export async function* readTokens(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  let pending: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0);
    pending.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0) continue;
    yield Buffer.concat(pending).toString().split("\0");
    pending = [chunk.subarray(end + 1)];
  }
}

/** Reads the header of a raw change, `:100644 000000 <old id> <id> D`, and its path. */
export function parseRawChange(header: string, path: string): RawChange {
  const [oldMode = "", mode = "", , id = ""] = header.slice(header.indexOf(":") + 1).split(" ");
  return { path, oldMode, mode, id };
}

/** Reads all that `git diff-tree -r -z --raw` printed. */
export function parseRawChanges(output: Buffer): readonly RawChange[] {
  const tokens = output.toString().split("\0");
  const changes: RawChange[] = [];
  for (let index = 0; index + 1 < tokens.length; index += 2) {
    changes.push(parseRawChange(tokens[index] ?? "", tokens[index + 1] ?? ""));
  }
  return changes;
}

/** Whether the id is the zeros that stand for "nothing". */
export function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
