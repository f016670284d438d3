import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { presentIssue } from "../present/issues.ts";
import { Problem } from "../problem.ts";
import { baseOf, closePull } from "../pulls.ts";
import {
  created,
  numberParam,
  ok,
  pageList,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { Account, Actor, Issue, Json, Repo } from "../state.ts";
import { actorAccount, isPull, type World } from "../world.ts";
import { ensureLabel, labelIssue } from "./labels.ts";

const READ = { permission: "issues", or: "pull_requests", level: "read" } as const;
const WRITE = { permission: "issues", or: "pull_requests", level: "write", role: "read" } as const;
const MAX_BODY = 65_536;

function emitIssue(context: RepoContext, what: { issue: Issue; action: string; extra?: Json }): void {
  const { world, repo, actor } = context;
  const payload = { issue: presentIssue(world, repo, what.issue), ...what.extra };
  emitRepoEvent(world, repo, { event: "issues", action: what.action, sender: actorAccount(actor), payload });
}

/** The App that acts, where it is one. */
export function appOf(actor: Actor): Extract<Actor, { kind: "installation" }>["app"] | undefined {
  return actor.kind === "installation" ? actor.app : undefined;
}

/** A body of an issue or comment; throws 422 when it is longer than GitHub takes. */
export function requireBody(body: string | null | undefined): string | null {
  if (body && body.length > MAX_BODY)
    throw new Problem(422, `Validation Failed: body is too long (maximum is ${MAX_BODY} characters)`);
  return body ?? null;
}

function findAssignees(world: World, repo: Repo, logins: readonly string[]): Account[] {
  return logins
    .map((login) => world.accounts.get(login.toLowerCase()))
    .filter((user) => user !== undefined && world.roleOf(repo, user) !== undefined)
    .filter((user) => user !== undefined);
}

const labelNames = z.array(
  z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]),
);
const createSchema = z.object({
  title: z.union([z.string(), z.number()]).transform(String),
  body: z.string().nullish(),
  labels: labelNames.default([]),
  assignees: z.array(z.string()).default([]),
});

function createIssue(context: RepoContext): Reply {
  const { world, repo, actor } = context;
  const { title, body, labels, assignees } = readBody(context, createSchema);
  const now = world.now();
  const issue: Issue = {
    id: world.nextId(),
    number: ++repo.lastNumber,
    user: actorAccount(actor),
    app: appOf(actor),
    title,
    body: requireBody(body),
    state: "open",
    stateReason: null,
    labels: labels.map((name) => ensureLabel(world, repo, name).name),
    assignees: findAssignees(world, repo, assignees),
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    closedBy: undefined,
    pull: undefined,
  };
  repo.issues.set(issue.number, issue);
  emitIssue(context, { issue, action: "opened" });
  return created(presentIssue(world, repo, issue));
}

function listIssues(context: RepoContext): Promise<Reply> {
  const { world, repo, query } = context;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter(Boolean);
  const creator = query.get("creator");
  const since = query.get("since");
  const items = [...repo.issues.values()]
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => creator === null || issue.user.login === creator)
    .filter((issue) => since === null || issue.updatedAt >= new Date(since))
    .toSorted((a, b) => a.number - b.number);
  if ((query.get("direction") ?? "desc") === "desc") items.reverse();
  return pageList(context, items, (issue) => presentIssue(world, repo, issue));
}

const updateSchema = z.object({
  title: z.union([z.string(), z.number()]).transform(String).optional(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).optional(),
  state_reason: z.enum(["completed", "not_planned", "duplicate", "reopened"]).nullish(),
  labels: labelNames.optional(),
  assignees: z.array(z.string()).optional(),
});

async function setState(
  context: RepoContext,
  issue: Issue,
  request: z.infer<typeof updateSchema>,
): Promise<void> {
  const { world, repo, actor } = context;
  if (request.state === undefined || request.state === issue.state) return;
  const sender = actorAccount(actor);
  if (isPull(issue)) {
    if (request.state === "open") throw new Problem(422, "Reopen a pull request through the pulls API.");
    issue.pull.baseSha = await baseOf(repo, issue);
    closePull(world, repo, { issue, sender });
    return;
  }
  const closed = request.state === "closed";
  issue.state = request.state;
  issue.stateReason = closed ? (request.state_reason ?? "completed") : "reopened";
  issue.closedAt = closed ? world.now() : undefined;
  issue.closedBy = closed ? sender : undefined;
  emitIssue(context, { issue, action: closed ? "closed" : "reopened" });
}

async function updateIssue(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const issue = world.issue(repo, numberParam(context, "issue_number"));
  if (actor.kind === "user" && actor.user.id !== issue.user.id && !world.canWrite(repo, actor.user)) {
    throw new Problem(403, "Resource not accessible by personal access token");
  }
  const request = readBody(context, updateSchema);
  const changes: Record<string, unknown> = {};
  if (request.title !== undefined && request.title !== issue.title) {
    changes["title"] = { from: issue.title };
    issue.title = request.title;
  }
  if (request.body !== undefined && request.body !== issue.body) {
    changes["body"] = { from: issue.body };
    issue.body = requireBody(request.body);
  }
  issue.updatedAt = world.now();
  if (request.assignees) issue.assignees = findAssignees(world, repo, request.assignees);
  if (request.labels) labelIssue(context, issue, request.labels);
  if (Object.keys(changes).length > 0) emitIssue(context, { issue, action: "edited", extra: { changes } });
  await setState(context, issue, request);
  return ok(presentIssue(world, repo, issue));
}

/** Issues; pull requests are among them. https://docs.github.com/en/rest/issues/issues */
export const issueRoutes: readonly Route[] = [
  repoRoute("GET /issues", READ, listIssues),
  repoRoute("POST /issues", WRITE, createIssue),
  repoRoute("GET /issues/{issue_number}", READ, (context) => {
    const { world, repo } = context;
    return ok(presentIssue(world, repo, world.issue(repo, numberParam(context, "issue_number"))));
  }),
  repoRoute("PATCH /issues/{issue_number}", WRITE, updateIssue),
];
