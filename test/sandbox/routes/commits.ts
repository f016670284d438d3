import { spawn } from "node:child_process";
import type { FileChange } from "../git/diff.ts";
import { readPatches } from "../git/diff.ts";
import { gitEnvironment } from "../git/process.ts";
import { EMPTY_TREE } from "../git/repo.ts";
import { presentCommit, presentFile } from "../present/commits.ts";
import { presentPull } from "../present/pulls.ts";
import { repoUrl } from "../present/repos.ts";
import { notFound, Problem } from "../problem.ts";
import {
  paged,
  pageList,
  pageOf,
  param,
  type RepoContext,
  type Reply,
  repoRoute,
  route,
  type Route,
} from "../router.ts";
import type { Json, Repo } from "../state.ts";
import { isPull, type World } from "../world.ts";

const READ = { permission: "contents", level: "read" } as const;
const MAX_COMMITS = 250;
const MAX_FILES = 300;

async function listCommits(context: RepoContext): Promise<Reply> {
  const { world, repo, query } = context;
  const start = query.get("sha") ?? repo.defaultBranch;
  const tip = await repo.git.commit(start);
  if (!tip) {
    if (!query.has("sha")) throw new Problem(409, "Git Repository is empty.");
    throw notFound();
  }
  const { perPage, skip } = pageOf(context);
  const author = query.get("author");
  const account = author === null ? undefined : world.accounts.get(author.toLowerCase());
  const args = [
    `--max-count=${perPage + 1}`,
    `--skip=${skip}`,
    ...(query.has("since") ? [`--since=${query.get("since")}`] : []),
    ...(query.has("until") ? [`--until=${query.get("until")}`] : []),
    ...(author === null
      ? []
      : ["--fixed-strings", `--author=${account ? `${account.login}@users.noreply.github.com` : author}`]),
    tip.sha,
    "--",
    ...(query.get("path") ? [`:(literal)${query.get("path")}`] : []),
  ];
  const shas = await repo.git.revList(args);
  const commits = await repo.git.commits(shas.slice(0, perPage));
  const body = commits.map((commit) => presentCommit(world, repo, commit));
  return paged(context, body, { hasNext: shas.length > perPage });
}

async function presentFiles(
  repo: Repo,
  world: World,
  range: { from: string; to: string; files: readonly FileChange[] },
): Promise<Json[]> {
  const patches = await readPatches(repo.git.dir, range.from, range.to);
  return range.files.map((file) => {
    const patch = patches.get(file.path);
    return presentFile(world, repo, { ...file, at: range.to, ...(patch === undefined ? {} : { patch }) });
  });
}

async function getCommit(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const commit = await repo.git.commit(param(context, "ref"));
  if (!commit) throw new Problem(422, `No commit found for SHA: ${param(context, "ref")}`);
  if (context.accept.includes("sha")) {
    return {
      status: 200,
      bytes: Buffer.from(commit.sha),
      headers: { "content-type": "application/vnd.github.sha" },
    };
  }
  const from = commit.parents[0] ?? EMPTY_TREE;
  const files = await repo.git.diff(from, commit.sha);
  const sum = (key: "additions" | "deletions"): number => files.reduce((total, file) => total + file[key], 0);
  const { perPage, skip } = context.query.has("per_page") ? pageOf(context) : { perPage: MAX_FILES, skip: 0 };
  const shown = files.slice(skip, skip + perPage);
  const body = {
    ...presentCommit(world, repo, commit),
    stats: {
      additions: sum("additions"),
      deletions: sum("deletions"),
      total: sum("additions") + sum("deletions"),
    },
    files: await presentFiles(repo, world, { from, to: commit.sha, files: shown }),
  };
  return paged(context, body, { hasNext: skip + perPage < files.length });
}

function revisionOf(repo: Repo, text: string): { repo: string; revision: string } {
  const colon = text.indexOf(":");
  if (colon < 0) return { repo: repo.fullName, revision: text };
  return { repo: `${text.slice(0, colon)}/${repo.name}`, revision: text.slice(colon + 1) };
}

async function resolveSide(world: World, repo: Repo, text: string): Promise<string> {
  const side = revisionOf(repo, text);
  const from = world.repo(side.repo);
  const commit = await from.git.commit(side.revision);
  if (!commit) throw notFound();
  if (from.id !== repo.id) await repo.git.fetchFrom(from.git, commit.sha, `refs/pull/compare/${commit.sha}`);
  return commit.sha;
}

async function compare(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const [left = "", right = ""] = param(context, "basehead").split("...");
  const base = await repo.git.commit(await resolveSide(world, repo, left));
  const head = await repo.git.commit(await resolveSide(world, repo, right));
  const fork = base && head ? await repo.git.mergeBase(base.sha, head.sha) : undefined;
  const forkCommit = fork === undefined ? undefined : await repo.git.commit(fork);
  if (!base || !head || !forkCommit) throw new Problem(404, "No common ancestor between base and head");
  const ahead = await repo.git.countCommits(`${base.sha}..${head.sha}`);
  const behind = await repo.git.countCommits(`${head.sha}..${base.sha}`);
  const { perPage, skip } =
    context.query.has("per_page") || context.query.has("page")
      ? pageOf(context)
      : { perPage: MAX_COMMITS, skip: 0 };
  const listed = await repo.git.revList(["--reverse", "--topo-order", `${base.sha}..${head.sha}`]);
  const shas =
    context.query.has("page") || context.query.has("per_page")
      ? listed.slice(skip, skip + perPage)
      : listed.slice(-MAX_COMMITS);
  const files = skip === 0 ? (await repo.git.diff(forkCommit.sha, head.sha)).slice(0, MAX_FILES) : [];
  const url = `${repoUrl(world, repo)}/compare/${left}...${right}`;
  const html = `${world.url}/${repo.fullName}/compare/${left}...${right}`;
  const status = ahead > 0 ? (behind > 0 ? "diverged" : "ahead") : behind > 0 ? "behind" : "identical";
  const body = {
    url,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: presentCommit(world, repo, base),
    merge_base_commit: presentCommit(world, repo, forkCommit),
    status,
    ahead_by: ahead,
    behind_by: behind,
    total_commits: ahead,
    commits: (await repo.git.commits(shas)).map((commit) => presentCommit(world, repo, commit)),
    files: await presentFiles(repo, world, { from: forkCommit.sha, to: head.sha, files }),
  };
  return paged(context, body, { hasNext: skip + perPage < ahead });
}

async function listPullsOf(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const commit = await repo.git.commit(param(context, "commit_sha"));
  if (!commit) throw new Problem(422, `No commit found for SHA: ${param(context, "commit_sha")}`);
  const pulls = [];
  for (const issue of [...repo.issues.values()].filter(isPull)) {
    const { pull } = issue;
    const own = new Set(await repo.git.revList([pull.headSha, `^${pull.baseSha}`]));
    if (pull.mergeSha === commit.sha || own.has(commit.sha)) pulls.push(issue);
  }
  const merged = pulls.filter(({ pull }) => pull.mergedAt !== undefined);
  const tip = await repo.git.branch(repo.defaultBranch);
  const landed = tip !== undefined && (await repo.git.isAncestor(commit.sha, tip));
  return pageList(context, landed && merged.length > 0 ? merged : pulls, (issue) =>
    presentPull(world, repo, issue),
  );
}

function archive(context: RepoContext, format: "tar.gz" | "zip"): Reply {
  const { world, repo } = context;
  const revision = param(context, "ref") || repo.defaultBranch;
  const location = `${world.url}/_sandbox/archive/${repo.fullName}/${format}/${encodeURIComponent(revision)}`;
  return { status: 302, headers: { location } };
}

const archiveRoute = route("GET /_sandbox/archive/{owner}/{repo}/{format}/{ref}", async (context) => {
  const repo = context.world.repo(`${param(context, "owner")}/${param(context, "repo")}`);
  const format = param(context, "format") === "zip" ? "zip" : "tar.gz";
  const commit = await repo.git.commit(param(context, "ref"));
  if (!commit) throw notFound();
  const folder = `${repo.owner.login}-${repo.name}-${commit.sha.slice(0, 7)}/`;
  const args = ["archive", `--format=${format}`, `--prefix=${folder}`, commit.sha];
  const child = spawn("git", args, { cwd: repo.git.dir, env: gitEnvironment() });
  child.stderr.resume();
  const type = format === "zip" ? "application/zip" : "application/x-gzip";
  return { status: 200, bytes: child.stdout, headers: { "content-type": type } };
});

/** Commits, comparisons and archives. https://docs.github.com/en/rest/commits */
export const commitRoutes: readonly Route[] = [
  repoRoute("GET /commits", READ, listCommits),
  repoRoute("GET /commits/{ref}", READ, getCommit),
  repoRoute("GET /commits/{commit_sha}/pulls", { permission: "pull_requests", level: "read" }, listPullsOf),
  repoRoute("GET /compare/{basehead}", READ, compare),
  repoRoute("GET /tarball/{ref}", READ, (context) => archive(context, "tar.gz")),
  repoRoute("GET /zipball/{ref}", READ, (context) => archive(context, "zip")),
  archiveRoute,
];
