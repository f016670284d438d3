import type { PullRequest } from "../github/pulls.ts";
import { openPull, updatePull } from "../github/pulls.ts";
import type { GitHubRegistry } from "./github-registry.ts";
import type { PromoteRequest, Promoted } from "./promote.ts";
import { promote } from "./promote.ts";

/** A promotion and the pull request that asks for it; undefined where the channel already points there. */
export interface ProposedPromotion extends Promoted {
  readonly pull: PullRequest | undefined;
}

/** Opens the pull request of a promotion, or takes the open one of the same bucket and channel further. */
export async function proposePromotion(
  registry: GitHubRegistry,
  request: PromoteRequest,
  now: Date,
): Promise<ProposedPromotion> {
  const { client, repository, store } = registry;
  const promoted = await promote(store, request, now);
  if (promoted.promotion.kind === "none") return { ...promoted, pull: undefined };
  const text = promoted.promotion.change.pull;
  const pull = await openPull(client, repository, {
    head: promoted.branch,
    base: await store.defaultBranch(),
    ...text,
  });
  return {
    ...promoted,
    pull:
      pull.title === text.title
        ? pull
        : await updatePull(client, repository, { number: pull.number, ...text }),
  };
}
