import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { presentRun, presentSuite } from "../present/checks.ts";
import { notFound, Problem } from "../problem.ts";
import { requireApp } from "../auth.ts";
import { advanceQueue } from "../merge-queue.ts";
import {
  created,
  numberParam,
  ok,
  pageCounted,
  pageList,
  param,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { Annotation, CheckRun, CheckSuite } from "../state.ts";
import { suiteOf } from "../suites.ts";
import { latestRuns } from "../verdicts.ts";
import { actorAccount } from "../world.ts";

const READ = { permission: "checks", level: "read" } as const;
const WRITE = { permission: "checks", level: "write" } as const;

const annotationSchema = z
  .object({
    path: z.string(),
    start_line: z.number().int(),
    end_line: z.number().int(),
    start_column: z.number().int().nullish(),
    end_column: z.number().int().nullish(),
    annotation_level: z.enum(["notice", "warning", "failure"]),
    message: z.string(),
    title: z.string().nullish(),
    raw_details: z.string().nullish(),
  })
  .refine((one) => one.start_column == null || one.start_line === one.end_line, {
    message: "start_column is only allowed where start_line and end_line are equal",
  });
const text = z.string().max(65_535, "is too long (maximum is 65535 characters)");
const outputSchema = z.object({
  title: z.string().optional(),
  summary: text.optional(),
  text: text.optional(),
  annotations: z.array(annotationSchema).max(50, "No more than 50 annotations are allowed").default([]),
});
const stateSchema = z.object({
  name: z.string().optional(),
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z
    .enum(["action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"])
    .optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: outputSchema.optional(),
  actions: z
    .array(
      z.object({
        label: z.string().max(20),
        description: z.string().max(40),
        identifier: z.string().max(20),
      }),
    )
    .max(3)
    .optional(),
});
const createSchema = stateSchema.extend({ name: z.string(), head_sha: z.string() });

type State = z.infer<typeof stateSchema>;

function toAnnotation(one: z.infer<typeof annotationSchema>): Annotation {
  return {
    ...one,
    start_column: one.start_column ?? null,
    end_column: one.end_column ?? null,
    title: one.title ?? null,
    raw_details: one.raw_details ?? null,
  };
}

function applyState(run: CheckRun, state: State, now: Date): void {
  if (state.name !== undefined) run.name = state.name;
  if (state.details_url !== undefined) run.detailsUrl = state.details_url;
  if (state.external_id !== undefined) run.externalId = state.external_id;
  if (state.actions) run.actions = state.actions;
  if (state.output) {
    const { title, summary, text: details, annotations } = state.output;
    run.output = {
      title: title ?? run.output.title,
      summary: summary ?? run.output.summary,
      text: details ?? run.output.text,
    };
    run.annotations.push(...annotations.map(toAnnotation));
  }
  if (state.started_at !== undefined) run.startedAt = new Date(state.started_at);
  if (state.status && state.status !== "completed") {
    run.status = state.status;
    run.conclusion = null;
    run.completedAt = undefined;
  }
  if (state.conclusion) {
    run.status = "completed";
    run.conclusion = state.conclusion;
    run.completedAt = state.completed_at === undefined ? now : new Date(state.completed_at);
  }
  if (state.status === "completed" && !run.conclusion)
    throw new Problem(422, `Invalid request.\n\n"conclusion" wasn't supplied.`);
}

function emitRun(context: RepoContext, run: CheckRun, action: string): void {
  const { world, repo, actor } = context;
  const payload = { check_run: presentRun(world, repo, run) };
  emitRepoEvent(world, repo, { event: "check_run", action, sender: actorAccount(actor), payload });
}

async function createRun(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const app = requireApp(actor);
  const request = readBody(context, createSchema);
  const commit = /^[0-9a-f]{40}$/.test(request.head_sha)
    ? await repo.git.commit(request.head_sha)
    : undefined;
  if (!commit) throw new Problem(422, `No commit found for SHA: ${request.head_sha}`);
  const suite = suiteOf(world, repo, { app, headSha: commit.sha, branch: null });
  const run: CheckRun = {
    id: world.nextId(),
    app,
    suite,
    headSha: commit.sha,
    name: request.name,
    externalId: "",
    detailsUrl: undefined,
    status: "queued",
    conclusion: null,
    startedAt: world.now(),
    completedAt: undefined,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  applyState(run, request, world.now());
  repo.runs.set(run.id, run);
  suite.updatedAt = world.now();
  emitRun(context, run, "created");
  if (run.status === "completed") {
    emitRun(context, run, "completed");
    await advanceQueue(world, repo);
  }
  return created(presentRun(world, repo, run));
}

function runOf(context: RepoContext): CheckRun {
  const run = context.repo.runs.get(numberParam(context, "check_run_id"));
  if (!run) throw notFound();
  return run;
}

async function updateRun(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const run = runOf(context);
  if (requireApp(actor).id !== run.app.id)
    throw new Problem(
      403,
      "Invalid app_id `" +
        String(run.app.id) +
        "` - check run can only be modified by the GitHub App that created it.",
    );
  const state = readBody(context, stateSchema);
  const wasCompleted = run.status === "completed";
  applyState(run, state, world.now());
  run.suite.updatedAt = world.now();
  if (run.status === "completed" && !wasCompleted) emitRun(context, run, "completed");
  if (run.status === "completed") await advanceQueue(world, repo);
  return ok(presentRun(world, repo, run));
}

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

function listAnnotations(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const run = runOf(context);
  return pageList(context, run.annotations, (one) => ({
    ...one,
    blob_href: `${world.url}/${repo.fullName}/blob/${run.headSha}/${one.path}`,
  }));
}

function rerequestRun(context: RepoContext): Reply {
  const { world, repo, actor } = context;
  const run = runOf(context);
  const payload = { check_run: presentRun(world, repo, run) };
  emitRepoEvent(world, repo, {
    event: "check_run",
    action: "rerequested",
    sender: actorAccount(actor),
    payload,
    only: run.app,
  });
  return created({});
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

/** Check runs and suites. https://docs.github.com/en/rest/checks */
export const checkRoutes: readonly Route[] = [
  repoRoute("POST /check-runs", WRITE, createRun),
  repoRoute("GET /check-runs/{check_run_id}", READ, (context) =>
    ok(presentRun(context.world, context.repo, runOf(context))),
  ),
  repoRoute("PATCH /check-runs/{check_run_id}", WRITE, updateRun),
  repoRoute("GET /check-runs/{check_run_id}/annotations", READ, listAnnotations),
  repoRoute("POST /check-runs/{check_run_id}/rerequest", WRITE, rerequestRun),
  repoRoute("GET /commits/{ref}/check-runs", READ, listRunsForRef),
  repoRoute("GET /commits/{ref}/check-suites", READ, listSuitesForRef),
  repoRoute("GET /check-suites/{check_suite_id}", READ, async (context) =>
    ok(await presentSuite(context.world, context.repo, suiteFrom(context))),
  ),
  repoRoute("GET /check-suites/{check_suite_id}/check-runs", READ, listRunsOfSuite),
  repoRoute("POST /check-suites/{check_suite_id}/rerequest", WRITE, rerequestSuite),
];
