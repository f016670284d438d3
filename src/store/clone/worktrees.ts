import { access, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AssayError } from "../../format/error.ts";
import { branchRef } from "./branches.ts";
import type { Clone } from "./clone.ts";
import { runGit } from "./git.ts";

/** A folder in which a branch is checked out. */
export interface WorkTree {
  readonly top: string;
  /** Whether it has an index; without one, nothing was ever checked out there. */
  readonly indexed: boolean;
}

/** The work trees in which a branch is checked out. Throws `dirty` where one is in the middle of rebasing it. */
export async function findWorkTrees(clone: Clone, branch: string): Promise<readonly WorkTree[]> {
  const ref = branchRef(branch);
  const records = (await runGit(clone.top, ["worktree", "list", "--porcelain"])).toString().split("\n\n");
  const places = records.flatMap((record) => {
    const lines = record.split("\n");
    const place = lines.find((line) => line.startsWith("worktree "))?.slice("worktree ".length);
    return place !== undefined && lines.includes(`branch ${ref}`) && !lines.includes("bare") ? [place] : [];
  });
  await checkRebases(clone, branch);
  const found = await Promise.all(places.map((place) => openWorkTree(clone, place)));
  return found.filter((workTree) => workTree !== undefined);
}

/** Undefined for one whose folder is gone; git keeps such a record until it is pruned. */
async function openWorkTree(clone: Clone, place: string): Promise<WorkTree | undefined> {
  if (place === clone.top) return { top: place, indexed: await exists(join(clone.gitDirectory, "index")) };
  if (!(await exists(place))) return undefined;
  const output = await runGit(place, ["rev-parse", "--git-path", "index", "--show-toplevel"]);
  const [index = "", ...rest] = output.toString().split("\n");
  return { top: rest.join("\n").replace(/\n$/, ""), indexed: await exists(resolve(place, index)) };
}

async function checkRebases(clone: Clone, branch: string): Promise<void> {
  const linked = join(clone.commonDirectory, "worktrees");
  const names = await readdir(linked).catch(() => []);
  const files = [clone.commonDirectory, ...names.map((name) => join(linked, name))].flatMap((directory) => [
    join(directory, "rebase-merge", "head-name"),
    join(directory, "rebase-apply", "head-name"),
  ]);
  const heads = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")));
  if (!heads.some((head) => head.trim() === branchRef(branch))) return;
  throw new AssayError("dirty", `The branch "${branch}" of "${clone.directory}" is being rebased.`, {
    hint: "Finish with: git rebase --continue, or give it up with: git rebase --abort",
  });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
