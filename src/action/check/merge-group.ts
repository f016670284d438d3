import type { GitHubRegistry } from "../../flows/github-registry.ts";
import type { MergeGroup } from "../../flows/judge-group.ts";
import { judgeGroup } from "../../flows/judge-group.ts";
import type { JudgedPull } from "../../flows/judge-pull.ts";
import { judgePull } from "../../flows/judge-pull.ts";
import { reportChecks, reportFailure } from "../../flows/report-pull.ts";

/** Judges an entry of a merge queue, tells it on the commit that would be merged, and answers for its pull request. */
export async function checkMergeGroup(
  registry: GitHubRegistry,
  group: MergeGroup & { readonly number: number },
): Promise<JudgedPull> {
  try {
    const now = new Date();
    const judged = await judgePull(registry, group.number, now);
    const decision = await judgeGroup(registry, group, now);
    await reportChecks(registry, group.headSha, decision);
    return { ...judged, decision, pull: { ...judged.pull, headSha: group.headSha } };
  } catch (error) {
    await reportFailure(registry, group.headSha, error);
    throw error;
  }
}
