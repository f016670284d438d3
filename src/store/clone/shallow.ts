import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssayError } from "../../format/error.ts";
import type { ObjectId } from "../store.ts";
import type { Clone } from "./clone.ts";
import { runGit } from "./git.ts";

/** The commits whose parents a shallow clone lacks; empty in a full clone. https://git-scm.com/docs/shallow */
export async function readShallowBoundary(clone: Clone): Promise<ReadonlySet<ObjectId>> {
  const text = await readFile(join(clone.commonDirectory, "shallow"), "utf8").catch(() => "");
  return new Set(text.split("\n").filter((line) => line !== ""));
}

/** Throws `shallow` where the first parents of a commit end because the clone lacks the rest. */
export async function checkHistoryEnd(clone: Clone, from: ObjectId): Promise<void> {
  const boundary = await readShallowBoundary(clone);
  if (boundary.size === 0) return;
  const args = ["rev-list", "--first-parent", "--max-parents=0", from, "--"];
  const ends = (await runGit(clone.top, args)).toString().trim().split("\n");
  if (ends.some((end) => boundary.has(end))) throw shallowError(clone);
}

/** The error for a question that needs more history than a shallow clone has. */
export function shallowError(clone: Clone): AssayError {
  return new AssayError(
    "shallow",
    `"${clone.directory}" is a shallow clone, and its history ends too early.`,
    {
      hint: "Get the rest with: git fetch --unshallow",
    },
  );
}
