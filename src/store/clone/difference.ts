import { AssayError } from "../../format/error.ts";
import { compareText } from "../../format/names.ts";
import { formatTime } from "../../format/time.ts";
import type { ChangedPath, Difference, ObjectId, ProposedCommit } from "../store.ts";
import type { Clone } from "./clone.ts";
import { gitError, runGit, tryGit } from "./git.ts";
import { checkCommitId, trimMessage } from "./history.ts";
import { registryPath } from "../paths.ts";
import { readShallowBoundary, shallowError } from "./shallow.ts";
import { isZero, parseRawChanges, type RawChange } from "./tokens.ts";

/** What a head adds to a base since they parted; commits oldest first. Throws `usage` where they share no commit. */
export async function readDifference(clone: Clone, base: ObjectId, head: ObjectId): Promise<Difference> {
  for (const commit of [base, head]) checkCommitId(clone, commit);
  const mergeBase = await findMergeBase(clone, base, head);
  const [changes, commits] = await Promise.all([
    readTreeChanges(clone.top, mergeBase, head),
    readProposedCommits(clone, base, head),
  ]);
  return { base, head, mergeBase, ...placePaths(clone.root, changes), commits };
}

/** The paths that differ between two trees or commits; a rename is a removal and an addition. */
export async function readTreeChanges(
  top: string,
  from: ObjectId,
  to: ObjectId,
): Promise<readonly RawChange[]> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-relative", from, to];
  return parseRawChanges(await runGit(top, [...args, "--"]));
}

async function findMergeBase(clone: Clone, base: ObjectId, head: ObjectId): Promise<ObjectId> {
  const args = ["merge-base", base, head];
  const { code, stdout, stderr } = await tryGit(clone.top, args);
  if (code === 0) return stdout.toString().trim();
  if (code !== 1) throw gitError(clone.top, args, stderr);
  if ((await readShallowBoundary(clone)).size > 0) throw shallowError(clone);
  throw new AssayError("usage", `${base} and ${head} of "${clone.directory}" have no commit in common.`, {
    hint: "Compare branches that began as one.",
  });
}

async function readProposedCommits(
  clone: Clone,
  base: ObjectId,
  head: ObjectId,
): Promise<readonly ProposedCommit[]> {
  const options = ["-z", "--reverse", "--topo-order", "--no-color", "--no-notes", "--encoding=UTF-8"];
  const args = ["log", ...options, "--format=tformat:%H%n%ct%n%B", head, `^${base}`, "--"];
  const records = (await runGit(clone.top, args)).toString().split("\0").slice(0, -1);
  return records.map((record) => {
    const [id = "", seconds = "", ...message] = record.split("\n");
    return {
      id,
      at: formatTime(new Date(Number(seconds) * 1000)),
      message: trimMessage(message.join("\n")),
      login: undefined,
      named: [],
    };
  });
}

function placePaths(root: string, changes: readonly RawChange[]): Pick<Difference, "paths" | "outside"> {
  const paths: ChangedPath[] = [];
  const outside: ChangedPath[] = [];
  for (const { path, id: raw } of changes) {
    const inside = registryPath(root, path);
    const id = isZero(raw) ? undefined : raw;
    if (inside === undefined) outside.push({ path, id });
    else paths.push({ path: inside, id });
  }
  return {
    paths: paths.toSorted((a, b) => compareText(a.path, b.path)),
    outside: outside.toSorted((a, b) => compareText(a.path, b.path)),
  };
}
