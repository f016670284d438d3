/** The answer to one id that `git cat-file --batch` was asked for. */
export type BatchAnswer =
  | { readonly kind: "object"; readonly type: string; readonly bytes: Buffer }
  | { readonly kind: "missing" }
  | { readonly kind: "too-large"; readonly size: number };

/** The largest object that is held in memory, in bytes: GitHub's own limit for a file. */
export const MAX_OBJECT_BYTES = 100 * 1_048_576;

const NEWLINE = 10;

/**
 * Cuts the output of `git cat-file --batch` into answers without joining chunks: an object that lies within a chunk is
 * a view of it, and only one that spans chunks is copied.
 * https://git-scm.com/docs/git-cat-file#_batch_output
 */
export class BatchParser {
  readonly #answer: (answer: BatchAnswer) => void;
  #header = "";
  #type = "";
  #body: Buffer | undefined;
  #filled = 0;
  /** Bytes to pass over: the newline after an object, or the whole of one that is too large. */
  #skip = 0;

  constructor(answer: (answer: BatchAnswer) => void) {
    this.#answer = answer;
  }

  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#body !== undefined) {
        at = this.#fill(this.#body, chunk, at);
      } else {
        at = this.#readHeader(chunk, at);
      }
    }
  }

  #fill(body: Buffer, chunk: Buffer, at: number): number {
    const copied = chunk.copy(body, this.#filled, at);
    this.#filled += copied;
    if (this.#filled === body.length) {
      this.#body = undefined;
      this.#finish(body);
    }
    return at + copied;
  }

  #readHeader(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(NEWLINE, at);
    if (end < 0) {
      this.#header += chunk.toString("latin1", at);
      return chunk.length;
    }
    const [, type = "", size] = (this.#header + chunk.toString("latin1", at, end)).split(" ");
    this.#header = "";
    if (size === undefined) {
      this.#answer({ kind: "missing" });
      return end + 1;
    }
    this.#type = type;
    return this.#begin(Number(size), chunk, end + 1);
  }

  #begin(size: number, chunk: Buffer, at: number): number {
    if (size > MAX_OBJECT_BYTES) {
      this.#skip = size + 1;
      this.#answer({ kind: "too-large", size });
      return at;
    }
    if (at + size <= chunk.length) {
      this.#finish(chunk.subarray(at, at + size));
      return at + size;
    }
    this.#body = Buffer.allocUnsafe(size);
    this.#filled = 0;
    return at;
  }

  #finish(bytes: Buffer): void {
    this.#skip = 1;
    this.#answer({ kind: "object", type: this.#type, bytes });
  }
}
