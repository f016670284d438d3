import type { ClientLike, RepositoryName } from "./client.ts";
import { ONCE } from "./client.ts";
import { asked, isUncertain, parseRefusal, refusalError, requestError } from "./request-error.ts";

/** A merge to make: exactly the head `sha` that was decided on, as one commit. */
export interface Merge {
  readonly number: number;
  readonly sha: string;
  readonly title: string;
  readonly message: string;
  readonly method: "squash";
}

/**
 * What became of a merge.
 * - `merged` it is merged, now or before; `commit` is the one on the base branch
 * - `stale` the head is no longer `sha`: decide again
 * - `refused` GitHub's rules, a conflict or a draft stand in the way
 */
export type MergeOutcome =
  | { readonly kind: "merged"; readonly commit: string }
  | { readonly kind: "stale" }
  | { readonly kind: "refused"; readonly reason: string };

/**
 * Merges a pull request; safe to repeat. Throws `unavailable` when GitHub broke down and it is not merged.
 * https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
 */
export async function mergePull(
  client: ClientLike,
  repository: RepositoryName,
  merge: Merge,
): Promise<MergeOutcome> {
  try {
    const { data } = await client.rest.pulls.merge({
      ...repository,
      pull_number: merge.number,
      sha: merge.sha,
      commit_title: merge.title,
      commit_message: merge.message,
      merge_method: merge.method,
      request: ONCE,
    });
    return { kind: "merged", commit: data.sha };
  } catch (error) {
    const refusal = parseRefusal(error);
    if (refusal === undefined) throw error;
    if (refusal.status !== 405 && refusal.status !== 409 && !isUncertain(refusal)) throw requestError(error);
    // It may have been merged by this very request, by an earlier one, or by somebody else.
    const commit = await findMergeCommit(client, repository, merge);
    if (commit !== undefined) return { kind: "merged", commit };
    if (refusal.status === 409) return { kind: "stale" };
    if (refusal.status === 405) return { kind: "refused", reason: refusal.reason };
    throw refusalError(refusal);
  }
}

async function findMergeCommit(
  client: ClientLike,
  repository: RepositoryName,
  { number, sha }: Merge,
): Promise<string | undefined> {
  const { data } = await asked(client.rest.pulls.get({ ...repository, pull_number: number }));
  return data.merged && data.head.sha === sha ? (data.merge_commit_sha ?? undefined) : undefined;
}
