import { AssayError } from "../../format/error.ts";
import { compareText } from "../../format/names.ts";
import { asked, parseRefusal, requestError } from "../../github/request-error.ts";
import { splitPath } from "../paths.ts";
import type { Entry, ObjectId } from "../store.ts";
import { carryOver } from "./earlier.ts";
import type { SizedEntry } from "./object-cache.ts";
import { recallRoot, rememberRoot } from "./known-commits.ts";
import type { Source } from "./source.ts";
import { cacheKey } from "./source.ts";

// The contents API cuts a folder here without a word.
const MAX_CONTENTS = 1_000;

/** The entries of a folder of the repository, ordered by name; empty when the commit has no such folder. */
export async function listFolder(
  source: Source,
  commit: ObjectId,
  folder: string,
): Promise<readonly SizedEntry[]> {
  const id = await findFolder(source, commit, folder);
  return id === undefined ? [] : await readTree(source, id);
}

/** What is known of a path's entry without asking; undefined when nothing is. */
export function recallEntry(
  source: Source,
  commit: ObjectId,
  path: string,
): { readonly entry: SizedEntry | undefined } | undefined {
  const carried = source.cache.entries.recall(cacheKey(source, commit, path));
  if (carried !== undefined) return carried;
  const place = splitPath(path);
  const folder = recallFolder(source, commit, place.folder);
  if (folder === undefined) return undefined;
  if (folder.id === undefined) return { entry: undefined };
  const entries = source.cache.trees.recall(cacheKey(source, folder.id));
  return entries === undefined ? undefined : { entry: entries.find(({ name }) => name === place.name) };
}

/** The root tree of a commit. https://docs.github.com/en/rest/git/commits#get-a-commit-object */
export async function readRoot(source: Source, commit: ObjectId): Promise<ObjectId> {
  const known = recallRoot(source, commit);
  if (known !== undefined) return known;
  const { client, repository } = source;
  const { data } = await asked(client.rest.git.getCommit({ ...repository, commit_sha: commit }));
  rememberRoot(source, commit, data.tree.sha);
  return data.tree.sha;
}

async function findFolder(source: Source, commit: ObjectId, folder: string): Promise<ObjectId | undefined> {
  // GitHub takes a commit where it wants a tree, so the root needs no further look.
  if (folder === "") return recallRoot(source, commit) ?? commit;
  const known = recallFolder(source, commit, folder);
  if (known !== undefined) return known.id;
  const found = await source.cache.folders.load(cacheKey(source, commit, folder), () =>
    openFolder(source, commit, folder),
  );
  return found.id;
}

/** What follows about a folder from what was read already; undefined when nothing does. */
function recallFolder(
  source: Source,
  commit: ObjectId,
  folder: string,
): { readonly id: ObjectId | undefined } | undefined {
  const known = source.cache.folders.recall(cacheKey(source, commit, folder));
  if (known !== undefined) return known;
  if (folder === "") return { id: commit };
  const place = splitPath(folder);
  const parent = recallFolder(source, commit, place.folder);
  if (parent === undefined || parent.id === undefined) return parent;
  const siblings = source.cache.trees.recall(cacheKey(source, parent.id));
  if (siblings === undefined) return undefined;
  const entry = siblings.find(({ name }) => name === place.name);
  return { id: entry?.kind === "folder" ? entry.id : undefined };
}

/** Takes a folder over from an earlier commit, or jumps straight to it: one request tells its tree's id and, unless it is large, its entries. */
async function openFolder(
  source: Source,
  commit: ObjectId,
  folder: string,
): Promise<{ readonly id: ObjectId | undefined }> {
  const carried = await carryOver(source, commit, {
    path: folder,
    recall: (earlier) => recallFolder(source, earlier, folder),
  });
  if (carried !== undefined) return carried;
  const data = await readContents(source, commit, folder);
  if (data === undefined || data.type !== "dir" || typeof data.sha !== "string") return { id: undefined };
  const { sha: id, entries } = data;
  if (Array.isArray(entries) && entries.length < MAX_CONTENTS) {
    const parsed = entries.map((entry: unknown) => parseContentsEntry(entry));
    source.cache.trees.remember(cacheKey(source, id), sorted(parsed));
  }
  return { id };
}

/**
 * What the contents API says about a path of a commit; undefined where there is nothing.
 * https://docs.github.com/en/rest/repos/contents#get-repository-content
 */
export async function readContents(
  { client, repository }: Source,
  commit: ObjectId,
  path: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const answer: { readonly data: unknown } = await client.rest.repos.getContent({
      ...repository,
      path,
      ref: commit,
      headers: { accept: "application/vnd.github.object+json" },
    });
    return isRecord(answer.data) ? answer.data : undefined;
  } catch (error) {
    const refusal = parseRefusal(error);
    // A path that is missing in a commit is an answer; a commit that is missing is not.
    if (refusal?.status === 404 && !/no commit found/i.test(refusal.reason)) return undefined;
    throw requestError(error);
  }
}

/** The entries of a tree, each tree read once. https://docs.github.com/en/rest/git/trees#get-a-tree */
function readTree(source: Source, id: ObjectId): Promise<readonly SizedEntry[]> {
  const { client, repository, cache } = source;
  return cache.trees.load(cacheKey(source, id), async () => {
    const { data } = await asked(client.rest.git.getTree({ ...repository, tree_sha: id }));
    if (data.truncated) {
      throw new AssayError(
        "invalid",
        `A folder of ${repository.owner}/${repository.repo} (tree ${id}) has more entries than GitHub lists. Split it.`,
      );
    }
    return sorted(
      data.tree.map((entry) => ({
        name: entry.path,
        kind: kindOfMode(entry.mode),
        id: entry.sha,
        size: entry.size,
      })),
    );
  });
}

function kindOfMode(mode: string): Entry["kind"] {
  switch (mode) {
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

function parseContentsEntry(entry: unknown): SizedEntry {
  if (!isRecord(entry) || typeof entry.name !== "string" || typeof entry.sha !== "string") {
    throw new TypeError("GitHub listed a folder's entry without name or id");
  }
  const size = typeof entry.size === "number" ? entry.size : undefined;
  return { name: entry.name, kind: kindOfContents(entry), id: entry.sha, size };
}

function kindOfContents({ type, git_url: url }: Readonly<Record<string, unknown>>): Entry["kind"] {
  switch (type) {
    case "dir":
      return "folder";
    case "symlink":
      return "link";
    case "submodule":
      return "submodule";
    default:
      // For backwards compatibility GitHub lists a submodule as a file; only its address is not a blob's.
      return typeof url === "string" && url.includes("/git/blobs/") ? "file" : "submodule";
  }
}

function sorted(entries: readonly SizedEntry[]): readonly SizedEntry[] {
  return entries.toSorted((a, b) => compareText(a.name, b.name));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
