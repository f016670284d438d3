import { AssayError } from "../../format/error.ts";
import { asked } from "../../github/request-error.ts";
import { repositoryPath, splitPath } from "../paths.ts";
import type { Entry, ObjectId, Snapshot, StoredFile } from "../store.ts";
import { carriedOn, carryOver } from "./earlier.ts";
import { listFolder, readContents, recallEntry } from "./folders.ts";
import type { SizedEntry } from "./object-cache.ts";
import type { Source } from "./source.ts";
import { cacheKey } from "./source.ts";

/** The largest file that is read, in bytes. */
export const MAX_FILE_BYTES = 33_554_432;

/** The registry at a commit, read lazily; each tree and each blob is requested once as long as the cache holds it. */
export function openSnapshot(source: Source, commit: ObjectId): Snapshot {
  async function find(path: string): Promise<SizedEntry | undefined> {
    const full = repositoryPath(source.root, path);
    const known = recallEntry(source, commit, full) ?? (await carryEntry(source, commit, full));
    if (known !== undefined) return known.entry;
    const place = splitPath(full);
    const entries = await listFolder(source, commit, place.folder);
    return entries.find(({ name }) => name === place.name);
  }
  return {
    commit,
    async list(folder) {
      const entries = await listFolder(source, commit, repositoryPath(source.root, folder));
      return entries.map(withoutSize);
    },
    async entry(path) {
      const entry = await find(path);
      return entry === undefined ? undefined : withoutSize(entry);
    },
    async has(path) {
      const full = repositoryPath(source.root, path);
      const known = recallEntry(source, commit, full) ?? (await carryEntry(source, commit, full));
      return known === undefined
        ? (await readContents(source, commit, full)) !== undefined
        : known.entry !== undefined;
    },
    async read(path) {
      const entry = await find(path);
      return entry === undefined ? undefined : await readFile(source, path, entry);
    },
  };
}

function carryEntry(
  source: Source,
  commit: ObjectId,
  path: string,
): Promise<{ readonly entry: SizedEntry | undefined } | undefined> {
  const recall = (earlier: ObjectId): ReturnType<typeof recallEntry> => recallEntry(source, earlier, path);
  return carriedOn(
    source.cache.entries,
    cacheKey(source, commit, path),
    carryOver(source, commit, { path, recall }),
  );
}

/** The file that an entry stands for. Throws `invalid` for what is no file or has more than 32 MiB. */
export async function readFile(source: Source, path: string, entry: SizedEntry): Promise<StoredFile> {
  if (entry.kind !== "file") {
    throw new AssayError("invalid", `"${path}" is a ${entry.kind}; the registry holds plain files only.`, {
      path,
    });
  }
  if (entry.size !== undefined && entry.size > MAX_FILE_BYTES) {
    throw new AssayError("invalid", `"${path}" has ${entry.size} bytes; the most is ${MAX_FILE_BYTES}.`, {
      path,
    });
  }
  return { path, id: entry.id, bytes: await readBlob(source, entry.id) };
}

/** The bytes of a blob. https://docs.github.com/en/rest/git/blobs#get-a-blob */
function readBlob(source: Source, id: ObjectId): Promise<Uint8Array> {
  const { client, repository, cache } = source;
  return cache.blobs.load(cacheKey(source, id), async () => {
    const { data } = await asked(client.rest.git.getBlob({ ...repository, file_sha: id }));
    return Buffer.from(data.content, data.encoding === "base64" ? "base64" : "utf8");
  });
}

function withoutSize({ name, kind, id }: SizedEntry): Entry {
  return { name, kind, id };
}
