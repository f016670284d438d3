import { z } from "zod";
import { armHook } from "./receive-hook.ts";
import { Problem } from "./problem.ts";
import { canBypass } from "./rules.ts";
import { repoUrl } from "./present/repos.ts";
import type { Actor, Json, Repo, Ruleset } from "./state.ts";
import { nodeId, type World } from "./world.ts";

const RULE_TYPES = [
  "creation",
  "update",
  "deletion",
  "non_fast_forward",
  "required_linear_history",
  "required_signatures",
  "pull_request",
  "required_status_checks",
  "merge_queue",
] as const;

const rulesetSchema = z.object({
  name: z.string(),
  target: z.enum(["branch", "tag", "push"]).default("branch"),
  enforcement: z.enum(["active", "disabled", "evaluate"]),
  bypass_actors: z
    .array(
      z.object({
        actor_id: z.number().nullish(),
        actor_type: z.enum([
          "Integration",
          "OrganizationAdmin",
          "RepositoryRole",
          "Team",
          "DeployKey",
          "User",
        ]),
        bypass_mode: z.enum(["always", "pull_request", "exempt"]).default("always"),
      }),
    )
    .default([]),
  conditions: z
    .object({
      ref_name: z.object({
        include: z.array(z.string()).default([]),
        exclude: z.array(z.string()).default([]),
      }),
    })
    .optional(),
  rules: z
    .array(z.object({ type: z.enum(RULE_TYPES), parameters: z.record(z.string(), z.unknown()).optional() }))
    .default([]),
});

/** A ruleset as GitHub's REST API takes it. */
export type RulesetBody = z.input<typeof rulesetSchema>;

function parseRuleset(body: unknown): z.infer<typeof rulesetSchema> {
  const parsed = rulesetSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `Invalid property /${path.join("/")}: ${message}`,
  );
  throw new Problem(422, "Validation Failed", problems);
}

/** Stores a ruleset, new or in place of an old one. Throws 422 for a body that GitHub would refuse. */
export function putRuleset(
  world: World,
  repo: Repo,
  { body, old }: { body: unknown; old: Ruleset | undefined },
): Ruleset {
  const fields = parseRuleset(body);
  const twin = [...repo.rulesets.values()].find(({ name, id }) => name === fields.name && id !== old?.id);
  if (twin) throw new Problem(422, "Validation Failed", ["Name must be unique"]);
  const ruleset = {
    id: old?.id ?? world.nextId(),
    name: fields.name,
    target: fields.target,
    enforcement: fields.enforcement,
    include: fields.conditions?.ref_name.include ?? [],
    exclude: fields.conditions?.ref_name.exclude ?? [],
    rules: fields.rules,
    bypassActors: fields.bypass_actors.map((actor) => ({ ...actor, actor_id: actor.actor_id ?? null })),
    createdAt: old?.createdAt ?? world.now(),
    updatedAt: world.now(),
  };
  repo.rulesets.set(ruleset.id, ruleset);
  armHook(repo);
  return ruleset;
}

/** A ruleset's body again, so that a partial update can be laid over it. */
export function rulesetBody(ruleset: Ruleset): Json {
  return {
    name: ruleset.name,
    target: ruleset.target,
    enforcement: ruleset.enforcement,
    bypass_actors: ruleset.bypassActors,
    conditions: { ref_name: { include: ruleset.include, exclude: ruleset.exclude } },
    rules: ruleset.rules,
  };
}

/** GitHub's `repository-ruleset`, short as lists have it. */
export function presentRulesetItem(world: World, repo: Repo, ruleset: Ruleset): Json {
  const href = `${repoUrl(world, repo)}/rulesets/${ruleset.id}`;
  return {
    id: ruleset.id,
    node_id: nodeId("RRS", ruleset.id),
    name: ruleset.name,
    target: ruleset.target,
    source_type: "Repository",
    source: repo.fullName,
    enforcement: ruleset.enforcement,
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
    _links: { self: { href }, html: { href: `${world.url}/${repo.fullName}/rules/${ruleset.id}` } },
  };
}

/** GitHub's `repository-ruleset`, whole. Who may bypass is shown to those who administer the repository. */
export function presentRuleset(
  world: World,
  repo: Repo,
  { ruleset, actor, showsBypass }: { ruleset: Ruleset; actor: Actor; showsBypass: boolean },
): Json {
  const { bypass_actors: bypass, ...rest } = rulesetBody(ruleset);
  return {
    ...presentRulesetItem(world, repo, ruleset),
    ...rest,
    ...(showsBypass ? { bypass_actors: bypass } : {}),
    current_user_can_bypass: canBypass(world, repo, { ruleset, actor, by: "push" })
      ? "always"
      : canBypass(world, repo, { ruleset, actor, by: "pull" })
        ? "pull_requests_only"
        : "never",
  };
}
