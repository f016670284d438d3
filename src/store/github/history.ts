import { AssayError } from "../../format/error.ts";
import type { Time } from "../../format/time.ts";
import { formatTime, laterOf } from "../../format/time.ts";
import { asked } from "../../github/request-error.ts";
import { repositoryPath } from "../paths.ts";
import type { ObjectId, Revision, StoredFile } from "../store.ts";
import { carryOver } from "./earlier.ts";
import { readContents } from "./folders.ts";
import { readMergeTime } from "./merge-time.ts";
import type { ListedCommit } from "./object-cache.ts";
import { readFile } from "./snapshot.ts";
import type { Source } from "./source.ts";
import { cacheKey } from "./source.ts";

const PER_PAGE = 100;

/**
 * The commits that changed the paths, newest first for each path: a request for each hundred, and one for each commit.
 *
 * GitHub lists a path's commits along all parents, not only the first. Where pull requests are squashed or rebased the
 * two are the same. Where they are merged with a merge commit, it is the pull request's own commit that is told, with
 * the merge's time; a merge made without a pull request shows as the commits that it brought, with their own times.
 */
export async function* readHistory(
  source: Source,
  from: ObjectId,
  paths: readonly string[],
): AsyncGenerator<Revision> {
  for (const path of new Set(paths)) {
    const full = repositoryPath(source.root, path);
    for (let page = 1; ; page += 1) {
      const commits = await listCommits(source, from, { path: full, page });
      for (const commit of commits) {
        const merged = await readMergeTime(source, commit.commit);
        const at = merged === undefined ? commit.at : laterOf(commit.at, merged);
        yield { ...commit, at, path, read: () => readFileAt(source, commit.commit, path) };
      }
      if (commits.length < PER_PAGE) break;
    }
  }
}

/** The messages of the newest hundred commits that changed anything in a folder, newest first; one request. */
export async function readMessages(
  source: Source,
  from: ObjectId,
  folder: string,
): Promise<readonly string[]> {
  const commits = await listCommits(source, from, { path: repositoryPath(source.root, folder), page: 1 });
  return commits.map(({ message }) => message);
}

/**
 * The newest commit of a branch that was there at a time; undefined when all came later. GitHub lists by the committer's
 * date along all parents, so what a later merge brought is passed over.
 */
export async function findCommitAt(
  source: Source,
  branch: string,
  time: Time,
): Promise<ObjectId | undefined> {
  const { client, repository } = source;
  for (let page = 1; ; page += 1) {
    const { data } = await asked(
      client.rest.repos.listCommits({ ...repository, sha: branch, until: time, page, per_page: PER_PAGE }),
    );
    for (const { sha } of data) {
      const merged = await readMergeTime(source, sha);
      if (merged === undefined || merged <= time) return sha;
    }
    if (data.length < PER_PAGE) return undefined;
  }
}

interface CommitPage {
  readonly path: string;
  readonly page: number;
}

/** https://docs.github.com/en/rest/commits/commits#list-commits */
function listCommits(
  source: Source,
  from: ObjectId,
  { path, page }: CommitPage,
): Promise<readonly ListedCommit[]> {
  const { client, repository, cache } = source;
  return cache.histories.load(cacheKey(source, from, page, path), async () => {
    const carried = await carryOver(source, from, {
      path,
      recall: (earlier) => cache.histories.recall(cacheKey(source, earlier, page, path)),
    });
    if (carried !== undefined) return carried;
    const { data } = await asked(
      client.rest.repos.listCommits({ ...repository, sha: from, path, page, per_page: PER_PAGE }),
    );
    return data.map(({ sha, author, commit }) => ({
      commit: sha,
      at: timeOf(commit.committer?.date ?? commit.author?.date, sha),
      author: author?.login ?? commit.author?.name ?? "",
      message: commit.message,
    }));
  });
}

function timeOf(date: string | undefined, commit: ObjectId): string {
  if (date === undefined) throw new AssayError("invalid", `The commit ${commit} has no date.`);
  return formatTime(new Date(date));
}

/** A file of any commit in one request: the folders of old commits are of no further use. */
async function readFileAt(source: Source, commit: ObjectId, path: string): Promise<StoredFile | undefined> {
  const full = repositoryPath(source.root, path);
  const { id } = await source.cache.files.load(cacheKey(source, commit, full), async () => {
    const data = await readContents(source, commit, full);
    if (data === undefined) return { id: undefined };
    if (data.type !== "file" || data.path !== full || typeof data.sha !== "string") {
      throw new AssayError("invalid", `"${path}" is no plain file in the commit ${commit}.`, { path });
    }
    // Files of more than 1 MB come without content.
    if (data.encoding === "base64" && typeof data.content === "string") {
      source.cache.blobs.remember(cacheKey(source, data.sha), Buffer.from(data.content, "base64"));
    }
    return { id: data.sha };
  });
  if (id === undefined) return undefined;
  return await readFile(source, path, { name: path, kind: "file", id, size: undefined });
}
