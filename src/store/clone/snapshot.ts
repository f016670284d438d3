import type { ObjectId, Snapshot } from "../store.ts";
import { type Objects, readFile } from "./objects.ts";
import { repositoryPath, splitPath } from "../paths.ts";
import { NO_TREE, type Tree } from "./tree.ts";

/** The registry in a folder (`root`, empty for the top) of a commit; trees are walked by their ids. */
export function openSnapshot(objects: Objects, root: string, commit: ObjectId): Snapshot {
  const folders = new Map<string, Promise<Tree>>();

  function openFolder(path: string): Promise<Tree> {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const tree = path === "" ? objects.root(commit).then((id) => objects.tree(id)) : openSubfolder(path);
    folders.set(path, tree);
    return tree;
  }

  async function openSubfolder(path: string): Promise<Tree> {
    const { folder, name } = splitPath(path);
    const entry = (await openFolder(folder)).byName.get(name);
    return entry?.kind === "folder" ? await objects.tree(entry.id) : NO_TREE;
  }

  async function find(path: string) {
    const { folder, name } = splitPath(repositoryPath(root, path));
    return (await openFolder(folder)).byName.get(name);
  }

  return {
    commit,
    async list(folder) {
      return (await openFolder(repositoryPath(root, folder))).entries;
    },
    entry: find,
    has: async (path) => (await find(path)) !== undefined,
    async read(path) {
      const entry = await find(path);
      return entry === undefined ? undefined : await readFile(objects, path, entry);
    },
  };
}
