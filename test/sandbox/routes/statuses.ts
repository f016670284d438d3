import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { advanceQueue } from "../merge-queue.ts";
import { presentSimpleStatus, presentStatus } from "../present/checks.ts";
import { presentRepo, repoUrl } from "../present/repos.ts";
import { Problem } from "../problem.ts";
import {
  created,
  ok,
  pageList,
  param,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { Status } from "../state.ts";
import { actorAccount } from "../world.ts";

const READ = { permission: "statuses", level: "read" } as const;
const WRITE = { permission: "statuses", level: "write" } as const;

const statusSchema = z.object({
  state: z.enum(["error", "failure", "pending", "success"]),
  context: z.string().default("default"),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});

async function shaOf(context: RepoContext, name: string): Promise<string> {
  const commit = await context.repo.git.commit(param(context, name));
  if (!commit) throw new Problem(422, `No commit found for SHA: ${param(context, name)}`);
  return commit.sha;
}

async function createStatus(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const sha = await shaOf(context, "sha");
  const { state, context: name, description, target_url: target } = readBody(context, statusSchema);
  const status: Status = {
    id: world.nextId(),
    sha,
    state,
    context: name,
    description: description ?? null,
    targetUrl: target ?? null,
    creator: actorAccount(actor),
    createdAt: world.now(),
  };
  repo.statuses.push(status);
  const payload = {
    id: status.id,
    sha,
    state,
    context: name,
    description: status.description,
    target_url: status.targetUrl,
  };
  emitRepoEvent(world, repo, { event: "status", sender: status.creator, payload });
  await advanceQueue(world, repo);
  return created(presentStatus(world, repo, status));
}

async function listStatuses(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const sha = await shaOf(context, "ref");
  const items = repo.statuses.filter((status) => status.sha === sha).toReversed();
  return pageList(context, items, (status) => presentStatus(world, repo, status));
}

async function combine(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const sha = await shaOf(context, "ref");
  const newest = new Map(
    repo.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]),
  );
  const statuses = [...newest.values()];
  const failed = statuses.some(({ state }) => state === "failure" || state === "error");
  const passed = statuses.length > 0 && statuses.every(({ state }) => state === "success");
  const url = `${repoUrl(world, repo)}/commits/${sha}`;
  return ok({
    state: failed ? "failure" : passed ? "success" : "pending",
    statuses: statuses.map((status) => presentSimpleStatus(world, repo, status)),
    sha,
    total_count: statuses.length,
    repository: presentRepo(world, repo),
    commit_url: url,
    url: `${url}/status`,
  });
}

/** Commit statuses. https://docs.github.com/en/rest/commits/statuses */
export const statusRoutes: readonly Route[] = [
  repoRoute("POST /statuses/{sha}", WRITE, createStatus),
  repoRoute("GET /commits/{ref}/statuses", READ, listStatuses),
  repoRoute("GET /commits/{ref}/status", READ, combine),
];
