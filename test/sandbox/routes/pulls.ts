import { z } from "zod";
import { presentFullPull, presentPull } from "../present/pulls.ts";
import { invalid, Problem } from "../problem.ts";
import { baseOf, closePull, emitPull, openPulls, readPullFacts, refreshPull, storeHead } from "../pulls.ts";
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
import type { Json, PullIssue, Repo } from "../state.ts";
import { actorAccount, isPull, type World } from "../world.ts";

const READ = { permission: "pull_requests", level: "read" } as const;
const WRITE = { permission: "pull_requests", level: "write", role: "read" } as const;

/** The pull request a path names, as git has it now. */
export async function pullOf(context: RepoContext): Promise<PullIssue> {
  const { world, repo } = context;
  const issue = world.pull(repo, numberParam(context, "pull_number"));
  await refreshPull(world, repo, issue);
  return issue;
}

async function presentNow(world: World, repo: Repo, issue: PullIssue): Promise<Json> {
  return presentFullPull(world, repo, { issue, facts: await readPullFacts(world, repo, issue) });
}

const createSchema = z.object({
  title: z.string().optional(),
  head: z.string(),
  head_repo: z.string().optional(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().default(false),
  maintainer_can_modify: z.boolean().default(false),
});

function headRepoOf(world: World, repo: Repo, head: string): { from: Repo; ref: string } {
  const colon = head.indexOf(":");
  if (colon < 0 || head.slice(0, colon) === repo.owner.login)
    return { from: repo, ref: head.slice(colon + 1) };
  const owner = head.slice(0, colon).toLowerCase();
  const from = [...world.repos.values()].find(
    (one) =>
      one.owner.login.toLowerCase() === owner &&
      (one.parent === repo.fullName || one.fullName === repo.parent),
  );
  if (!from)
    throw new Problem(422, "Validation Failed", [
      { resource: "PullRequest", field: "head", code: "invalid" },
    ]);
  return { from, ref: head.slice(colon + 1) };
}

async function createPull(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const request = readBody(context, createSchema);
  const { from, ref } = headRepoOf(world, repo, request.head);
  const headSha = await from.git.branch(ref);
  const baseSha = await repo.git.branch(request.base);
  if (!headSha)
    throw new Problem(422, "Validation Failed", [
      { resource: "PullRequest", field: "head", code: "invalid" },
    ]);
  if (!baseSha)
    throw new Problem(422, "Validation Failed", [
      { resource: "PullRequest", field: "base", code: "invalid" },
    ]);
  const same = openPulls(repo).find(
    ({ pull }) => pull.headRepo === from.fullName && pull.headRef === ref && pull.base === request.base,
  );
  if (same)
    throw invalid("PullRequest", "head", `A pull request already exists for ${from.owner.login}:${ref}.`);
  const sender = actorAccount(actor);
  const now = world.now();
  const issue: PullIssue = {
    id: world.nextId(),
    number: repo.lastNumber + 1,
    user: sender,
    app: actor.kind === "installation" ? actor.app : undefined,
    title: request.title ?? ref,
    body: request.body ?? null,
    state: "open",
    stateReason: null,
    labels: [],
    assignees: [],
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    closedBy: undefined,
    pull: {
      id: world.nextId(),
      base: request.base,
      baseSha,
      headOwner: from.owner,
      headRepo: from.fullName,
      headRef: ref,
      headSha,
      draft: request.draft,
      maintainerCanModify: request.maintainer_can_modify,
      mergedAt: undefined,
      mergedBy: undefined,
      mergeSha: undefined,
      lastPusher: sender.login,
      reviews: [],
      requestedReviewers: [],
      requestedTeams: [],
    },
  };
  await storeHead(world, repo, issue);
  if ((await repo.git.countCommits(`${baseSha}..${headSha}`)) === 0) {
    throw invalid("PullRequest", "base", `No commits between ${request.base} and ${ref}`);
  }
  repo.lastNumber = issue.number;
  repo.issues.set(issue.number, issue);
  emitPull(world, repo, { issue, action: "opened", sender });
  return created(await presentNow(world, repo, issue));
}

async function listPulls(context: RepoContext): Promise<Reply> {
  const { world, repo, query } = context;
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  const sort = query.get("sort") ?? "created";
  const direction = query.get("direction") ?? (sort === "created" ? "desc" : "asc");
  const pulls = [...repo.issues.values()]
    .filter(isPull)
    .filter((issue) => state === "all" || issue.state === state)
    .filter(({ pull }) => base === null || pull.base === base)
    .filter(({ pull }) => !head?.includes(":") || head === `${pull.headOwner.login}:${pull.headRef}`);
  const key = (issue: PullIssue): number =>
    (sort === "updated" ? issue.updatedAt : issue.createdAt).getTime();
  pulls.sort((a, b) => key(a) - key(b) || a.number - b.number);
  if (direction === "desc") pulls.reverse();
  for (const issue of pulls) await refreshPull(world, repo, issue);
  return pageList(context, pulls, (issue) => presentPull(world, repo, issue));
}

const updateSchema = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(["open", "closed"]).optional(),
  base: z.string().optional(),
});

function requireOwnOrWrite(context: RepoContext, issue: PullIssue): void {
  const { world, repo, actor } = context;
  if (actor.kind !== "user" || actor.user.id === issue.user.id || world.canWrite(repo, actor.user)) return;
  throw new Problem(403, "Resource not accessible by personal access token");
}

async function reopen(context: RepoContext, issue: PullIssue): Promise<void> {
  const { world, repo, actor } = context;
  const head = await world.repos.get(issue.pull.headRepo.toLowerCase())?.git.branch(issue.pull.headRef);
  if (issue.pull.mergedAt)
    throw invalid("PullRequest", "state", "state cannot be changed. The pull request is merged.");
  if (!head)
    throw invalid(
      "PullRequest",
      "state",
      `state cannot be changed. The ${issue.pull.headRef} branch has been deleted.`,
    );
  issue.state = "open";
  issue.closedAt = undefined;
  issue.closedBy = undefined;
  issue.pull.headSha = head;
  await storeHead(world, repo, issue);
  emitPull(world, repo, { issue, action: "reopened", sender: actorAccount(actor) });
}

async function updatePull(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const issue = await pullOf(context);
  requireOwnOrWrite(context, issue);
  const { title, body, base, state } = readBody(context, updateSchema);
  const sender = actorAccount(actor);
  const changes: Record<string, unknown> = {};
  if (title !== undefined && title !== issue.title) {
    changes["title"] = { from: issue.title };
    issue.title = title;
  }
  if (body !== undefined && body !== issue.body) {
    changes["body"] = { from: issue.body };
    issue.body = body;
  }
  if (base !== undefined && base !== issue.pull.base) {
    const sha = await repo.git.branch(base);
    if (!sha)
      throw new Problem(422, "Validation Failed", [
        { resource: "PullRequest", field: "base", code: "invalid" },
      ]);
    changes["base"] = { ref: { from: issue.pull.base }, sha: { from: issue.pull.baseSha } };
    issue.pull.base = base;
    issue.pull.baseSha = sha;
  }
  issue.updatedAt = world.now();
  if (Object.keys(changes).length > 0)
    emitPull(world, repo, { issue, action: "edited", sender, extra: { changes } });
  if (state === "closed" && issue.state === "open") {
    issue.pull.baseSha = await baseOf(repo, issue);
    closePull(world, repo, { issue, sender });
  }
  if (state === "open" && issue.state === "closed") await reopen(context, issue);
  return ok(await presentNow(world, repo, issue));
}

/** Pull requests. https://docs.github.com/en/rest/pulls/pulls */
export const pullRoutes: readonly Route[] = [
  repoRoute("GET /pulls", READ, listPulls),
  repoRoute("POST /pulls", WRITE, createPull),
  repoRoute("GET /pulls/{pull_number}", READ, async (context) =>
    ok(await presentNow(context.world, context.repo, await pullOf(context))),
  ),
  repoRoute("PATCH /pulls/{pull_number}", WRITE, updatePull),
];
