import { AssayError } from "../../format/error.ts";
import type { ClientLike } from "../../github/client.ts";
import { asked, askedOrAbsent, parseRefusal, requestError } from "../../github/request-error.ts";
import type { Timings } from "../../github/timings.ts";
import { TIMINGS } from "../../github/timings.ts";
import type { ObjectId, Store } from "../store.ts";
import { readDifference, readDifferenceFromTip } from "./difference.ts";
import { noteTip, rememberRoot } from "./known-commits.ts";
import { findCommitAt, readHistory, readMessages } from "./history.ts";
import type { ObjectCache } from "./object-cache.ts";
import { createObjectCache } from "./object-cache.ts";
import { readRef } from "./ref.ts";
import { openSnapshot } from "./snapshot.ts";
import type { Source } from "./source.ts";
import { createTurns } from "./turns.ts";
import { writeChange } from "./write.ts";

const DEFAULT_CACHE_BYTES = 67_108_864;

/** Which registry to open. */
export interface GitHubStoreOptions {
  readonly owner: string;
  readonly repo: string;
  /** The registry's folder in the repository; the repository itself unless told otherwise. */
  readonly root?: string;
  /** Shared between stores; one of 64 MiB of its own unless given. */
  readonly cache?: ObjectCache;
  /** Saves the request that asks for it. */
  readonly defaultBranch?: string;
  readonly timings?: Partial<Timings>;
}

/**
 * A registry in a repository on GitHub. Reading is lazy and by content: each tree and blob is requested once.
 * Errors are `unavailable`, `forbidden`, `not-found` and, for what the registry must not hold, `invalid`.
 */
export function openGitHubStore(client: ClientLike, options: GitHubStoreOptions): Store {
  const { owner, repo, cache = createObjectCache({ maxBytes: DEFAULT_CACHE_BYTES }) } = options;
  const source: Source = {
    client,
    repository: { owner, repo },
    root: (options.root ?? "")
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/"),
    cache,
    timings: { ...TIMINGS, ...options.timings },
  };
  const takeTurn = createTurns();
  let { defaultBranch } = options;
  async function readDefaultBranch(): Promise<string> {
    defaultBranch ??= (await asked(client.rest.repos.get({ owner, repo }))).data.default_branch;
    return defaultBranch;
  }
  return {
    locality: "remote",
    name: `${owner}/${repo}`,
    root: source.root,
    defaultBranch: readDefaultBranch,
    tip: (branch) => readTip(source, branch),
    resolve: async (revision) =>
      await resolveRevision(source, revision === "HEAD" ? await readDefaultBranch() : revision),
    at: (commit) => openSnapshot(source, commit),
    commitAt: async (time) => await findCommitAt(source, await readDefaultBranch(), time),
    history: (from, paths) => readHistory(source, from, paths),
    messages: (from, folder) => readMessages(source, from, folder),
    diff: (base, head) => readDifference(source, base, head),
    diffFromTip: (branch, head) => readDifferenceFromTip(source, branch, head),
    write: (write) =>
      // Writers of one store would only lose races to each other; who waited looks first, since a read is cheap.
      takeTurn(write.branch, async (waited) =>
        waited && (await readRef(source, write.branch)) !== write.tip
          ? { kind: "moved" }
          : await writeChange(source, write),
      ),
  };
}

/** https://docs.github.com/en/rest/branches/branches#get-a-branch */
async function readTip(source: Source, branch: string): Promise<ObjectId | undefined> {
  const { client, repository } = source;
  const answer = await askedOrAbsent(client.rest.repos.getBranch({ ...repository, branch }));
  // The old name of a renamed branch redirects to the new one.
  if (answer === undefined || answer.data.name !== branch) return undefined;
  const { sha, commit } = answer.data.commit;
  noteTip(source, branch, sha);
  rememberRoot(source, sha, commit.tree.sha);
  return sha;
}

/** https://docs.github.com/en/rest/commits/commits#get-a-commit */
async function resolveRevision(source: Source, revision: string): Promise<ObjectId> {
  const { client, repository } = source;
  try {
    const { data } = await client.rest.repos.getCommit({ ...repository, ref: revision, per_page: 1 });
    rememberRoot(source, data.sha, data.commit.tree.sha);
    return data.sha;
  } catch (error) {
    const status = parseRefusal(error)?.status;
    if (status !== 404 && status !== 422) throw requestError(error);
    throw new AssayError(
      "not-found",
      `${repository.owner}/${repository.repo} has no branch, tag or commit "${revision}".`,
    );
  }
}
