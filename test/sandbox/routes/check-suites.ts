import { emitRepoEvent } from "../events.ts";
import { presentRun, presentSuite } from "../present/checks.ts";
import { notFound, Problem } from "../problem.ts";
import {
  created,
  numberParam,
  ok,
  pageCounted,
  param,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { CheckRun, CheckSuite } from "../state.ts";
import { latestRuns } from "../verdicts.ts";
import { actorAccount } from "../world.ts";

const READ = { permission: "checks", level: "read" } as const;
const WRITE = { permission: "checks", level: "write" } as const;

function selectRuns(context: RepoContext, runs: readonly CheckRun[]): CheckRun[] {
  const { query } = context;
  const name = query.get("check_name");
  const status = query.get("status");
  const app = query.get("app_id");
  return runs
    .filter((run) => name === null || run.name === name)
    .filter((run) => status === null || run.status === status)
    .filter((run) => app === null || String(run.app.id) === app)
    .toSorted((a, b) => b.id - a.id);
}

async function listRunsForRef(context: RepoContext): Promise<Reply> {
  const { world, repo, query } = context;
  const commit = await repo.git.commit(param(context, "ref"));
  if (!commit) throw new Problem(422, `No commit found for SHA: ${param(context, "ref")}`);
  const all = [...repo.runs.values()].filter((run) => run.headSha === commit.sha);
  const items = selectRuns(context, query.get("filter") === "all" ? all : latestRuns(repo, commit.sha));
  return pageCounted(context, { key: "check_runs", items }, (run) => presentRun(world, repo, run));
}

function suiteFrom(context: RepoContext): CheckSuite {
  const suite = context.repo.suites.get(numberParam(context, "check_suite_id"));
  if (!suite) throw notFound();
  return suite;
}

function listRunsOfSuite(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const suite = suiteFrom(context);
  const all = [...repo.runs.values()].filter((run) => run.suite.id === suite.id);
  const latest = new Set(latestRuns(repo, suite.headSha));
  const items = selectRuns(
    context,
    context.query.get("filter") === "all" ? all : all.filter((run) => latest.has(run)),
  );
  return pageCounted(context, { key: "check_runs", items }, (run) => presentRun(world, repo, run));
}

async function listSuitesForRef(context: RepoContext): Promise<Reply> {
  const { world, repo, query } = context;
  const commit = await repo.git.commit(param(context, "ref"));
  if (!commit) throw new Problem(422, `No commit found for SHA: ${param(context, "ref")}`);
  const app = query.get("app_id");
  const items = [...repo.suites.values()].filter(
    (suite) => suite.headSha === commit.sha && (app === null || String(suite.app.id) === app),
  );
  return pageCounted(context, { key: "check_suites", items }, (suite) => presentSuite(world, repo, suite));
}

async function rerequestSuite(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const suite = suiteFrom(context);
  const payload = { check_suite: await presentSuite(world, repo, suite) };
  emitRepoEvent(world, repo, {
    event: "check_suite",
    action: "rerequested",
    sender: actorAccount(actor),
    payload,
    only: suite.app,
  });
  return created({});
}

/** Check suites, and the runs of a commit. https://docs.github.com/en/rest/checks/suites */
export const suiteRoutes: readonly Route[] = [
  repoRoute("GET /commits/{ref}/check-runs", READ, listRunsForRef),
  repoRoute("GET /commits/{ref}/check-suites", READ, listSuitesForRef),
  repoRoute("GET /check-suites/{check_suite_id}", READ, async (context) =>
    ok(await presentSuite(context.world, context.repo, suiteFrom(context))),
  ),
  repoRoute("GET /check-suites/{check_suite_id}/check-runs", READ, listRunsOfSuite),
  repoRoute("POST /check-suites/{check_suite_id}/rerequest", WRITE, rerequestSuite),
];
