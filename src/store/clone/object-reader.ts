import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { Socket } from "node:net";
import type { Stream } from "node:stream";
import { AssayError } from "../../format/error.ts";
import type { ObjectId } from "../store.ts";
import { type BatchAnswer, BatchParser } from "./batch-parser.ts";
import { spawnGit, startError } from "./git.ts";

interface Request {
  readonly id: ObjectId;
  readonly resolve: (answer: BatchAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads objects through one `git cat-file --batch`, started at the latest when the first is asked for. Requests of the
 * same turn go out together and are answered in order. The process keeps Node running only while an answer is due.
 */
export class ObjectReader {
  /** Where git runs: anywhere in the repository. */
  readonly directory: string;
  #process: ChildProcessWithoutNullStreams | undefined;
  #waiting: Request[] = [];
  #answered = 0;
  #unsent: ObjectId[] = [];
  #closed = false;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Starts the process, so that it is ready when the first object is asked for. */
  start(): void {
    this.#process ??= this.#spawn();
  }

  /** The object with an id. Throws `invalid` when git cannot read the repository's objects. */
  read(id: ObjectId): Promise<BatchAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error(`the store over ${this.directory} is closed`));
        return;
      }
      this.#waiting.push({ id, resolve, reject });
      this.#unsent.push(id);
      if (this.#unsent.length === 1) queueMicrotask(() => this.#send());
    });
  }

  /** Ends the process; what is still waited for fails. */
  close(): void {
    this.#closed = true;
    this.#process?.stdin.end();
    this.#process?.kill();
  }

  #send(): void {
    if (this.#unsent.length === 0) return;
    const process = (this.#process ??= this.#spawn());
    hold(process.stdout);
    process.stdin.write(`${this.#unsent.join("\n")}\n`);
    this.#unsent = [];
  }

  #spawn(): ChildProcessWithoutNullStreams {
    const child = spawnGit(this.directory, ["cat-file", "--batch"]);
    const parser = new BatchParser((answer) => this.#deliver(child, answer));
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => parser.feed(chunk));
    child.stderr.on("data", (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-4_000)));
    // A process that dies is noticed by its end; the write that it did not take says no more.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => this.#fail(child, startError(error)));
    child.on("close", () => this.#fail(child, unreadable(this.directory, stderr)));
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) release(stream);
    return child;
  }

  #deliver(child: ChildProcessWithoutNullStreams, answer: BatchAnswer): void {
    const request = this.#waiting[this.#answered];
    if (request === undefined) throw new Error("git answered what nobody asked");
    this.#answered += 1;
    if (this.#answered === this.#waiting.length) {
      this.#waiting = [];
      this.#answered = 0;
      release(child.stdout);
    } else if (this.#answered > 10_000) {
      this.#waiting = this.#waiting.slice(this.#answered);
      this.#answered = 0;
    }
    request.resolve(answer);
  }

  #fail(child: ChildProcessWithoutNullStreams, error: Error): void {
    if (this.#process !== child) return;
    this.#process = undefined;
    const failed = this.#waiting.slice(this.#answered);
    this.#waiting = [];
    this.#answered = 0;
    this.#unsent = [];
    for (const request of failed) request.reject(error);
  }
}

function hold(stream: Stream): void {
  if (stream instanceof Socket) stream.ref();
}

function release(stream: Stream): void {
  if (stream instanceof Socket) stream.unref();
}

function unreadable(directory: string, stderr: string): AssayError {
  const reason = stderr.trim() === "" ? "git was ended from outside" : stderr.trim();
  return new AssayError("invalid", `The objects of "${directory}" cannot be read: ${reason}`, {
    hint: "Look for damage with: git fsck",
  });
}
