/** One entry of a git tree. Modes are git's own: 100644, 100755, 120000, 040000, 160000. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly sha: string;
}

/** A path to be set or, with `entry: null`, removed. */
export interface TreeEdit {
  readonly path: string;
  readonly entry: { readonly mode: string; readonly sha: string } | null;
}

/** Where edited trees are read from and written to. */
export interface TreeStore {
  readTree(sha: string): Promise<readonly TreeEntry[]>;
  writeTree(entries: readonly TreeEntry[]): string;
}

export const TREE_MODE = "040000";

/** The object type that a mode stands for. */
export function modeType(mode: string): "blob" | "tree" | "commit" {
  if (mode === TREE_MODE) return "tree";
  return mode === "160000" ? "commit" : "blob";
}

/** Decodes the body of a tree object. */
export function parseTree(body: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(32, at);
    const end = body.indexOf(0, space);
    entries.push({
      mode: body.toString("latin1", at, space).padStart(6, "0"),
      name: body.toString("utf8", space + 1, end),
      sha: body.toString("hex", end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

function sortKey(entry: TreeEntry): Buffer {
  return Buffer.from(entry.mode === TREE_MODE ? `${entry.name}/` : entry.name);
}

/** Encodes entries as the body of a tree object, in git's order. */
export function renderTree(entries: readonly TreeEntry[]): Buffer {
  const sorted = entries.map((entry) => ({ entry, key: sortKey(entry) }));
  sorted.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    sorted.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode.replace(/^0/, "")} ${entry.name}\0`),
      Buffer.from(entry.sha, "hex"),
    ]),
  );
}

/** A path that was to be removed and is not there. */
export class MissingPath extends Error {}

/**
 * Applies edits to a tree and writes the trees that changed; directories left empty disappear.
 * Returns the new tree's name. Throws MissingPath when a removed path is absent.
 */
export async function editTree(
  store: TreeStore,
  base: string | undefined,
  edits: readonly TreeEdit[],
): Promise<string> {
  const names = new Map((base ? await store.readTree(base) : []).map((entry) => [entry.name, entry]));
  const nested = new Map<string, TreeEdit[]>();
  for (const { path, entry } of edits) {
    const slash = path.indexOf("/");
    if (slash >= 0) {
      const below = { path: path.slice(slash + 1), entry };
      nested.set(path.slice(0, slash), [...(nested.get(path.slice(0, slash)) ?? []), below]);
    } else if (entry) {
      names.set(path, { ...entry, name: path });
    } else if (!names.delete(path)) {
      throw new MissingPath(path);
    }
  }
  for (const [name, below] of nested) {
    const old = names.get(name);
    const sha = await editTree(store, old?.mode === TREE_MODE ? old.sha : undefined, below);
    if ((await store.readTree(sha)).length > 0) names.set(name, { mode: TREE_MODE, name, sha });
    else names.delete(name);
  }
  return store.writeTree([...names.values()]);
}
