import type { ObjectId } from "../store.ts";
import type { Source } from "./source.ts";
import { cacheKey } from "./source.ts";

/** Remembers the root tree that a commit is known to have. */
export function rememberRoot(source: Source, commit: ObjectId, tree: ObjectId): void {
  source.cache.folders.remember(cacheKey(source, commit, ""), { id: tree });
}

/** The root tree of a commit, where it is known already. */
export function recallRoot(source: Source, commit: ObjectId): ObjectId | undefined {
  return source.cache.folders.recall(cacheKey(source, commit, ""))?.id;
}

/** Notes where a branch stands now, so that what was read at its tip before can be taken over where nothing changed. */
export function noteTip(source: Source, branch: string, tip: ObjectId): void {
  const key = cacheKey(source, branch);
  const before = source.cache.tips.get(key);
  source.cache.tips.set(key, tip);
  if (before !== undefined && before !== tip) source.cache.earlier.remember(cacheKey(source, tip), before);
}
