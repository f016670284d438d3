import { mergePull } from "../github/merge.ts";
import type { MergeOutcome } from "../github/merge.ts";
import { deleteBranch } from "../github/pulls.ts";
import { mergeTrailers, parsePromotionBranch, renderMessage, trailerValues } from "../registry/trailers.ts";
import { versionRecordsIn } from "./proposed-records.ts";
import { planPromotion, renderMove } from "./promote.ts";
import { publishMessage } from "./publish.ts";
import type { GitHubRegistry } from "./github-registry.ts";
import type { JudgedPull } from "./judge-pull.ts";

/** What Assay did with a pull request that it judged; `left` says why it is not Assay's to merge. */
export type MergeResult = MergeOutcome | { readonly kind: "left"; readonly reason: string };

/**
 * Merges what both checks pass, where the registry lets Assay merge: promotions and publishes, never settings, never
 * what comes from a fork. What Assay opened itself is planned again first and must be exactly that plan.
 */
export async function mergeWhenReady(registry: GitHubRegistry, judged: JudgedPull): Promise<MergeResult> {
  const reason = await whyNot(registry, judged);
  if (reason !== undefined) return { kind: "left", reason };
  const { pull } = judged;
  const { title, message } = messageFor(judged);
  const outcome = await mergePull(registry.client, registry.repository, {
    number: pull.number,
    sha: pull.headSha,
    title,
    message,
    method: "squash",
  });
  if (outcome.kind === "merged" && parsePromotionBranch(pull.headRef) !== undefined) {
    await deleteBranch(registry.client, registry.repository, pull.headRef);
  }
  return outcome;
}

async function whyNot(registry: GitHubRegistry, judged: JudgedPull): Promise<string | undefined> {
  const { pull, decision, proposal, difference } = judged;
  if (pull.state !== "open" || pull.draft) return "it is not open for merging";
  if (pull.isFork) return "it comes from a fork";
  if (pull.baseRef !== (await registry.store.defaultBranch())) return "it does not aim at the default branch";
  if (decision.verdict !== "pass") return "it is not ready";
  if (!decision.mergesItself) return "people merge it themselves";
  if (proposal.files.some((file) => file.is.kind === "foreign") || difference.outside.length > 0)
    return "it changes more than the registry";
  return (await isOwnPlan(registry, judged)) ? undefined : "it is not what Assay planned";
}

/** Whether a promotion that Assay opened holds what Assay would open now; what people opened is theirs. */
async function isOwnPlan(
  { store, identity }: GitHubRegistry,
  { pull, registry, proposal, difference }: JudgedPull,
): Promise<boolean> {
  const branch = parsePromotionBranch(pull.headRef);
  if (pull.author.login !== identity.login || branch === undefined) return true;
  const [facts, ...more] = proposal.moves;
  if (facts?.move.to === undefined || more.length > 0 || proposal.files.length !== 1) return false;
  const request = {
    source: { bucket: branch.bucket, version: facts.move.to },
    channel: branch.channel,
    requestedBy: undefined,
  };
  const plan = await planPromotion(registry, request, proposal.now);
  if (plan.kind === "none") return false;
  const head = store.at(difference.head);
  for (const edit of plan.change.edits) {
    const file = await head.read(edit.path);
    if (file === undefined || new TextDecoder().decode(file.bytes) !== edit.content) return false;
  }
  return true;
}

/** The squash commit's message, with the trailers by which git alone tells who approved what. */
function messageFor({ pull, decision, proposal, difference }: JudgedPull): {
  readonly title: string;
  readonly message: string;
} {
  const number = `(#${pull.number})`;
  if (decision.subject === "records") {
    const [subject = "", ...rest] = publishMessage(versionRecordsIn(proposal)).split("\n");
    return {
      title: `${subject} ${number}`,
      message: [...rest, `Assay-Pull-Request: ${pull.number}`].join("\n").trim(),
    };
  }
  const moves = decision.moves.map(({ move }) => move);
  const title = moves.length === 1 ? moves.map(renderMove).join() : `${moves.length} moves`;
  const requestedBy = new Set(
    difference.commits.flatMap((commit) => trailerValues(commit.message, "Assay-Requested-By")),
  );
  const trailers = mergeTrailers({
    moves,
    requestedBy: requestedBy.size > 0 ? [...requestedBy] : [pull.author.login],
    approvedBy: [...new Set(decision.approval.groups.flatMap((group) => group.approvedBy))],
    verdict: decision.verdict,
    policyCommit: difference.base,
    pullRequest: pull.number,
  });
  return { title: `promote: ${title} ${number}`, message: renderMessage("", trailers).trim() };
}
