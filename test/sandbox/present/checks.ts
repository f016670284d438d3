import type { Account, CheckRun, CheckSuite, Json, Repo, Status } from "../state.ts";
import { isPull, nodeId, type World } from "../world.ts";
import { presentUser } from "./accounts.ts";
import { presentApp } from "./apps.ts";
import { presentSimpleCommit } from "./commits.ts";
import { presentPullRef } from "./pulls.ts";
import { presentRepo, repoUrl } from "./repos.ts";

function pullsAt(world: World, repo: Repo, sha: string): Json[] {
  return [...repo.issues.values()]
    .filter(isPull)
    .filter((issue) => issue.state === "open" && issue.pull.headSha === sha)
    .map((issue) => presentPullRef(world, repo, issue));
}

/** GitHub's `check-run`. */
export function presentRun(world: World, repo: Repo, run: CheckRun): Json {
  const url = `${repoUrl(world, repo)}/check-runs/${run.id}`;
  const html = `${world.url}/${repo.fullName}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId("CR", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt ?? null,
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: presentApp(world, run.app),
    pull_requests: pullsAt(world, repo, run.headSha),
  };
}

function suiteState(runs: readonly CheckRun[]): { status: string; conclusion: string | null } {
  if (runs.length === 0) return { status: "queued", conclusion: null };
  if (runs.some(({ status }) => status !== "completed")) return { status: "in_progress", conclusion: null };
  const order = [
    "failure",
    "timed_out",
    "cancelled",
    "action_required",
    "stale",
    "success",
    "neutral",
    "skipped",
  ];
  const found = runs.map(({ conclusion }) => order.indexOf(conclusion ?? "success"));
  return { status: "completed", conclusion: order[Math.min(...found)] ?? "success" };
}

/** GitHub's `check-suite`. */
export async function presentSuite(world: World, repo: Repo, suite: CheckSuite): Promise<Json> {
  const url = `${repoUrl(world, repo)}/check-suites/${suite.id}`;
  const runs = [...repo.runs.values()].filter((run) => run.suite.id === suite.id);
  const commit = await repo.git.commit(suite.headSha);
  return {
    id: suite.id,
    node_id: nodeId("CS", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(runs),
    url,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(world, repo, suite.headSha),
    app: presentApp(world, suite.app),
    repository: presentRepo(world, repo),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: commit ? presentSimpleCommit(commit) : null,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    rerequestable: true,
    runs_rerequestable: true,
  };
}

/** GitHub's `status`. */
export function presentStatus(world: World, repo: Repo, status: Status): Json {
  return {
    ...presentSimpleStatus(world, repo, status),
    creator: presentUser(world, status.creator),
  };
}

/** GitHub's `simple-commit-status`. */
export function presentSimpleStatus(world: World, repo: Repo, status: Status): Json {
  const creator: Account = status.creator;
  return {
    url: `${repoUrl(world, repo)}/statuses/${status.sha}`,
    avatar_url: `${world.url}/avatars/u/${creator.id}`,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}
