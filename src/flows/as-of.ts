import { AssayError } from "../format/error.ts";
import { formatTime } from "../format/time.ts";
import { openRegistry } from "../store/open-registry.ts";
import type { Store } from "../store/store.ts";
import type { Head } from "./change.ts";
import { readHead } from "./change.ts";

/** The registry to answer from, and the moment to answer for. */
export interface Moment extends Head {
  readonly now: Date;
}

/**
 * The registry as of a time: in the past the default branch as it stood then, in the future today's under a clock that
 * has moved on. Throws `not-found` for a time before its first commit.
 */
export async function readAsOf(store: Store, asOf: Date | undefined, clock: Date): Promise<Moment> {
  if (asOf === undefined || asOf >= clock) return { ...(await readHead(store)), now: asOf ?? clock };
  const commit = await store.commitAt(formatTime(asOf));
  if (commit === undefined)
    throw new AssayError("not-found", `${store.name} had no commit at ${formatTime(asOf)}.`, {
      hint: "Ask for a later time with --as-of.",
    });
  return { branch: await store.defaultBranch(), commit, registry: openRegistry(store.at(commit)), now: asOf };
}
