import type { RestEndpointMethodTypes } from "@octokit/rest";
import type { ClientLike, RepositoryName } from "./client.ts";
import { asked, askedOrAbsent } from "./request-error.ts";

/** A rule as GitHub names it, such as `required_status_checks`, with its parameters as they are. */
export interface Rule {
  readonly type: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A ruleset in a list. */
export interface RulesetSummary {
  readonly id: number;
  readonly name: string;
  readonly target: string | undefined;
  readonly enforcement: string;
}

/** A ruleset with what it demands. `bypassActors` is undefined where these credentials may not see it. */
export interface Ruleset extends RulesetSummary {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly Rule[];
  readonly bypassActors: readonly BypassActor[] | undefined;
}

/** Who a ruleset does not bind. */
export interface BypassActor {
  readonly id: number | undefined;
  readonly type: string;
  readonly mode: string;
}

/** A ruleset to create, in GitHub's own form: `assay init` writes it as a file that can also be imported by hand. */
export type RulesetBody = Pick<
  RestEndpointMethodTypes["repos"]["createRepoRuleset"]["parameters"],
  "name" | "target" | "enforcement" | "bypass_actors" | "conditions" | "rules"
>;

/** The repository's rulesets, with those it inherits. https://docs.github.com/en/rest/repos/rules */
export async function listRulesets(
  client: ClientLike,
  repository: RepositoryName,
): Promise<readonly RulesetSummary[]> {
  const rulesets = await asked(
    client.paginate(client.rest.repos.getRepoRulesets, {
      ...repository,
      includes_parents: true,
      per_page: 100,
    }),
  );
  return rulesets.map(({ id, name, target, enforcement }) => ({ id, name, target, enforcement }));
}

/** A ruleset with its rules; undefined when there is none of that id. */
export async function readRuleset(
  client: ClientLike,
  repository: RepositoryName,
  id: number,
): Promise<Ruleset | undefined> {
  const answer = await askedOrAbsent(client.rest.repos.getRepoRuleset({ ...repository, ruleset_id: id }));
  if (answer === undefined) return undefined;
  const { name, target, enforcement, conditions, rules, bypass_actors: actors } = answer.data;
  const refs =
    conditions !== null && conditions !== undefined && "ref_name" in conditions
      ? conditions.ref_name
      : undefined;
  return {
    id,
    name,
    target,
    enforcement,
    include: refs?.include ?? [],
    exclude: refs?.exclude ?? [],
    rules: (rules ?? []).map(parseRule),
    bypassActors: actors?.map((actor) => ({
      id: actor.actor_id ?? undefined,
      type: actor.actor_type,
      mode: actor.bypass_mode ?? "always",
    })),
  };
}

/** The rules, from all active rulesets, that bind a branch; empty where none does. Classic protection is not told. */
export async function readBranchRules(
  client: ClientLike,
  repository: RepositoryName,
  branch: string,
): Promise<readonly Rule[]> {
  const rules = await asked(
    client.paginate(client.rest.repos.getBranchRules, { ...repository, branch, per_page: 100 }),
  );
  return rules.map(parseRule);
}

/** Creates a ruleset and answers its id; needs `administration: write`. */
export async function createRuleset(
  client: ClientLike,
  repository: RepositoryName,
  body: RulesetBody,
): Promise<number> {
  const { data } = await asked(client.rest.repos.createRepoRuleset({ ...repository, ...body }));
  return data.id;
}

function parseRule(rule: { readonly type: string; readonly parameters?: object }): Rule {
  return { type: rule.type, parameters: { ...rule.parameters } };
}
