import { AssayError } from "../../format/error.ts";
import type { Entry, ObjectId, StoredFile } from "../store.ts";
import { MAX_OBJECT_BYTES } from "./batch-parser.ts";
import { ObjectCache } from "./object-cache.ts";
import type { ObjectReader } from "./object-reader.ts";
import { parseTree, type Tree } from "./tree.ts";

const BLOB_CACHE_BYTES = 96 * 1_048_576;
const TREE_CACHE_BYTES = 48 * 1_048_576;
// What an entry of a parsed tree, or the holding of an object, costs beside its text: an estimate.
const OVERHEAD_BYTES = 200;

/** The repository's objects, each read once as long as the caches hold it. */
export class Objects {
  readonly #reader: ObjectReader;
  readonly #idBytes: number;
  readonly #blobs = new ObjectCache<Buffer>(BLOB_CACHE_BYTES, ({ length }) => length + OVERHEAD_BYTES);
  readonly #trees = new ObjectCache<Tree>(TREE_CACHE_BYTES, ({ entries }) =>
    entries.reduce((sum, { name }) => sum + name.length + OVERHEAD_BYTES, OVERHEAD_BYTES),
  );
  readonly #roots = new ObjectCache<ObjectId>(TREE_CACHE_BYTES / 8, () => OVERHEAD_BYTES);

  constructor(reader: ObjectReader, idBytes: number) {
    this.#reader = reader;
    this.#idBytes = idBytes;
  }

  /** The tree that a commit holds. Throws `not-found` where there is no such commit. */
  root(commit: ObjectId): Promise<ObjectId> {
    return this.#roots.load(commit, async () => {
      const answer = isObjectId(commit) ? await this.#reader.read(commit) : undefined;
      if (answer?.kind !== "object" || answer.type !== "commit") {
        throw new AssayError("not-found", `"${this.#reader.directory}" has no commit "${commit}".`);
      }
      const start = "tree ".length;
      return answer.bytes.toString("latin1", start, start + 2 * this.#idBytes);
    });
  }

  tree(id: ObjectId): Promise<Tree> {
    return this.#trees.load(id, async () => parseTree(await this.read(id, "tree"), this.#idBytes));
  }

  blob(id: ObjectId): Promise<Buffer> {
    return this.#blobs.load(id, () => this.read(id, "blob"));
  }

  /** An object's bytes, past the caches. Throws `invalid` where the clone lacks it or it is larger than 100 MiB. */
  async read(id: ObjectId, type: "tree" | "blob"): Promise<Buffer> {
    const answer = await this.#reader.read(id);
    if (answer.kind === "missing") {
      throw new AssayError("invalid", `"${this.#reader.directory}" lacks the object ${id}.`, {
        hint: "Look for damage with: git fsck",
      });
    }
    if (answer.kind === "too-large") {
      throw new AssayError(
        "invalid",
        `The object ${id} of "${this.#reader.directory}" has ${answer.size} bytes; the most is ${MAX_OBJECT_BYTES}.`,
      );
    }
    if (answer.type === type) return answer.bytes;
    throw new AssayError("invalid", `The object ${id} of "${this.#reader.directory}" is no ${type}.`);
  }

  close(): void {
    this.#reader.close();
  }
}

/** The file that an entry at a path stands for. Throws `invalid` for a link, submodule or folder. */
export async function readFile(
  objects: Objects,
  path: string,
  { kind, id }: Pick<Entry, "kind" | "id">,
): Promise<StoredFile> {
  if (kind !== "file") {
    throw new AssayError("invalid", `"${path}" is a ${kind}; the registry holds plain files only.`, { path });
  }
  return { path, id, bytes: await objects.blob(id) };
}

/** Whether the text has the form of an object's id. */
export function isObjectId(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
