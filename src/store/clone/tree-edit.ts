import { AssayError } from "../../format/error.ts";
import type { Edit, ObjectId } from "../store.ts";
import type { Clone } from "./clone.ts";
import { makeObject, type NewObject } from "./new-objects.ts";
import { checkWritablePath, repositoryPath } from "../paths.ts";
import { FILE_MODE, FOLDER_MODE, kindOfMode, parseRawTree, type RawEntry, renderTree } from "./tree.ts";

/** A tree with edits made, and the objects that it needs and that may not be there yet. */
export interface EditedTree {
  readonly id: ObjectId;
  readonly objects: readonly NewObject[];
}

interface FileEdit {
  readonly kind: "file";
  readonly path: string;
  readonly content: string | undefined;
}

interface FolderEdit {
  readonly kind: "folder";
  readonly path: string;
  readonly children: Map<string, FileEdit | FolderEdit>;
}

/**
 * Makes edits in a tree, reading and writing only the folders on the way to them; a folder that loses its last entry
 * goes. Throws `invalid` for a path that is unsafe, given twice, a folder, or leads through a link, submodule or file.
 */
export async function editTree(clone: Clone, tree: ObjectId, edits: readonly Edit[]): Promise<EditedTree> {
  const objects: NewObject[] = [];

  async function editFolder(id: ObjectId | undefined, edit: FolderEdit): Promise<ObjectId | undefined> {
    const idBytes = clone.hash === "sha1" ? 20 : 32;
    const entries =
      id === undefined
        ? new Map<string, RawEntry>()
        : parseRawTree(await clone.objects.read(id, "tree"), idBytes);
    for (const [part, child] of edit.children) {
      const name = Buffer.from(part).toString("latin1");
      const entry = await editEntry(entries.get(name), name, child);
      if (entry === undefined) entries.delete(name);
      else entries.set(name, entry);
    }
    if (entries.size === 0 && edit.path !== "") return undefined;
    return add(makeObject(clone.hash, "tree", renderTree(entries.values())));
  }

  async function editEntry(
    old: RawEntry | undefined,
    name: string,
    edit: FileEdit | FolderEdit,
  ): Promise<RawEntry | undefined> {
    const kind = old === undefined ? edit.kind : kindOfMode(old.mode);
    if (kind !== edit.kind) throw misfit(edit, kind);
    if (edit.kind === "folder") {
      const id = await editFolder(old?.id, edit);
      return id === undefined ? undefined : { mode: FOLDER_MODE, name, id };
    }
    if (edit.content === undefined) return undefined;
    const id = add(makeObject(clone.hash, "blob", Buffer.from(edit.content)));
    return { mode: old?.mode ?? FILE_MODE, name, id };
  }

  function add(object: NewObject): ObjectId {
    objects.push(object);
    return object.id;
  }

  const id = await editFolder(tree, gatherEdits(clone, edits));
  return { id: id ?? tree, objects };
}

function gatherEdits(clone: Clone, edits: readonly Edit[]): FolderEdit {
  const top: FolderEdit = { kind: "folder", path: "", children: new Map() };
  for (const { path: given, content } of edits) {
    const path = repositoryPath(clone.root, given);
    checkWritablePath(path);
    const parts = path.split("/");
    const name = parts.pop() ?? "";
    let folder = top;
    for (const part of parts) folder = openFolder(folder, part);
    if (folder.children.has(name)) throw clash(path);
    folder.children.set(name, { kind: "file", path, content });
  }
  return top;
}

function openFolder(parent: FolderEdit, name: string): FolderEdit {
  const path = parent.path === "" ? name : `${parent.path}/${name}`;
  const known = parent.children.get(name) ?? { kind: "folder", path, children: new Map() };
  if (known.kind === "file") throw clash(path);
  parent.children.set(name, known);
  return known;
}

function clash(path: string): AssayError {
  return new AssayError("invalid", `A change names "${path}" twice, or as a file and as a folder.`, { path });
}

function misfit({ path, kind: wanted }: FileEdit | FolderEdit, found: string): AssayError {
  return new AssayError("invalid", `"${path}" is a ${found} where a ${wanted} belongs.`, {
    path,
    hint: "Nothing is written through or over it; move it away first.",
  });
}
