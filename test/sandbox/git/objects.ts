import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { gitEnvironment } from "./process.ts";

export type ObjectType = "blob" | "tree" | "commit" | "tag";

/** An object's name, type and size in bytes. */
export interface ObjectInfo {
  readonly sha: string;
  readonly type: ObjectType;
  readonly size: number;
}

/** An object with its content. */
export interface GitObject extends ObjectInfo {
  readonly body: Buffer;
}

interface Question {
  readonly wantsBody: boolean;
  readonly resolve: (found: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

const HEADER = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/;

function objectType(text: string | undefined): ObjectType {
  return text === "tree" || text === "commit" || text === "tag" ? text : "blob";
}

/** Reads objects of one repository through one long-running `git cat-file --batch-command`. */
export class ObjectReader {
  readonly #dir: string;
  readonly #questions: Question[] = [];
  #child: ChildProcessWithoutNullStreams | undefined;
  #chunks: Buffer[] = [];
  #held = 0;
  #header: ObjectInfo | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Name, type and size of what a revision names, or undefined where there is none. */
  info(revision: string): Promise<ObjectInfo | undefined> {
    return this.#ask("info", revision);
  }

  /** The object that a revision names, or undefined where there is none. */
  read(revision: string): Promise<GitObject | undefined> {
    return this.#ask("contents", revision);
  }

  stop(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #ask(verb: "info" | "contents", revision: string): Promise<GitObject | undefined> {
    if (revision === "" || /[\n\0]/.test(revision)) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#questions.push({ wantsBody: verb === "contents", resolve, reject });
      this.#start().stdin.write(`${verb} ${revision}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    if (this.#child) return this.#child;
    const child = spawn("git", ["cat-file", "--batch-command"], { cwd: this.#dir, env: gitEnvironment() });
    child.stdout.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      while (this.#step());
    });
    child.stderr.resume();
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => this.#fail(error));
    child.on("close", () => {
      if (this.#child === child) this.#child = undefined;
      this.#fail(new Error("git cat-file ended early"));
    });
    this.#child = child;
    return child;
  }

  #fail(error: Error): void {
    for (const question of this.#questions.splice(0)) question.reject(error);
    this.#chunks = [];
    this.#held = 0;
    this.#header = undefined;
  }

  #take(length: number): Buffer {
    const all = Buffer.concat(this.#chunks);
    const rest = all.subarray(length);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return all.subarray(0, length);
  }

  #answer(found: GitObject | undefined): true {
    this.#header = undefined;
    this.#questions.shift()?.resolve(found);
    return true;
  }

  #step(): boolean {
    if (this.#header) {
      if (this.#held < this.#header.size + 1) return false;
      const body = Buffer.from(this.#take(this.#header.size + 1).subarray(0, -1));
      return this.#answer({ ...this.#header, body });
    }
    if (this.#held === 0) return false;
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const end = this.#chunks[0]?.indexOf(10) ?? -1;
    if (end < 0) return false;
    const match = HEADER.exec(this.#take(end + 1).toString("utf8", 0, end));
    if (!match) return this.#answer(undefined);
    const info = { sha: match[1] ?? "", type: objectType(match[2]), size: Number(match[3]) };
    if (!this.#questions[0]?.wantsBody) return this.#answer({ ...info, body: Buffer.alloc(0) });
    this.#header = info;
    return true;
  }
}

/** Writes a loose object the way git does and returns its name; writing it again changes nothing. */
export function writeObject(dir: string, type: ObjectType, body: Uint8Array): string {
  const content = Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]);
  const sha = createHash("sha1").update(content).digest("hex");
  const folder = join(dir, "objects", sha.slice(0, 2));
  const path = join(folder, sha.slice(2));
  if (existsSync(path)) return sha;
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `tmp_${randomUUID()}`);
  writeFileSync(draft, deflateSync(content, { level: 1 }));
  renameSync(draft, path);
  return sha;
}
