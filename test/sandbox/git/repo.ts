import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Commit, parseCommit, renderCommit } from "./commits.ts";
import { type FileChange, readDiff } from "./diff.ts";
import { type GitObject, type ObjectInfo, ObjectReader, writeObject } from "./objects.ts";
import { gitEnvironment, runGit, tryGit } from "./process.ts";
import { editTree, parseTree, renderTree, type TreeEdit, type TreeEntry } from "./trees.ts";

/** A ref and the object it names. */
export interface Ref {
  readonly name: string;
  readonly sha: string;
  readonly type: string;
}

/** A tree's entry as `git ls-tree -l` tells it; only blobs have a size, in bytes. */
export interface ListedEntry {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
  readonly size: number | undefined;
}

const ZERO = "0".repeat(40);
const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[http]
\treceivepack = true
[receive]
\thideRefs = refs/pull
\tautogc = false
[uploadpack]
\tallowAnySHA1InWant = true
\tallowFilter = true
[gc]
\tauto = 0
`;

/** One bare repository on disk; nothing of it is kept in memory. */
export class GitRepo {
  readonly dir: string;
  readonly #reader: ObjectReader;

  private constructor(dir: string) {
    this.dir = dir;
    this.#reader = new ObjectReader(dir);
  }

  /** Makes an empty bare repository; with `alternate`, one that shares the objects of another. */
  static create(dir: string, defaultBranch: string, alternate?: string): GitRepo {
    for (const folder of ["objects/info", "objects/pack", "refs/heads", "refs/tags", "hooks"]) {
      mkdirSync(join(dir, folder), { recursive: true });
    }
    writeFileSync(join(dir, "HEAD"), `ref: refs/heads/${defaultBranch}\n`);
    writeFileSync(join(dir, "config"), CONFIG);
    if (alternate) writeFileSync(join(dir, "objects/info/alternates"), `${join(alternate, "objects")}\n`);
    return new GitRepo(dir);
  }

  stop(): void {
    this.#reader.stop();
  }

  info(revision: string): Promise<ObjectInfo | undefined> {
    return this.#reader.info(revision);
  }

  read(revision: string): Promise<GitObject | undefined> {
    return this.#reader.read(revision);
  }

  /** The commit a revision leads to, through tags too. */
  async commit(revision: string): Promise<Commit | undefined> {
    const found = await this.#reader.read(`${revision}^{commit}`);
    return found?.type === "commit" ? parseCommit(found.sha, found.body) : undefined;
  }

  /** The entries of a tree, or none where there is no such tree. */
  async readTree(revision: string): Promise<readonly TreeEntry[]> {
    const found = await this.#reader.read(revision);
    return found?.type === "tree" ? parseTree(found.body) : [];
  }

  /** The entries of a tree with paths and, for blobs, sizes; `["-r", "-t"]` lists those below too. */
  async listTree(sha: string, options: readonly string[]): Promise<ListedEntry[]> {
    const text = await runGit(this.dir, ["ls-tree", "-z", "-l", ...options, sha]);
    return text
      .split("\0")
      .filter(Boolean)
      .map((line) => {
        const tab = line.indexOf("\t");
        const [mode = "", , object = "", size = "-"] = line.slice(0, tab).split(/ +/);
        return {
          path: line.slice(tab + 1),
          mode,
          sha: object,
          size: size === "-" ? undefined : Number(size),
        };
      });
  }

  writeTree(entries: readonly TreeEntry[]): string {
    return writeObject(this.dir, "tree", renderTree(entries));
  }

  writeBlob(content: string | Uint8Array): string {
    return writeObject(this.dir, "blob", typeof content === "string" ? Buffer.from(content) : content);
  }

  writeCommit(commit: Omit<Commit, "sha">): string {
    return writeObject(this.dir, "commit", renderCommit(commit));
  }

  editTree(base: string | undefined, edits: readonly TreeEdit[]): Promise<string> {
    return editTree(this, base, edits);
  }

  /** The object a full ref name points at, or undefined. */
  async ref(name: string): Promise<string | undefined> {
    return (await this.#reader.info(name))?.sha;
  }

  branch(name: string): Promise<string | undefined> {
    return this.ref(`refs/heads/${name}`);
  }

  /** All refs under a prefix such as `refs/heads/`, by name. */
  async refs(prefix: string): Promise<Ref[]> {
    const text = await runGit(this.dir, [
      "for-each-ref",
      "--format=%(refname)%00%(objectname)%00%(objecttype)",
    ]);
    return text
      .split("\n")
      .filter((line) => line.startsWith(prefix) && line !== "")
      .map((line) => {
        const [name = "", sha = "", type = ""] = line.split("\0");
        return { name, sha, type };
      });
  }

  /** Writes a ref that no one else knows of yet, without a process. */
  plantRef(name: string, sha: string): void {
    const path = join(this.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${sha}\n`);
  }

  /** Moves, makes (`before` undefined) or deletes (`after` undefined) a ref; false when it stood elsewhere. */
  async moveRef(name: string, before: string | undefined, after: string | undefined): Promise<boolean> {
    const args = after
      ? ["update-ref", name, after, before ?? ZERO]
      : ["update-ref", "-d", name, before ?? ZERO];
    return (await tryGit(this.dir, args)).code === 0;
  }

  /** A ref's object, read at once; for setting up, where nothing can be awaited. */
  readRefNow(name: string): string | undefined {
    const args = ["rev-parse", "--verify", "--quiet", name];
    const { status, stdout } = spawnSync("git", args, { cwd: this.dir, env: gitEnvironment() });
    return status === 0 ? stdout.toString().trim() : undefined;
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    return (await tryGit(this.dir, ["merge-base", "--is-ancestor", older, newer])).code === 0;
  }

  async mergeBase(one: string, other: string): Promise<string | undefined> {
    const { code, stdout } = await tryGit(this.dir, ["merge-base", one, other]);
    return code === 0 ? stdout.toString().trim() : undefined;
  }

  /** The names of the commits that `git rev-list` prints for these arguments. */
  async revList(args: readonly string[]): Promise<string[]> {
    const { code, stdout } = await tryGit(this.dir, ["rev-list", ...args]);
    return code === 0 ? stdout.toString().split("\n").filter(Boolean) : [];
  }

  async countCommits(range: string): Promise<number> {
    return Number((await this.revList(["--count", range]))[0] ?? 0);
  }

  /** The commits of these names, in their order. */
  async commits(shas: readonly string[]): Promise<Commit[]> {
    const found = await Promise.all(shas.map((sha) => this.commit(sha)));
    return found.filter((commit) => commit !== undefined);
  }

  /** Merges two commits as git does; the tree, or undefined on a conflict. */
  async mergeTrees(ours: string, theirs: string): Promise<string | undefined> {
    const args = ["merge-tree", "--write-tree", "--allow-unrelated-histories", ours, theirs];
    const { code, stdout } = await tryGit(this.dir, args);
    return code === 0 ? stdout.toString().split("\n")[0] : undefined;
  }

  diff(from: string, to: string): Promise<FileChange[]> {
    return readDiff(this.dir, from, to);
  }

  /** Brings a commit of another repository here under a ref. */
  async fetchFrom(other: GitRepo, sha: string, ref: string): Promise<void> {
    await runGit(this.dir, ["fetch", "--quiet", "--no-tags", other.dir, `+${sha}:${ref}`]);
  }
}

/** The empty tree, which every commit without parents is compared with. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
