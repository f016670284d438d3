import { z } from "zod";
import { isOwner, readOwners } from "./codeowners.ts";
import { matchesPattern } from "./fnmatch.ts";
import { tryGit } from "./git/process.ts";
import type { Actor, PullIssue, Repo, Ruleset, RulesetRule } from "./state.ts";
import { checkStanding, countingReviews } from "./verdicts.ts";
import { roleIncludes, type World } from "./world.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

/** A ref about to move; `before` or `after` is undefined where it is made or deleted. */
export interface RefMove {
  readonly ref: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly actor: Actor;
  /** Where git finds objects that are not in the repository yet. */
  readonly env?: Readonly<Record<string, string>>;
}

const pullRequestParameters = z.object({
  required_approving_review_count: z.number().default(0),
  dismiss_stale_reviews_on_push: z.boolean().default(false),
  require_code_owner_review: z.boolean().default(false),
  require_last_push_approval: z.boolean().default(false),
  allowed_merge_methods: z.array(z.enum(["merge", "squash", "rebase"])).optional(),
});
const statusCheckParameters = z.object({
  required_status_checks: z
    .array(z.object({ context: z.string(), integration_id: z.number().nullish() }))
    .default([]),
  strict_required_status_checks_policy: z.boolean().default(false),
  do_not_enforce_on_create: z.boolean().default(false),
});
const ROLE_IDS = { 1: "read", 2: "maintain", 3: "triage", 4: "write", 5: "admin" } as const;

function matchesRef(repo: Repo, ruleset: Ruleset, ref: string): boolean {
  const covers = (pattern: string): boolean =>
    pattern === "~ALL" ||
    (pattern === "~DEFAULT_BRANCH"
      ? ref === `refs/heads/${repo.defaultBranch}`
      : matchesPattern(pattern, ref));
  const target = ref.startsWith("refs/tags/") ? "tag" : "branch";
  return ruleset.target === target && ruleset.include.some(covers) && !ruleset.exclude.some(covers);
}

/** The active rulesets that cover a full ref name. */
export function rulesetsOn(repo: Repo, ref: string): Ruleset[] {
  return [...repo.rulesets.values()].filter(
    (ruleset) => ruleset.enforcement === "active" && matchesRef(repo, ruleset, ref),
  );
}

/** Whether an actor need not obey a ruleset, when pushing or when merging a pull request. */
export function canBypass(
  world: World,
  repo: Repo,
  options: { ruleset: Ruleset; actor: Actor; by: "push" | "pull" },
): boolean {
  const { ruleset, actor, by } = options;
  return ruleset.bypassActors.some(({ actor_id: id, actor_type: type, bypass_mode: mode }) => {
    if (mode === "pull_request" && by === "push") return false;
    if (type === "Integration") return actor.kind === "installation" && actor.app.id === id;
    if (actor.kind !== "user") return false;
    const org = world.orgs.get(repo.owner.login.toLowerCase());
    if (type === "OrganizationAdmin") return org?.members.get(actor.user.login) === "admin";
    if (type === "User") return actor.user.id === id;
    if (type === "Team") {
      return [...(org?.teams.values() ?? [])].some(
        (team) => team.id === id && team.members.has(actor.user.login),
      );
    }
    const role = id === 1 || id === 2 || id === 3 || id === 4 || id === 5 ? ROLE_IDS[id] : undefined;
    return (
      type === "RepositoryRole" && role !== undefined && roleIncludes(world.roleOf(repo, actor.user), role)
    );
  });
}

/** The rules that an actor must obey on a ref. */
function bindingRules(
  world: World,
  repo: Repo,
  options: { ref: string; actor: Actor; by: "push" | "pull" },
): RulesetRule[] {
  return rulesetsOn(repo, options.ref)
    .filter((ruleset) => !canBypass(world, repo, { ...options, ruleset }))
    .flatMap(({ rules }) => rules);
}

function unmetChecks(repo: Repo, sha: string, rule: RulesetRule): string[] {
  const { required_status_checks: checks } = statusCheckParameters.parse(rule.parameters ?? {});
  return checks.flatMap(({ context, integration_id: app }) => {
    const standing = checkStanding(repo, sha, { context, app: app ?? null });
    if (standing === "passed") return [];
    const words = { failing: "is failing", pending: "is in progress", expected: "is expected" } as const;
    return [`Required status check "${context}" ${words[standing]}.`];
  });
}

async function countOf(repo: Repo, move: RefMove, extra: readonly string[]): Promise<number> {
  const range = [
    ...(move.after ? [move.after] : []),
    ...(move.before ? [`^${move.before}`] : ["--not", "--branches"]),
  ];
  const { stdout } = await tryGit(repo.git.dir, ["rev-list", "--count", ...extra, ...range], {
    env: move.env ?? {},
  });
  return Number(stdout.toString());
}

async function unverifiedCommits(world: World, repo: Repo, move: RefMove): Promise<boolean> {
  const range = [move.after ?? "", ...(move.before ? [`^${move.before}`] : [])];
  const { stdout } = await tryGit(repo.git.dir, ["rev-list", ...range], { env: move.env ?? {} });
  return stdout
    .toString()
    .split("\n")
    .some((sha) => sha !== "" && !world.verified.has(sha));
}

async function isForced(repo: Repo, { before, after, env }: RefMove): Promise<boolean> {
  if (!before || !after) return false;
  const args = ["merge-base", "--is-ancestor", before, after];
  return (await tryGit(repo.git.dir, args, { env: env ?? {} })).code !== 0;
}

async function checkRule(
  world: World,
  repo: Repo,
  { rule, move }: { rule: RulesetRule; move: RefMove },
): Promise<string[]> {
  const { before, after } = move;
  const when = (broken: boolean, message: string): string[] => (broken ? [message] : []);
  switch (rule.type) {
    case "creation":
      return when(!before, "Cannot create ref due to creations being restricted.");
    case "update":
      return when(before !== undefined && after !== undefined, "Cannot update this protected ref.");
    case "deletion":
      return when(!after, "Cannot delete this protected ref.");
    case "non_fast_forward":
      return when(await isForced(repo, move), "Cannot force-push to this branch.");
    case "required_linear_history":
      return when(
        after !== undefined && (await countOf(repo, move, ["--min-parents=2"])) > 0,
        "This branch must not contain merge commits.",
      );
    case "required_signatures":
      return when(
        after !== undefined && (await unverifiedCommits(world, repo, move)),
        "Commits must have verified signatures.",
      );
    case "pull_request":
      return when(
        before !== undefined && after !== undefined,
        "Changes must be made through a pull request.",
      );
    case "required_status_checks": {
      const parameters = statusCheckParameters.parse(rule.parameters ?? {});
      if (!after || (!before && parameters.do_not_enforce_on_create)) return [];
      return unmetChecks(repo, after, rule);
    }
    case "merge_queue":
      return when(
        before !== undefined && after !== undefined,
        "Changes must be made through the merge queue.",
      );
    default:
      return [];
  }
}

/** The reasons why rulesets refuse to move a ref by a push or through the API; none when it may move. */
export async function checkRefMove(world: World, repo: Repo, move: RefMove): Promise<string[]> {
  const rules = bindingRules(world, repo, { ref: move.ref, actor: move.actor, by: "push" });
  const found: string[] = [];
  for (const rule of rules) found.push(...(await checkRule(world, repo, { rule, move })));
  return [...new Set(found)];
}

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

/** GitHub's message for violated rules. */
export function violationMessage(violations: readonly string[]): string {
  return `Repository rule violations found\n\n${violations.map((line) => `${line}\n\n`).join("")}`;
}

/** The checks that rulesets require, by name and App. */
export function requiredChecks(rulesets: readonly Ruleset[]): { context: string; app: number | null }[] {
  return rulesets
    .flatMap(({ rules }) => rules)
    .filter(({ type }) => type === "required_status_checks")
    .flatMap(({ parameters }) => statusCheckParameters.parse(parameters ?? {}).required_status_checks)
    .map(({ context, integration_id: app }) => ({ context, app: app ?? null }));
}
