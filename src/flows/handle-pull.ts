import type { MergeResult } from "./merge-pull.ts";
import { mergeWhenReady } from "./merge-pull.ts";
import type { GitHubRegistry } from "./github-registry.ts";
import type { JudgedPull } from "./judge-pull.ts";
import { judgePull } from "./judge-pull.ts";
import { reportFailure, reportPull } from "./report-pull.ts";
import { renewPublishes } from "./publish-pull.ts";
import { PUBLISH_BRANCH } from "../registry/trailers.ts";

/** A pull request that was judged, told about and, where it is Assay's to do, merged. */
export interface HandledPull {
  readonly judged: JudgedPull;
  readonly merge: MergeResult;
}

/**
 * All that Assay does about one pull request: decide, tell, merge. Safe to repeat at any time. When it cannot decide,
 * both checks on `headSha` fail with the reason and the error goes on to the caller.
 */
export async function handlePull(
  registry: GitHubRegistry,
  pull: { readonly number: number; readonly headSha: string },
  now: Date,
): Promise<HandledPull> {
  let judged: JudgedPull;
  try {
    judged = await judgePull(registry, pull.number, now);
  } catch (error) {
    await reportFailure(registry, pull.headSha, error);
    throw error;
  }
  await reportPull(registry, judged);
  const merge = await mergeWhenReady(registry, judged);
  if (needsRenewal(registry, judged)) await renewPublishes(registry, now);
  return { judged, merge };
}

/** Publishes that wait together were planned on an older default branch; a number that is taken since needs a new plan. */
function needsRenewal({ identity }: GitHubRegistry, { pull, decision }: JudgedPull): boolean {
  return (
    pull.headRef === PUBLISH_BRANCH &&
    pull.author.login === identity.login &&
    decision.subject === "records" &&
    (decision.compliance === "fail" || pull.mergeable === false)
  );
}
