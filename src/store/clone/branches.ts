import { AssayError } from "../../format/error.ts";
import type { ObjectId } from "../store.ts";
import type { Clone } from "./clone.ts";
import { gitError, runGit, tryGit } from "./git.ts";
import { isObjectId } from "./objects.ts";

/** Where a branch stands: in the clone itself, and as the clone last saw it on `origin`. */
export interface Branch {
  readonly local: ObjectId | undefined;
  /** The newer of the two. */
  readonly tip: ObjectId | undefined;
}

const REMOTE = "refs/remotes/origin";

/** The full name of a local branch. */
export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}

/** What `origin/HEAD` names, else `main`, else the branch that is checked out. Throws `not-found` for none of them. */
export async function findDefaultBranch(clone: Clone): Promise<string> {
  const head = await readSymbolicRef(clone, `${REMOTE}/HEAD`);
  for (const branch of [head?.slice(REMOTE.length + 1), "main"]) {
    if (branch === undefined) continue;
    const refs = await readRefs(clone, [branchRef(branch), `${REMOTE}/${branch}`]);
    if (refs.size > 0) return branch;
  }
  const current = await findCurrentBranch(clone);
  if (current !== undefined) return current;
  throw new AssayError("not-found", `"${clone.directory}" has no default branch.`, {
    hint: "Name it with: git remote set-head origin --auto",
  });
}

/** The branch that is checked out; undefined where HEAD is detached. It may have no commit yet. */
export async function findCurrentBranch(clone: Clone): Promise<string | undefined> {
  const ref = await readSymbolicRef(clone, "HEAD");
  return ref?.startsWith("refs/heads/") === true ? ref.slice("refs/heads/".length) : undefined;
}

/**
 * Where a branch stands. A local branch that is behind `origin` counts as fetched but not yet merged, so the newer one
 * is its tip; one that exists only on `origin` stands there. Throws `conflict` where the two have parted.
 */
export async function readBranch(clone: Clone, branch: string): Promise<Branch> {
  // What `origin/HEAD` names is no branch called HEAD.
  if (branch === "HEAD") return { local: undefined, tip: undefined };
  const remoteRef = `${REMOTE}/${branch}`;
  const refs = await readRefs(clone, [branchRef(branch), remoteRef]);
  const local = refs.get(branchRef(branch));
  const remote = refs.get(remoteRef);
  if (local === undefined || remote === undefined || local === remote) return { local, tip: local ?? remote };
  if (await isAncestor(clone, remote, local)) return { local, tip: local };
  if (await isAncestor(clone, local, remote)) return { local, tip: remote };
  throw new AssayError(
    "conflict",
    `The branch "${branch}" of "${clone.directory}" and "origin/${branch}" have parted: each has commits that the other lacks.`,
    { hint: `Bring them together with: git switch ${branch} && git pull --rebase origin ${branch}` },
  );
}

/** The commit that a branch, tag, `HEAD` or id names. Throws `not-found`. */
export async function resolveRevision(clone: Clone, revision: string): Promise<ObjectId> {
  if (!isObjectId(revision)) {
    const { tip } = await readBranch(clone, revision);
    if (tip !== undefined) return tip;
  }
  // A name that begins with a hyphen or holds a NUL is none that git would let anybody make.
  if (!/^-|\0|^$/.test(revision)) {
    const args = ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`];
    const { code, stdout } = await tryGit(clone.top, args);
    const id = stdout.toString().trim();
    if (code === 0 && isObjectId(id)) return id;
  }
  throw new AssayError("not-found", `"${clone.directory}" has no branch, tag or commit "${revision}".`, {
    hint: "What others pushed arrives with: git fetch",
  });
}

async function isAncestor(clone: Clone, older: ObjectId, newer: ObjectId): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", older, newer];
  const { code, stderr } = await tryGit(clone.top, args);
  if (code !== 0 && code !== 1) throw gitError(clone.top, args, stderr);
  return code === 0;
}

async function readRefs(clone: Clone, names: readonly string[]): Promise<ReadonlyMap<string, ObjectId>> {
  // The patterns only narrow the listing: they match globs and folders too, so the names are compared.
  if (names.some((name) => name.includes("\0"))) return new Map();
  const output = await runGit(clone.top, [
    "for-each-ref",
    "--format=%(objectname) %(refname)",
    "--",
    ...names,
  ]);
  const lines = output.toString().split("\n");
  const refs = lines.map((line): [string, string] => {
    const space = line.indexOf(" ");
    return [line.slice(space + 1), line.slice(0, space)];
  });
  return new Map(refs.filter(([name]) => names.includes(name)));
}

async function readSymbolicRef(clone: Clone, ref: string): Promise<string | undefined> {
  const { code, stdout } = await tryGit(clone.top, ["symbolic-ref", "--quiet", ref]);
  return code === 0 ? stdout.toString().trim() : undefined;
}
