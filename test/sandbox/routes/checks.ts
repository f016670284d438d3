import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { presentRun } from "../present/checks.ts";
import { notFound, Problem } from "../problem.ts";
import { requireApp } from "../auth.ts";
import { advanceQueue } from "../merge-queue.ts";
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
import type { Annotation, CheckRun } from "../state.ts";
import { suiteOf } from "../suites.ts";
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

/** Check runs. https://docs.github.com/en/rest/checks/runs */
export const checkRoutes: readonly Route[] = [
  repoRoute("POST /check-runs", WRITE, createRun),
  repoRoute("GET /check-runs/{check_run_id}", READ, (context) =>
    ok(presentRun(context.world, context.repo, runOf(context))),
  ),
  repoRoute("PATCH /check-runs/{check_run_id}", WRITE, updateRun),
  repoRoute("GET /check-runs/{check_run_id}/annotations", READ, listAnnotations),
  repoRoute("POST /check-runs/{check_run_id}/rerequest", WRITE, rerequestRun),
];
