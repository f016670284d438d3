import { AssayError } from "../../format/error.ts";
import { repositoryPath } from "../paths.ts";
import type { Difference, ObjectId } from "../store.ts";
import { readDifference } from "./difference.ts";
import type { Shelf } from "./object-cache.ts";
import type { Source } from "./source.ts";
import { cacheKey } from "./source.ts";

/** A thing that was read of a path of a commit: a folder, an entry, a history. */
export interface Carried<T> {
  readonly path: string;
  /** What is known of the thing at a commit without asking. */
  readonly recall: (commit: ObjectId) => T | undefined;
}

/**
 * Takes over what is known of a path at the branch's earlier tip, where the commits since did not touch it: one request
 * for all paths, whatever was changed. Undefined where nothing is known, or something changed.
 */
export async function carryOver<T>(
  source: Source,
  commit: ObjectId,
  { path, recall }: Carried<T>,
): Promise<T | undefined> {
  const earlier = source.cache.earlier.recall(cacheKey(source, commit));
  if (earlier === undefined) return undefined;
  const known = recall(earlier);
  if (known === undefined) return undefined;
  const difference = await readStep(source, earlier, commit);
  return difference === undefined || touches(source, difference, path) ? undefined : known;
}

/** Remembers what was taken over, so that the next step is taken from here. */
export async function carriedOn<T>(
  shelf: Shelf<T>,
  key: string,
  carried: Promise<T | undefined>,
): Promise<T | undefined> {
  const value = await carried;
  if (value !== undefined) shelf.remember(key, value);
  return value;
}

/** What a branch gained from one tip to the next; undefined where it did not simply go on, or too far to be listed. */
async function readStep(
  source: Source,
  earlier: ObjectId,
  commit: ObjectId,
): Promise<Difference | undefined> {
  try {
    const difference = await readDifference(source, earlier, commit);
    return difference.mergeBase === earlier ? difference : undefined;
  } catch (error) {
    if (
      error instanceof AssayError &&
      (error.code === "invalid" || error.code === "usage" || error.code === "not-found")
    )
      return undefined;
    throw error;
  }
}

function touches(source: Source, { paths, outside }: Difference, path: string): boolean {
  const changed = [
    ...paths.map((one) => repositoryPath(source.root, one.path)),
    ...outside.map((one) => one.path),
  ];
  // A file may become a folder, and the other way round.
  return changed.some((one) => one === path || one.startsWith(`${path}/`) || path.startsWith(`${one}/`));
}
