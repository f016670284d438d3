import { grants } from "../auth.ts";
import { notFound } from "../problem.ts";
import {
  created,
  noContent,
  numberParam,
  ok,
  pageList,
  param,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import { rulesetsOn } from "../rules.ts";
import { presentRuleset, presentRulesetItem, putRuleset, rulesetBody } from "../rulesets.ts";
import type { Ruleset } from "../state.ts";

const READ = { permission: "metadata", level: "read" } as const;
const WRITE = { permission: "administration", level: "write", role: "admin" } as const;

function rulesetOf(context: RepoContext): Ruleset {
  const ruleset = context.repo.rulesets.get(numberParam(context, "ruleset_id"));
  if (!ruleset) throw notFound();
  return ruleset;
}

function show(context: RepoContext, ruleset: Ruleset): Record<string, unknown> {
  const { world, repo, actor } = context;
  const showsBypass =
    actor.kind === "installation"
      ? grants(actor.permissions, WRITE)
      : actor.kind === "user" && world.roleOf(repo, actor.user) === "admin";
  return presentRuleset(world, repo, { ruleset, actor, showsBypass });
}

function update(context: RepoContext): Reply {
  const { world, repo } = context;
  const old = rulesetOf(context);
  const changed = typeof context.body === "object" && context.body !== null ? context.body : {};
  return ok(show(context, putRuleset(world, repo, { body: { ...rulesetBody(old), ...changed }, old })));
}

function rulesForBranch(context: RepoContext): Promise<Reply> {
  const { repo } = context;
  const rules = rulesetsOn(repo, `refs/heads/${param(context, "branch")}`).flatMap((ruleset) =>
    ruleset.rules.map((rule) => ({ rule, ruleset })),
  );
  return pageList(context, rules, ({ rule, ruleset }) => ({
    type: rule.type,
    ...(rule.parameters ? { parameters: rule.parameters } : {}),
    ruleset_source_type: "Repository",
    ruleset_source: repo.fullName,
    ruleset_id: ruleset.id,
  }));
}

/** Rulesets of a repository. https://docs.github.com/en/rest/repos/rules */
export const rulesetRoutes: readonly Route[] = [
  repoRoute("GET /rulesets", READ, (context) =>
    pageList(context, [...context.repo.rulesets.values()], (ruleset) =>
      presentRulesetItem(context.world, context.repo, ruleset),
    ),
  ),
  repoRoute("POST /rulesets", WRITE, (context) => {
    const { world, repo, body } = context;
    return created(show(context, putRuleset(world, repo, { body, old: undefined })));
  }),
  repoRoute("GET /rulesets/{ruleset_id}", READ, (context) => ok(show(context, rulesetOf(context)))),
  repoRoute("PUT /rulesets/{ruleset_id}", WRITE, update),
  repoRoute("DELETE /rulesets/{ruleset_id}", WRITE, (context) => {
    context.repo.rulesets.delete(rulesetOf(context).id);
    return noContent();
  }),
  repoRoute("GET /rules/branches/{branch}", READ, rulesForBranch),
];
