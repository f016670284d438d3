import type { Time } from "../format/time.ts";
import type { ClientLike, RepositoryName } from "./client.ts";
import { asked } from "./request-error.ts";

const STATES = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
} as const;

/** A review as it stands now; `commit` is the head that the reviewer saw. */
export interface Review {
  readonly author: string;
  readonly state: (typeof STATES)[keyof typeof STATES];
  readonly commit: string;
  readonly at: Time;
}

/**
 * The submitted reviews of a pull request, oldest first, several by one author if there are. A review by a deleted
 * account or of a commit that GitHub no longer knows counts for nobody and is left out.
 * https://docs.github.com/en/rest/pulls/reviews#list-reviews-for-a-pull-request
 */
export async function listReviews(
  client: ClientLike,
  repository: RepositoryName,
  number: number,
): Promise<readonly Review[]> {
  const reviews = await asked(
    client.paginate(client.rest.pulls.listReviews, { ...repository, pull_number: number, per_page: 100 }),
  );
  return reviews.flatMap(({ user, state, commit_id: commit, submitted_at: at }) =>
    user === null || !commit || at === undefined || !isState(state)
      ? []
      : [{ author: user.login, state: STATES[state], commit, at }],
  );
}

function isState(state: string): state is keyof typeof STATES {
  return Object.hasOwn(STATES, state);
}
