import { z } from "zod";
import { isOwner, readOwners } from "./codeowners.ts";
import { bindingRules, rulesetsOn, statusCheckParameters, unmetChecks } from "./rules.ts";
import type { Actor, PullIssue, Repo, RulesetRule } from "./state.ts";
import { countingReviews } from "./verdicts.ts";
import type { World } from "./world.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

const pullRequestParameters = z.object({
  required_approving_review_count: z.number().default(0),
  dismiss_stale_reviews_on_push: z.boolean().default(false),
  require_code_owner_review: z.boolean().default(false),
  require_last_push_approval: z.boolean().default(false),
  allowed_merge_methods: z.array(z.enum(["merge", "squash", "rebase"])).optional(),
});
async function unmetReviews(
  world: World,
  repo: Repo,
  options: { issue: PullIssue; rule: RulesetRule },
): Promise<string[]> {
  const { issue, rule } = options;
  const { pull } = issue;
  const wanted = pullRequestParameters.parse(rule.parameters ?? {});
  const reviews = countingReviews(world, repo, issue);
  const approvals = reviews.filter(({ state }) => state === "APPROVED");
  const found: string[] = [];
  if (reviews.some(({ state }) => state === "CHANGES_REQUESTED")) found.push("Changes have been requested.");
  const count = wanted.required_approving_review_count;
  if (approvals.length < count) {
    const plural = count === 1 ? "review is" : "reviews are";
    found.push(`At least ${count} approving ${plural} required by reviewers with write access.`);
  }
  if (wanted.require_last_push_approval && !approvals.some(({ user }) => user.login !== pull.lastPusher)) {
    found.push(
      `New changes require approval from someone other than ${pull.lastPusher} because they were the last pusher.`,
    );
  }
  if (wanted.require_code_owner_review) {
    const base = (await repo.git.branch(pull.base)) ?? pull.baseSha;
    const from = (await repo.git.mergeBase(base, pull.headSha)) ?? base;
    const files = await repo.git.diff(from, pull.headSha);
    const paths = files.flatMap(({ path, previousPath }) => (previousPath ? [path, previousPath] : [path]));
    for (const owners of await readOwners(repo, base, paths)) {
      if (!approvals.some(({ user }) => isOwner(world, user.login, owners))) {
        found.push(
          `Waiting on code owner review from ${owners.map((owner) => owner.replace(/^@/, "")).join(", ")}.`,
        );
      }
    }
  }
  return found;
}

/** The reasons why rulesets refuse to merge a pull request in this way; none when it may be merged. */
export async function checkMerge(
  world: World,
  repo: Repo,
  options: { issue: PullIssue; actor: Actor; method: MergeMethod | undefined },
): Promise<string[]> {
  const { issue, actor, method } = options;
  const ref = `refs/heads/${issue.pull.base}`;
  const found: string[] = [];
  for (const rule of bindingRules(world, repo, { ref, actor, by: "pull" })) {
    if (rule.type === "update") found.push("Cannot update this protected ref.");
    if (rule.type === "merge_queue") found.push("Changes must be made through the merge queue.");
    if (rule.type === "required_status_checks") found.push(...unmetChecks(repo, issue.pull.headSha, rule));
    if (rule.type === "required_linear_history" && method === "merge") {
      found.push("This branch must not contain merge commits.");
    }
    if (rule.type === "pull_request") {
      const allowed = pullRequestParameters.parse(rule.parameters ?? {}).allowed_merge_methods;
      if (method && allowed && !allowed.includes(method)) {
        found.push(`Merge method "${method}" is not allowed on this branch.`);
      }
      found.push(...(await unmetReviews(world, repo, { issue, rule })));
    }
    if (rule.type === "required_status_checks" && (await isBehind(repo, { issue, rule }))) {
      found.push("Head branch is out of date with the base branch.");
    }
  }
  return [...new Set(found)];
}

async function isBehind(
  repo: Repo,
  { issue, rule }: { issue: PullIssue; rule: RulesetRule },
): Promise<boolean> {
  if (!statusCheckParameters.parse(rule.parameters ?? {}).strict_required_status_checks_policy) return false;
  const base = await repo.git.branch(issue.pull.base);
  return base !== undefined && !(await repo.git.isAncestor(base, issue.pull.headSha));
}

/** Whether a push to a pull request's branch takes its approvals away. */
export function dismissesStaleReviews(repo: Repo, base: string): boolean {
  return rulesetsOn(repo, `refs/heads/${base}`)
    .flatMap(({ rules }) => rules)
    .some(
      ({ type, parameters }) =>
        type === "pull_request" &&
        pullRequestParameters.parse(parameters ?? {}).dismiss_stale_reviews_on_push,
    );
}
