import type { Time } from "../../format/time.ts";
import { formatTime } from "../../format/time.ts";
import { asked } from "../../github/request-error.ts";
import type { ObjectId } from "../store.ts";
import type { Source } from "./source.ts";
import { cacheKey } from "./source.ts";

/**
 * When a commit of the default branch was merged there, for one that came in a pull request; asked once for each commit.
 * A merge commit brings the pull request's own commits along, with whatever dates their author gave them.
 * https://docs.github.com/en/rest/commits/commits#list-pull-requests-associated-with-a-commit
 */
export async function readMergeTime(source: Source, commit: ObjectId): Promise<Time | undefined> {
  const { client, repository, cache } = source;
  const { at } = await cache.merges.load(cacheKey(source, commit), async () => {
    const { data } = await asked(
      client.rest.repos.listPullRequestsAssociatedWithCommit({
        ...repository,
        commit_sha: commit,
        per_page: 100,
      }),
    );
    const times = data.flatMap(({ merged_at: merged }) =>
      merged === null ? [] : [formatTime(new Date(merged))],
    );
    return { at: times.toSorted().at(-1) };
  });
  return at;
}
