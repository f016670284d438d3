import type { ObjectId } from "../store.ts";
import { spawnGit, startError } from "./git.ts";

/** A branch that is locked and still where it was expected; nobody else can move it until it is settled. */
export interface PreparedUpdate {
  readonly kind: "prepared";
  /** Moves the branch. Throws when git then does not. */
  commit(): Promise<void>;
  /** Leaves the branch where it is. */
  abort(): Promise<void>;
}

/** What git said to the wish to move a branch. */
export type UpdateOffer = PreparedUpdate | { readonly kind: "refused"; readonly reason: string };

/** Locks a ref and compares it with `from` (zeros: it must not exist). https://git-scm.com/docs/git-update-ref */
export async function prepareUpdate(
  top: string,
  { ref, from, to }: { readonly ref: string; readonly from: ObjectId; readonly to: ObjectId },
): Promise<UpdateOffer> {
  const child = spawnGit(top, ["update-ref", "--stdin", "-z", "-m", "assay"], { detached: true });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on("error", () => undefined);
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", (error) => reject(startError(error)));
    child.on("close", (code) => resolve(code ?? -1));
  });
  const locked = new Promise<true>((resolve) => {
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout.includes("prepare: ok\n")) resolve(true);
    });
  });
  child.stdin.write(`start\0update ${ref}\0${to}\0${from}\0prepare\0`);
  if ((await Promise.race([locked, ended])) !== true) return { kind: "refused", reason: stderr.trim() };
  return {
    kind: "prepared",
    async commit() {
      child.stdin.end("commit\0");
      if ((await ended) !== 0) throw new Error(`git did not move ${ref}: ${stderr.trim()}`);
    },
    async abort() {
      child.stdin.end("abort\0");
      await ended;
    },
  };
}
