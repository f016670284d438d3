import { z } from "zod";
import { readPatches } from "../git/diff.ts";
import { signatureOf, writeGitHubCommit } from "../identity.ts";
import { mergePull } from "../merge.ts";
import { mergedTree } from "../mergeability.ts";
import { presentCommit, presentFile } from "../present/commits.ts";
import { repoUrl } from "../present/repos.ts";
import { Problem } from "../problem.ts";
import { baseOf, forkPoint } from "../pulls.ts";
import { moveRef } from "../pushes.ts";
import {
  noContent,
  ok,
  pageList,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import { actorAccount } from "../world.ts";
import { pullOf } from "./pulls.ts";

const READ = { permission: "pull_requests", level: "read" } as const;
const WRITE = { permission: "pull_requests", level: "write" } as const;
const MERGE = { permission: "contents", level: "write" } as const;
const MAX_FILES = 3000;
const MAX_COMMITS = 250;

async function listFiles(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const issue = await pullOf(context);
  const from = await forkPoint(repo, issue);
  const at = issue.pull.headSha;
  const patches = await readPatches(repo.git.dir, from, at);
  const files = (await repo.git.diff(from, at)).slice(0, MAX_FILES);
  return pageList(context, files, (file) => {
    const patch = patches.get(file.path);
    return presentFile(world, repo, { ...file, at, ...(patch === undefined ? {} : { patch }) });
  });
}

async function listCommits(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const issue = await pullOf(context);
  const range = `${await baseOf(repo, issue)}..${issue.pull.headSha}`;
  const shas = (await repo.git.revList(["--reverse", "--topo-order", range])).slice(0, MAX_COMMITS);
  return pageList(context, await repo.git.commits(shas), (commit) => presentCommit(world, repo, commit));
}

const mergeSchema = z.object({
  merge_method: z.enum(["merge", "squash", "rebase"]).default("merge"),
  sha: z.string().optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

async function merge(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const issue = await pullOf(context);
  const {
    merge_method: method,
    sha: wanted,
    commit_title: title,
    commit_message: message,
  } = readBody(context, mergeSchema);
  const sha = await mergePull(world, repo, {
    issue,
    request: { method, sha: wanted, title, message, actor },
  });
  return ok({ sha, merged: true, message: "Pull Request successfully merged" });
}

async function isMerged(context: RepoContext): Promise<Reply> {
  const issue = await pullOf(context);
  return issue.pull.mergedAt ? noContent() : { status: 404 };
}

const updateBranchSchema = z.object({ expected_head_sha: z.string().optional() });

async function updateBranch(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const issue = await pullOf(context);
  const { pull } = issue;
  const { expected_head_sha: expected } = readBody(context, updateBranchSchema);
  if (expected !== undefined && expected !== pull.headSha) {
    throw new Problem(422, "expected head sha didn't match current head ref.");
  }
  const base = await baseOf(repo, issue);
  if (await repo.git.isAncestor(base, pull.headSha))
    throw new Problem(422, "There are no new commits on the base branch.");
  const tree = await mergedTree(repo, base, pull.headSha);
  const from = world.repo(pull.headRepo);
  if (!tree) throw new Problem(422, "merge conflict between base and head");
  const author = signatureOf(world, actorAccount(actor));
  const message = `Merge branch '${pull.base}' into ${pull.headRef}`;
  if (from.id !== repo.id) await from.git.fetchFrom(repo.git, base, `refs/pull/base/${base}`);
  const after = writeGitHubCommit(world, repo, { tree, parents: [pull.headSha, base], message, author });
  if (from.id !== repo.id) {
    await repo.git.moveRef(`refs/pull/${issue.number}/update`, undefined, after);
    await from.git.fetchFrom(repo.git, after, `refs/pull/base/${after}`);
  }
  const change = { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after };
  await moveRef(world, from, { change, actor });
  return {
    status: 202,
    body: { message: "Updating pull request branch.", url: `${repoUrl(world, repo)}/pulls/${issue.number}` },
  };
}

/** What pull requests hold, and merging them. https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request */
export const mergeRoutes: readonly Route[] = [
  repoRoute("GET /pulls/{pull_number}/files", READ, listFiles),
  repoRoute("GET /pulls/{pull_number}/commits", READ, listCommits),
  repoRoute("GET /pulls/{pull_number}/merge", READ, isMerged),
  repoRoute("PUT /pulls/{pull_number}/merge", MERGE, merge),
  repoRoute("PUT /pulls/{pull_number}/update-branch", WRITE, updateBranch),
];
