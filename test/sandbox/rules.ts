import { z } from "zod";
import { matchesPattern } from "./fnmatch.ts";
import { tryGit } from "./git/process.ts";
import type { Actor, Repo, Ruleset, RulesetRule } from "./state.ts";
import { checkStanding } from "./verdicts.ts";
import { roleIncludes, type World } from "./world.ts";

/** A ref about to move; `before` or `after` is undefined where it is made or deleted. */
export interface RefMove {
  readonly ref: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly actor: Actor;
  /** Where git finds objects that are not in the repository yet. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a `required_status_checks` rule asks for. */
export const statusCheckParameters = z.object({
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
export function bindingRules(
  world: World,
  repo: Repo,
  options: { ref: string; actor: Actor; by: "push" | "pull" },
): RulesetRule[] {
  return rulesetsOn(repo, options.ref)
    .filter((ruleset) => !canBypass(world, repo, { ...options, ruleset }))
    .flatMap(({ rules }) => rules);
}

/** The required checks that a commit has not passed, in GitHub's words. */
export function unmetChecks(repo: Repo, sha: string, rule: RulesetRule): string[] {
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

function when(broken: boolean, message: string): string[] {
  return broken ? [message] : [];
}

async function checkRule(
  world: World,
  repo: Repo,
  { rule, move }: { rule: RulesetRule; move: RefMove },
): Promise<string[]> {
  const { before, after } = move;
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
