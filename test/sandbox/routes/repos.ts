import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { presentFullRepo, repoUrl } from "../present/repos.ts";
import { notFound, Problem } from "../problem.ts";
import {
  noContent,
  ok,
  pageCounted,
  param,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import { actorAccount, nodeId } from "../world.ts";

const READ = { permission: "metadata", level: "read" } as const;
const ADMIN = { permission: "administration", level: "write", role: "admin" } as const;

function getRepo({ world, repo, actor }: RepoContext): Reply {
  const viewer = actor.kind === "user" ? actor.user : undefined;
  return ok(presentFullRepo(world, repo, viewer));
}

const settingsSchema = z.object({
  description: z.string().nullish(),
  default_branch: z.string().optional(),
  delete_branch_on_merge: z.boolean().optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
});

async function updateRepo(context: RepoContext): Promise<Reply> {
  const { repo } = context;
  const request = readBody(context, settingsSchema);
  if (request.default_branch !== undefined) {
    if (!(await repo.git.branch(request.default_branch)))
      throw new Problem(422, "Validation Failed", [`The branch ${request.default_branch} was not found.`]);
    repo.defaultBranch = request.default_branch;
  }
  if (request.description !== undefined) repo.description = request.description;
  const { settings } = repo;
  settings.deleteBranchOnMerge = request.delete_branch_on_merge ?? settings.deleteBranchOnMerge;
  settings.allowMergeCommit = request.allow_merge_commit ?? settings.allowMergeCommit;
  settings.allowSquashMerge = request.allow_squash_merge ?? settings.allowSquashMerge;
  settings.allowRebaseMerge = request.allow_rebase_merge ?? settings.allowRebaseMerge;
  return getRepo(context);
}

const dispatchSchema = z.object({
  event_type: z.string().min(1).max(100),
  client_payload: z.record(z.string(), z.unknown()).default({}),
});

function dispatchRepo(context: RepoContext): Reply {
  const { repo, world, actor } = context;
  const { event_type: name, client_payload: payload } = readBody(context, dispatchSchema);
  if (Object.keys(payload).length > 10)
    throw new Problem(422, "Invalid request.\n\nNo more than 10 properties are allowed in client_payload.");
  const sender = actorAccount(actor);
  repo.dispatches.push({
    kind: "repository_dispatch",
    name,
    ref: repo.defaultBranch,
    payload,
    sender: sender.login,
  });
  const branch = repo.defaultBranch;
  emitRepoEvent(world, repo, {
    event: "repository_dispatch",
    action: name,
    sender,
    payload: { branch, client_payload: payload },
  });
  return noContent();
}

async function workflowPaths(context: RepoContext): Promise<string[]> {
  const { repo } = context;
  const folder = await repo.git.info(`${repo.defaultBranch}:.github/workflows`);
  if (folder?.type !== "tree") return [];
  const entries = await repo.git.listTree(folder.sha, []);
  return entries.filter(({ path }) => /\.ya?ml$/.test(path)).map(({ path }) => `.github/workflows/${path}`);
}

async function listWorkflows(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const url = repoUrl(world, repo);
  const items = (await workflowPaths(context)).map((path, index) => ({ path, id: repo.id * 1000 + index }));
  return pageCounted(context, { key: "workflows", items }, ({ path, id }) => ({
    id,
    node_id: nodeId("W", id),
    name: path,
    path,
    state: "active",
    created_at: repo.createdAt,
    updated_at: repo.createdAt,
    url: `${url}/actions/workflows/${id}`,
    html_url: `${world.url}/${repo.fullName}/blob/${repo.defaultBranch}/${path}`,
    badge_url: `${world.url}/${repo.fullName}/actions/${path}/badge.svg`,
  }));
}

const inputs = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const workflowSchema = z.object({ ref: z.string(), inputs: inputs.default({}) });

async function dispatchWorkflow(context: RepoContext): Promise<Reply> {
  const { repo, actor } = context;
  const wanted = param(context, "workflow_id");
  const paths = await workflowPaths(context);
  const index = paths.findIndex(
    (path, at) => path.endsWith(`/${wanted}`) || String(repo.id * 1000 + at) === wanted,
  );
  if (index < 0) throw notFound();
  const { ref, inputs: payload } = readBody(context, workflowSchema);
  if (!(await repo.git.commit(ref))) throw new Problem(422, `No ref found for: ${ref}`);
  const name = paths[index]?.split("/").at(-1) ?? wanted;
  repo.dispatches.push({ kind: "workflow_dispatch", name, ref, payload, sender: actorAccount(actor).login });
  return noContent();
}

/** The repository itself, and dispatches. https://docs.github.com/en/rest/repos/repos */
export const repoRoutes: readonly Route[] = [
  repoRoute("GET /", READ, getRepo),
  repoRoute("PATCH /", ADMIN, updateRepo),
  repoRoute("POST /dispatches", { permission: "contents", level: "write" }, dispatchRepo),
  repoRoute("GET /actions/workflows", { permission: "actions", level: "read" }, listWorkflows),
  repoRoute(
    "POST /actions/workflows/{workflow_id}/dispatches",
    { permission: "actions", level: "write" },
    dispatchWorkflow,
  ),
];
