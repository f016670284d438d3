import { AssayError } from "../../format/error.ts";
import type { ObjectId } from "../store.ts";
import type { Clone } from "./clone.ts";
import { gitError, tryGit } from "./git.ts";
import { isObjectId } from "./objects.ts";

/** Where a branch stands: in the clone itself, and as the clone last saw it on `origin`. */
export interface Branch {
  readonly local: ObjectId | undefined;
  /** The newer of the two. */
  readonly tip: ObjectId | undefined;
}

const REMOTE = "refs/remotes/origin";
const REMOTE_HEAD = `${REMOTE}/HEAD`;

/** The full name of a local branch. */
export function branchRef(branch: string): string {
  return `refs/heads/${branch}`;
}

/** What `origin/HEAD` names, else `main`, else the branch that is checked out. Throws `not-found` for none of them. */
export async function findDefaultBranch(clone: Clone): Promise<string> {
  const refs = await clone.refs.read([REMOTE_HEAD, branchRef("main"), `${REMOTE}/main`]);
  // A name whose branch is gone from origin is not listed; the clone may still have that branch.
  const head = refs.get(REMOTE_HEAD)?.target ?? (await readSymbolicRef(clone, REMOTE_HEAD));
  for (const branch of [head?.slice(REMOTE.length + 1), "main"]) {
    if (branch === undefined) continue;
    const found = await clone.refs.read([branchRef(branch), `${REMOTE}/${branch}`]);
    if (found.size > 0) return branch;
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
  const refs = await clone.refs.read([branchRef(branch), remoteRef]);
  const local = refs.get(branchRef(branch))?.id;
  const remote = refs.get(remoteRef)?.id;
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

async function readSymbolicRef(clone: Clone, ref: string): Promise<string | undefined> {
  const { code, stdout } = await tryGit(clone.top, ["symbolic-ref", "--quiet", ref]);
  return code === 0 ? stdout.toString().trim() : undefined;
}
