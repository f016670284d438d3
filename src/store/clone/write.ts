import { setTimeout as sleep } from "node:timers/promises";
import { AssayError } from "../../format/error.ts";
import type { Write, WriteOutcome } from "../store.ts";
import { type Branch, branchRef, readBranch } from "./branches.ts";
import { type Checkout, checkPaths, moveCheckout, tryCheckout } from "./checkout.ts";
import { type Clone, zeroId } from "./clone.ts";
import { makeCommit, readIdentities } from "./commit.ts";
import { readTreeChanges } from "./difference.ts";
import { checkCommitId } from "./history.ts";
import { makeObject, type NewObject, storeObjects } from "./new-objects.ts";
import { prepareUpdate } from "./ref-transaction.ts";
import { withSignalsHeld } from "./signals.ts";
import { editTree } from "./tree-edit.ts";
import { findWorkTrees } from "./worktrees.ts";

// How long another git process may hold a lock while nothing moves.
const PATIENCE_MS = 10_000;

/**
 * Makes one commit and moves the local branch to it, together with index and files wherever it is checked out. The
 * branch is locked and compared first, then the work trees follow, then the branch moves, so that two writers never mix.
 */
export async function writeCommit(clone: Clone, write: Write): Promise<WriteOutcome> {
  const { branch, base, tip, edits, message } = write;
  checkCommitId(clone, base);
  const at = await readBranch(clone, branch);
  if (at.tip !== tip) return { kind: "moved" };
  const [tree, identities] = await Promise.all([
    clone.objects.root(base).then((root) => editTree(clone, root, edits)),
    readIdentities(clone),
  ]);
  if (tip !== undefined && (await clone.objects.root(tip)) === tree.id)
    return { kind: "unchanged", commit: tip };
  const parents = tip === undefined || tip === base ? [base] : [tip, base];
  const commit = makeCommit(clone.hash, { ...identities, tree: tree.id, parents, message });
  const nothing = makeObject(clone.hash, "tree", Buffer.alloc(0));
  await storeObjects(clone, [...tree.objects, commit, ...(at.local === undefined ? [nothing] : [])]);
  return await moveBranch(clone, write, { at, commit, nothing });
}

interface Move {
  readonly at: Branch;
  readonly commit: NewObject;
  /** The empty tree: what a branch without a commit holds. */
  readonly nothing: NewObject;
}

async function moveBranch(clone: Clone, { branch, tip }: Write, move: Move): Promise<WriteOutcome> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const attempt = await withSignalsHeld(() => tryMove(clone, branch, move));
    if (attempt.kind === "moved") return { kind: "written", commit: move.commit.id };
    const now = await readBranch(clone, branch);
    if (now.tip !== tip || now.local !== move.at.local) return { kind: "moved" };
    if (attempt.kind === "refused" || Date.now() > deadline) throw refusal(clone, branch, attempt.reason);
    await sleep(10 + Math.random() * 50);
  }
}

type Attempt =
  | { readonly kind: "moved" }
  /** Another git process holds a lock for a moment. */
  | { readonly kind: "busy"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string };

async function tryMove(clone: Clone, branch: string, move: Move): Promise<Attempt> {
  const { at, commit } = move;
  const from = at.local ?? zeroId(clone);
  const offer = await prepareUpdate(clone.top, { ref: branchRef(branch), from, to: commit.id });
  if (offer.kind === "refused") {
    const { reason } = offer;
    return { kind: /Unable to create '.*\.lock'/.test(reason) ? "busy" : "refused", reason };
  }
  try {
    const lock = await moveWorkTrees(clone, branch, move);
    if (lock !== undefined) {
      await offer.abort();
      return { kind: "busy", reason: `"${lock}" exists.` };
    }
  } catch (error) {
    await offer.abort();
    throw error;
  }
  await offer.commit();
  return { kind: "moved" };
}

/** Brings all work trees of a branch to a commit, or none; returns a lock that stands in the way. */
async function moveWorkTrees(
  clone: Clone,
  branch: string,
  { at, commit, nothing }: Move,
): Promise<string | undefined> {
  const [from, to] = [at.local ?? nothing.id, commit.id];
  const workTrees = await findWorkTrees(clone, branch);
  const checkouts: readonly Checkout[] = workTrees
    // Where nothing was ever checked out there is nothing to bring along, except the first commit.
    .filter(({ indexed }) => indexed || at.local === undefined)
    .map(({ top }) => ({ top, from, to }));
  if (checkouts.length === 0) return undefined;
  const changes = await readTreeChanges(clone.top, from, to);
  for (const { top } of checkouts) await checkPaths(top, changes);
  // With one work tree git's own all-or-nothing suffices.
  for (const checkout of checkouts.length > 1 ? checkouts : []) {
    const lock = await tryCheckout(checkout);
    if (lock !== undefined) return lock;
  }
  for (const [index, checkout] of checkouts.entries()) {
    const lock = await moveCheckout(checkout);
    if (lock === undefined) continue;
    for (const { top } of checkouts.slice(0, index)) await moveCheckout({ top, from: to, to: from });
    return lock;
  }
  return undefined;
}

function refusal(clone: Clone, branch: string, reason: string): AssayError {
  return new AssayError(
    "conflict",
    `The branch "${branch}" of "${clone.directory}" cannot be moved: ${reason}`,
    {
      hint: "Wait for other git processes to end; if there is none, remove the lock file that is named.",
    },
  );
}
