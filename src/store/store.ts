import type { Time } from "../format/time.ts";

/** The id of a git object: 40 (or, with SHA-256, 64) hexadecimal digits. */
export type ObjectId = string;

/** One entry of a folder. Links and submodules are named so that callers can refuse them; nothing follows them. */
export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "submodule";
  readonly id: ObjectId;
}

/** A file as a commit holds it. `id` is the blob's, so equal ids mean equal bytes. */
export interface StoredFile {
  readonly path: string;
  readonly id: ObjectId;
  readonly bytes: Uint8Array;
}

/**
 * The registry as one commit holds it. Paths are relative to the registry's root, with `/`, without `.` and `..`.
 * Nothing is read before it is asked for, and nothing twice: objects never change.
 */
export interface Snapshot {
  readonly commit: ObjectId;
  /** The folder's entries ordered by name; empty when there is no such folder. */
  list(folder: string): Promise<readonly Entry[]>;
  /** The entry at a path; undefined when there is none. */
  entry(path: string): Promise<Entry | undefined>;
  /** Whether there is anything at a path; cheaper than `entry` where a request is what reading costs. */
  has(path: string): Promise<boolean>;
  /** The file at a path; undefined when there is none. Throws `invalid` for a link, submodule or folder. */
  read(path: string): Promise<StoredFile | undefined>;
}

/** One commit that changed a path, seen along the first parents. `at` is the committer's time: the merge's, on the default branch. */
export interface Revision {
  readonly path: string;
  readonly commit: ObjectId;
  readonly at: Time;
  readonly author: string;
  readonly message: string;
  /** The file as this commit left it; undefined where the commit deleted it. */
  read(): Promise<StoredFile | undefined>;
}

/** A commit of a proposed change. `login` is the account that GitHub verified the signature for; undefined where nobody did. */
export interface ProposedCommit {
  readonly id: ObjectId;
  /** The committer's time; GitHub's own where `login` is known. */
  readonly at: Time;
  readonly message: string;
  readonly login: string | undefined;
  /** The accounts that the commit names as author and committer, whether anybody vouches for them or not. */
  readonly named: readonly string[];
}

/** A path that differs between the merge base and the head; `id` is the blob at the head, undefined where it was removed. */
export interface ChangedPath {
  readonly path: string;
  readonly id: ObjectId | undefined;
}

/** What a head adds to a base since they parted. A rename is a removal and an addition. */
export interface Difference {
  readonly base: ObjectId;
  readonly head: ObjectId;
  readonly mergeBase: ObjectId;
  /** Changed paths inside the registry's root, relative to it, ordered by path. */
  readonly paths: readonly ChangedPath[];
  /** Changed paths outside the registry's root, relative to the repository, ordered by path. */
  readonly outside: readonly ChangedPath[];
  readonly commits: readonly ProposedCommit[];
}

/** One file's new content; `undefined` deletes it. */
export interface Edit {
  readonly path: string;
  readonly content: string | undefined;
}

/**
 * One commit to make: the tree of `base` with the edits, on top of the branch as it was seen.
 * `tip` is the branch's tip that the writer saw, undefined where the branch did not exist. Where the tip is not `base`
 * the commit has both as parents, so that the branch only ever moves forward and its tree is exactly base plus edits.
 */
export interface Write {
  readonly branch: string;
  readonly base: ObjectId;
  readonly tip: ObjectId | undefined;
  readonly edits: readonly Edit[];
  readonly message: string;
}

/**
 * What became of a write.
 * - `written` the branch points to the new commit
 * - `unchanged` the branch already had this tree; nothing was pushed
 * - `moved` somebody else moved the branch: read again, plan again
 * - `protected` the branch did not move and still refuses this identity
 */
export type WriteOutcome =
  | { readonly kind: "written"; readonly commit: ObjectId }
  | { readonly kind: "unchanged"; readonly commit: ObjectId }
  | { readonly kind: "moved" }
  | { readonly kind: "protected"; readonly reason: string };

/** A registry's git repository, in a local clone or on GitHub. */
export interface Store {
  /** Whether reading is free (a clone has it all at hand) or costs a request an object. */
  readonly locality: "local" | "remote";
  /** How messages name it: `owner/name`, or the folder. */
  readonly name: string;
  /** The registry's folder in the repository, with `/`; empty for the top. */
  readonly root: string;
  /** The branch that consumers and the check go by. */
  defaultBranch(): Promise<string>;
  /** The commit that a branch points to; undefined when there is no such branch. */
  tip(branch: string): Promise<ObjectId | undefined>;
  /** The commit that a branch, tag, `HEAD` or id names. Throws `not-found`. */
  resolve(revision: string): Promise<ObjectId>;
  /** The registry at a commit. */
  at(commit: ObjectId): Snapshot;
  /** The newest commit on the default branch's first-parent line that is not younger than a time; undefined when all are. */
  commitAt(time: Time): Promise<ObjectId | undefined>;
  /**
   * The commits that changed any of the paths, along first parents from `from`, newest first for each path.
   * It is lazy: stop reading when enough was seen. Throws `shallow` when the history ends before it began.
   */
  history(from: ObjectId, paths: readonly string[]): AsyncIterable<Revision>;
  /** The messages of the newest commits (at most 100) that changed anything in a folder, newest first; one request. */
  messages(from: ObjectId, folder: string): Promise<readonly string[]>;
  /** What `head` adds to `base`. */
  diff(base: ObjectId, head: ObjectId): Promise<Difference>;
  /** What `head` adds to a branch as it is now; one request where a request is what reading costs. Throws `not-found`. */
  diffFromTip(branch: string, head: ObjectId): Promise<Difference>;
  /** Makes one commit, all or nothing; safe to repeat. Throws `dirty` where uncommitted work stands in the way. */
  write(write: Write): Promise<WriteOutcome>;
}
