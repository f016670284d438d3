import { compareText } from "../../format/names.ts";
import type { Entry, ObjectId } from "../store.ts";

/** A folder as a commit holds it. */
export interface Tree {
  /** Ordered by name. */
  readonly entries: readonly Entry[];
  readonly byName: ReadonlyMap<string, Entry>;
}

/** An entry as git stores it: the name's bytes as latin-1, so that names that are no UTF-8 survive. */
export interface RawEntry {
  readonly mode: string;
  readonly name: string;
  readonly id: ObjectId;
}

/** The mode of a folder in a tree object. */
export const FOLDER_MODE = "40000";

/** The mode of a plain file. */
export const FILE_MODE = "100644";

/** A folder that is not there. */
export const NO_TREE: Tree = { entries: [], byName: new Map() };

/** What a mode of git stands for, with or without a leading zero. */
export function kindOfMode(mode: string): Entry["kind"] {
  switch (mode) {
    case FOLDER_MODE:
    case "040000":
      return "folder";
    case "120000":
      return "link";
    case "160000":
      return "submodule";
    default:
      return "file";
  }
}

/** Reads a tree object. */
export function parseTree(bytes: Buffer, idBytes: number): Tree {
  const entries: Entry[] = [];
  eachEntry(bytes, idBytes, (modeAt, nameAt, idAt) => {
    entries.push({
      name: bytes.toString("utf8", nameAt, idAt - 1),
      kind: kindOfMode(bytes.toString("latin1", modeAt, nameAt - 1)),
      id: bytes.toString("hex", idAt, idAt + idBytes),
    });
  });
  entries.sort((a, b) => compareText(a.name, b.name));
  return { entries, byName: new Map(entries.map((entry) => [entry.name, entry])) };
}

/** Reads a tree object byte for byte, to write it again with changes. */
export function parseRawTree(bytes: Buffer, idBytes: number): Map<string, RawEntry> {
  const entries = new Map<string, RawEntry>();
  eachEntry(bytes, idBytes, (modeAt, nameAt, idAt) => {
    const name = bytes.toString("latin1", nameAt, idAt - 1);
    const mode = bytes.toString("latin1", modeAt, nameAt - 1);
    entries.set(name, { mode, name, id: bytes.toString("hex", idAt, idAt + idBytes) });
  });
  return entries;
}

/** Writes a tree object; git orders entries by their bytes, folders as if their names ended in `/`. */
export function renderTree(entries: Iterable<RawEntry>): Buffer {
  const sorted = [...entries].sort((a, b) => compareText(sortKey(a), sortKey(b)));
  return Buffer.concat(
    sorted.flatMap(({ mode, name, id }) => [
      Buffer.from(`${mode} ${name}\0`, "latin1"),
      Buffer.from(id, "hex"),
    ]),
  );
}

function sortKey({ mode, name }: RawEntry): string {
  return kindOfMode(mode) === "folder" ? `${name}/` : name;
}

function eachEntry(
  bytes: Buffer,
  idBytes: number,
  visit: (modeAt: number, nameAt: number, idAt: number) => void,
): void {
  for (let at = 0; at < bytes.length;) {
    const nameAt = bytes.indexOf(32, at) + 1;
    const idAt = bytes.indexOf(0, nameAt) + 1;
    if (nameAt === 0 || idAt === 0) throw new TypeError("a tree object ends in the middle of an entry");
    visit(at, nameAt, idAt);
    at = idAt + idBytes;
  }
}
