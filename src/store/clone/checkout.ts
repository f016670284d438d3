import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { AssayError } from "../../format/error.ts";
import type { ObjectId } from "../store.ts";
import { gitError, runGit, tryGit } from "./git.ts";
import { splitPath } from "../paths.ts";
import { isSystemError } from "./system-error.ts";
import { isZero, type RawChange } from "./tokens.ts";

/** A work tree, and the trees or commits between which its branch moves. */
export interface Checkout {
  readonly top: string;
  readonly from: ObjectId;
  readonly to: ObjectId;
}

/**
 * Throws `dirty` where a path that changes has uncommitted work that git's own check would pass over: a file that was
 * deleted, one that is ignored and in the way, or a folder that is now a link.
 */
export async function checkPaths(top: string, changes: readonly RawChange[]): Promise<void> {
  const folders = new Map<string, Promise<boolean>>();

  /** Whether it is there; throws where something else stands in its place. */
  async function checkFolder(path: string): Promise<boolean> {
    if (path === "") return true;
    if (!(await openFolder(splitPath(path).folder))) return false;
    const found = await look(top, path);
    if (found !== undefined && !found.isDirectory()) throw dirtyError(top, path);
    return found !== undefined;
  }

  function openFolder(path: string): Promise<boolean> {
    const known = folders.get(path) ?? checkFolder(path);
    folders.set(path, known);
    return known;
  }

  for (const { path, oldMode } of changes) {
    const there = (await openFolder(splitPath(path).folder)) && (await look(top, path)) !== undefined;
    if (there === isZero(oldMode) && !(await isLeftOut(top, path))) throw dirtyError(top, path);
  }
}

/**
 * Brings index and files from one commit to another; what is the same in both stays as it is, committed or not. All or
 * nothing. Returns the lock that another git process holds, undefined when done. Throws `dirty` where uncommitted work
 * would be lost. https://git-scm.com/docs/git-read-tree#_two_tree_merge
 */
export async function moveCheckout(checkout: Checkout): Promise<string | undefined> {
  return await readTree(checkout, []);
}

/** Says what `moveCheckout` would, and does nothing. */
export async function tryCheckout(checkout: Checkout): Promise<string | undefined> {
  return await readTree(checkout, ["--dry-run"]);
}

async function readTree(
  { top, from, to }: Checkout,
  options: readonly string[],
): Promise<string | undefined> {
  const args = ["read-tree", "-m", "-u", ...options, from, to];
  let result = await tryGit(top, args, { detached: true });
  if (/not uptodate/.test(result.stderr)) {
    // The file may only have another date than the index remembers.
    await tryGit(top, ["update-index", "-q", "--refresh"], { detached: true });
    result = await tryGit(top, args, { detached: true });
  }
  if (result.code === 0) return undefined;
  const lock = /Unable to create '(.*index\.lock)': File exists/s.exec(result.stderr)?.[1];
  if (lock !== undefined) return lock;
  const path = /(?:Entry|working tree file|Updating) '(.*?)'/.exec(result.stderr)?.[1];
  if (path !== undefined) throw dirtyError(top, path);
  if (/resolve your current index first/.test(result.stderr)) {
    throw new AssayError("dirty", `A merge in "${top}" is not finished.`, {
      hint: "Finish it with: git commit, or give it up with: git merge --abort",
    });
  }
  throw gitError(top, args, result.stderr);
}

async function look(top: string, path: string): Promise<Stats | undefined> {
  try {
    return await lstat(join(top, path));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Whether a sparse checkout leaves the file out on purpose. */
async function isLeftOut(top: string, path: string): Promise<boolean> {
  return (await runGit(top, ["ls-files", "-t", "-z", "--", path])).toString().startsWith("S ");
}

function dirtyError(top: string, path: string): AssayError {
  return new AssayError(
    "dirty",
    `"${path}" in "${top}" has uncommitted work that the change would overwrite; nothing was written.`,
    { path, hint: "Commit it, or put it aside with: git stash --include-untracked" },
  );
}
