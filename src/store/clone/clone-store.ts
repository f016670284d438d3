import { AssayError } from "../../format/error.ts";
import type { Store } from "../store.ts";
import { findCurrentBranch, findDefaultBranch, readBranch, resolveRevision } from "./branches.ts";
import { findClone } from "./clone.ts";
import { readDifference } from "./difference.ts";
import { findCommitAt, readHistory, readMessages } from "./history.ts";
import { openSnapshot } from "./snapshot.ts";

/** A store over a repository on this machine. */
export type CloneStore = Store & {
  /** The folder that holds the registry, absolute and without links. */
  readonly directory: string;
  /** The branch that is checked out; undefined where HEAD is detached. */
  currentBranch(): Promise<string | undefined>;
  /** Ends the git process that reads objects. One that is forgotten does not keep Node running. */
  close(): void;
};

/**
 * Opens the registry in a folder of a local clone; bare repositories will do. Throws `not-found` where there is no such
 * folder or no repository.
 */
export async function openCloneStore(directory: string): Promise<CloneStore> {
  const clone = await findClone(directory);
  const { root, objects } = clone;
  let turn: Promise<unknown> = Promise.resolve();

  // Writers of one process would only lose races to each other.
  function takeTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work, work);
    turn = mine;
    return mine;
  }

  return {
    locality: "local",
    name: directory,
    directory: clone.directory,
    root,
    currentBranch: () => findCurrentBranch(clone),
    close: () => objects.close(),
    defaultBranch: () => findDefaultBranch(clone),
    tip: async (branch) => (await readBranch(clone, branch)).tip,
    resolve: (revision) => resolveRevision(clone, revision),
    at: (commit) => openSnapshot(objects, root, commit),
    async commitAt(time) {
      const { tip } = await readBranch(clone, await findDefaultBranch(clone));
      return tip === undefined ? undefined : await findCommitAt(clone, tip, time);
    },
    history: (from, paths) => readHistory(clone, from, paths),
    messages: (from, folder) => readMessages(clone, from, folder),
    diff: (base, head) => readDifference(clone, base, head),
    async diffFromTip(branch, head) {
      const base = (await readBranch(clone, branch)).tip;
      if (base !== undefined) return readDifference(clone, base, head);
      throw new AssayError("not-found", `"${clone.directory}" has no branch "${branch}" with a commit.`);
    },
    write: (write) =>
      takeTurn(async () => {
        // Readers need not wait until all that writing needs, such as cryptography, is loaded.
        const { writeCommit } = await import("./write.ts");
        return await writeCommit(clone, write);
      }),
  };
}
