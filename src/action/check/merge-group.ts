import { contentDigest } from "../../flows/content-digest.ts";
import type { GitHubRegistry } from "../../flows/github-registry.ts";
import type { JudgedPull } from "../../flows/judge-pull.ts";
import { judgePull } from "../../flows/judge-pull.ts";
import { readProposal } from "../../flows/propose.ts";
import { reportChecks, reportFailure } from "../../flows/report-pull.ts";
import { AssayError } from "../../format/error.ts";
import { decide } from "../../policy/decide.ts";
import { worstOf } from "../../policy/finding.ts";
import type { MergeGroup } from "./task.ts";

/**
 * Judges an entry of a merge queue anew, on what is queued before it, and tells it on the commit that would be merged.
 * The approvals are those of the pull request, which holds the same content or is refused.
 */
export async function checkMergeGroup(registry: GitHubRegistry, group: MergeGroup): Promise<JudgedPull> {
  try {
    const judged = await judgeMergeGroup(registry, group, new Date());
    await reportChecks(registry, group.headSha, judged.decision);
    return judged;
  } catch (error) {
    await reportFailure(registry, group.headSha, error);
    throw error;
  }
}

async function judgeMergeGroup(registry: GitHubRegistry, group: MergeGroup, now: Date): Promise<JudgedPull> {
  const { store, identity } = registry;
  const own = await judgePull(registry, group.number, now);
  const difference = await store.diff(group.baseSha, group.headSha);
  if ((await contentDigest(store, difference)) !== (await contentDigest(store, own.difference)))
    throw new AssayError(
      "conflict",
      `The merge queue would merge other content than pull request #${group.number} has.`,
      {
        hint: "What is queued before it changes the same. Update the pull request and queue it again.",
      },
    );
  const authorship = {
    kind: "known",
    author: own.pull.author.login,
    committers: own.difference.commits.map(({ login }) => login),
    app: [identity.login],
  } as const;
  const read = await readProposal(store, difference, { authorship, now });
  const content = decide(read.proposal, { kind: "unknown" });
  const { approval } = own.decision;
  const decision = { ...content, approval, verdict: worstOf([content.compliance, approval.verdict]) };
  return { ...read, decision, pull: { ...own.pull, headSha: group.headSha } };
}
