import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { presentIssue } from "../present/issues.ts";
import { presentLabel, presentLabels } from "../present/pulls.ts";
import { notFound, Problem } from "../problem.ts";
import { emitPull } from "../pulls.ts";
import {
  created,
  noContent,
  numberParam,
  ok,
  pageList,
  param,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { Issue, Label, Repo } from "../state.ts";
import { actorAccount, isPull, type World } from "../world.ts";

const READ = { permission: "issues", or: "pull_requests", level: "read" } as const;
const WRITE = { permission: "issues", or: "pull_requests", level: "write" } as const;

/** The label of this name, made where the repository lacks it. */
export function ensureLabel(world: World, repo: Repo, name: string): Label {
  const known = repo.labels.get(name.toLowerCase());
  if (known) return known;
  const label = { id: world.nextId(), name, color: "ededed", description: null };
  repo.labels.set(name.toLowerCase(), label);
  return label;
}

function emitLabel(context: RepoContext, what: { issue: Issue; action: string; label: Label }): void {
  const { world, repo, actor } = context;
  const { issue, action } = what;
  const sender = actorAccount(actor);
  const extra = { label: presentLabel(world, repo, what.label) };
  if (isPull(issue)) return emitPull(world, repo, { issue, action, sender, extra });
  const payload = { issue: presentIssue(world, repo, issue), ...extra };
  emitRepoEvent(world, repo, { event: "issues", action, sender, payload });
}

/** Gives an issue exactly these labels, and tells Apps what was added and removed. */
export function labelIssue(context: RepoContext, issue: Issue, names: readonly string[]): void {
  const { world, repo } = context;
  const before = issue.labels;
  issue.labels = [...new Set(names.map((name) => ensureLabel(world, repo, name).name))];
  for (const name of issue.labels.filter((one) => !before.includes(one))) {
    emitLabel(context, { issue, action: "labeled", label: ensureLabel(world, repo, name) });
  }
  for (const name of before.filter((one) => !issue.labels.includes(one))) {
    emitLabel(context, { issue, action: "unlabeled", label: ensureLabel(world, repo, name) });
  }
}

const labelSchema = z.object({
  name: z.string(),
  color: z.string().default("ededed"),
  description: z.string().max(100).nullish(),
});

function createLabel(context: RepoContext): Reply {
  const { world, repo } = context;
  const { name, color, description } = readBody(context, labelSchema);
  if (repo.labels.has(name.toLowerCase())) {
    throw new Problem(422, "Validation Failed", [
      { resource: "Label", code: "already_exists", field: "name" },
    ]);
  }
  const label = ensureLabel(world, repo, name);
  label.color = color;
  label.description = description ?? null;
  return created(presentLabel(world, repo, label));
}

function labelOf(context: RepoContext): Label {
  const label = context.repo.labels.get(param(context, "name").toLowerCase());
  if (!label) throw notFound();
  return label;
}

function deleteLabel(context: RepoContext): Reply {
  const { repo } = context;
  const { name } = labelOf(context);
  repo.labels.delete(name.toLowerCase());
  for (const issue of repo.issues.values()) issue.labels = issue.labels.filter((one) => one !== name);
  return noContent();
}

function issueOf(context: RepoContext): Issue {
  return context.world.issue(context.repo, numberParam(context, "issue_number"));
}

function readNames(context: RepoContext): string[] {
  const names = z.array(z.string());
  const schema = z.union([names, z.object({ labels: names.default([]) }).transform(({ labels }) => labels)]);
  return readBody(context, schema);
}

function changeLabels(
  context: RepoContext,
  change: (old: readonly string[]) => readonly string[],
): Promise<Reply> {
  const { world } = context;
  const issue = issueOf(context);
  labelIssue(context, issue, change(issue.labels));
  issue.updatedAt = world.now();
  return listOn(context);
}

function removeLabel(context: RepoContext): Promise<Reply> {
  const name = param(context, "name").toLowerCase();
  if (!issueOf(context).labels.some((label) => label.toLowerCase() === name))
    throw new Problem(404, "Label does not exist");
  return changeLabels(context, (old) => old.filter((label) => label.toLowerCase() !== name));
}

function listOn(context: RepoContext): Promise<Reply> {
  return pageList(context, presentLabels(context.world, context.repo, issueOf(context)), (label) => label);
}

/** Labels of repositories and issues. https://docs.github.com/en/rest/issues/labels */
export const labelRoutes: readonly Route[] = [
  repoRoute("GET /labels", READ, (context) =>
    pageList(context, [...context.repo.labels.values()], (label) =>
      presentLabel(context.world, context.repo, label),
    ),
  ),
  repoRoute("POST /labels", WRITE, createLabel),
  repoRoute("GET /labels/{name}", READ, (context) =>
    ok(presentLabel(context.world, context.repo, labelOf(context))),
  ),
  repoRoute("DELETE /labels/{name}", WRITE, deleteLabel),
  repoRoute("GET /issues/{issue_number}/labels", READ, listOn),
  repoRoute("POST /issues/{issue_number}/labels", WRITE, (context) => {
    const names = readNames(context);
    return changeLabels(context, (old) => [...old, ...names]);
  }),
  repoRoute("PUT /issues/{issue_number}/labels", WRITE, (context) => {
    const names = readNames(context);
    return changeLabels(context, () => names);
  }),
  repoRoute("DELETE /issues/{issue_number}/labels/{name}", WRITE, removeLabel),
];
