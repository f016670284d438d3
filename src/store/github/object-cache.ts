import type { Time } from "../../format/time.ts";
import type { ChangedPath, Difference, Entry, ObjectId, Revision } from "../store.ts";

/** Values of one kind by key. None of them ever changes, so there is nothing to invalidate. */
export interface Shelf<T> {
  recall(key: string): T | undefined;
  remember(key: string, value: T): void;
  /** The remembered value, or else the loaded one; asked twice at the same time it loads once, and a failure is not kept. */
  load(key: string, load: () => Promise<T>): Promise<T>;
}

/** An entry with its size in bytes, where GitHub tells it. */
export interface SizedEntry extends Entry {
  readonly size: number | undefined;
}

/** A commit out of a listing of those that changed a path. */
export type ListedCommit = Omit<Revision, "read" | "path">;

/** What was read of repositories on GitHub, shared by as many stores as like, within one bound of memory. */
export interface ObjectCache {
  readonly blobs: Shelf<Uint8Array>;
  /** The entries of folders, by the tree's id; a commit's id stands for its root. */
  readonly trees: Shelf<readonly SizedEntry[]>;
  /** The tree's id of each folder of a commit; undefined where it has none of that path. */
  readonly folders: Shelf<{ readonly id: ObjectId | undefined }>;
  /** Entries of a commit that were taken over from an earlier one; undefined where it has none of that path. */
  readonly entries: Shelf<{ readonly entry: SizedEntry | undefined }>;
  /** The tip that a branch was last seen at before a commit. */
  readonly earlier: Shelf<ObjectId>;
  /** Where branches were last seen. It may be behind, and is never taken for where they are. */
  readonly tips: Map<string, ObjectId>;
  /** The blob's id of files of a commit; undefined where it has none of that path. */
  readonly files: Shelf<{ readonly id: ObjectId | undefined }>;
  /** When the pull request that brought a commit was merged; undefined where none did. */
  readonly merges: Shelf<{ readonly at: Time | undefined }>;
  readonly histories: Shelf<readonly ListedCommit[]>;
  readonly differences: Shelf<Difference>;
}

const OVERHEAD = 200;

/** Makes a cache that forgets what was used longest ago once it holds more than `maxBytes` (an estimate). */
export function createObjectCache({ maxBytes }: { readonly maxBytes: number }): ObjectCache {
  const budget = createBudget(maxBytes);
  return {
    blobs: createShelf(budget, (bytes) => bytes.length),
    trees: createShelf(budget, (entries) => total(entries, ({ name }) => 2 * name.length + OVERHEAD)),
    folders: createShelf(budget, () => 0),
    entries: createShelf(budget, () => 0),
    earlier: createShelf(budget, () => 0),
    tips: new Map(),
    files: createShelf(budget, () => 0),
    merges: createShelf(budget, () => 0),
    histories: createShelf(budget, (commits) =>
      total(commits, ({ message }) => 2 * message.length + OVERHEAD),
    ),
    differences: createShelf(budget, sizeOfDifference),
  };
}

function sizeOfDifference({ paths, outside, commits }: Difference): number {
  return (
    total(paths, ({ path }: ChangedPath) => 2 * path.length + OVERHEAD) +
    total(outside, ({ path }) => 2 * path.length + OVERHEAD) +
    total(commits, ({ message }) => 2 * message.length + OVERHEAD)
  );
}

function total<T>(items: readonly T[], size: (item: T) => number): number {
  return items.reduce((sum, item) => sum + size(item), 0);
}

/** Counts what all shelves hold, and drops what was used longest ago. */
interface Budget {
  add(slot: Slot): void;
  touch(slot: Slot): void;
}

interface Slot {
  readonly bytes: number;
  readonly drop: () => void;
}

function createBudget(maxBytes: number): Budget {
  // A set keeps the order of insertion, so its first element was used longest ago.
  const slots = new Set<Slot>();
  let used = 0;
  return {
    add(slot) {
      slots.add(slot);
      used += slot.bytes;
      for (const oldest of slots) {
        if (used <= maxBytes) break;
        slots.delete(oldest);
        used -= oldest.bytes;
        oldest.drop();
      }
    },
    touch(slot) {
      if (slots.delete(slot)) slots.add(slot);
    },
  };
}

function createShelf<T>(budget: Budget, size: (value: T) => number): Shelf<T> {
  const held = new Map<string, { readonly value: T; readonly slot: Slot }>();
  const loading = new Map<string, Promise<T>>();

  function recall(key: string): T | undefined {
    const found = held.get(key);
    if (found !== undefined) budget.touch(found.slot);
    return found?.value;
  }

  function remember(key: string, value: T): void {
    if (held.has(key)) return;
    const slot = { bytes: size(value) + 2 * key.length + OVERHEAD, drop: () => held.delete(key) };
    held.set(key, { value, slot });
    budget.add(slot);
  }

  function load(key: string, loader: () => Promise<T>): Promise<T> {
    const known = recall(key);
    if (known !== undefined) return Promise.resolve(known);
    const started = loading.get(key);
    if (started !== undefined) return started;
    const promise = loader()
      .then((value) => {
        remember(key, value);
        return value;
      })
      .finally(() => loading.delete(key));
    loading.set(key, promise);
    return promise;
  }

  return { recall, remember, load };
}
