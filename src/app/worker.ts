import { AssayError } from "../format/error.ts";
import { formatTime } from "../format/time.ts";
import { runAutomation } from "./jobs/automation.ts";
import { runCommit } from "./jobs/commit.ts";
import { runDefaultBranch } from "./jobs/default-branch.ts";
import type { Job, Outcome } from "./jobs/job.ts";
import { runMergeGroup } from "./jobs/merge-group.ts";
import { runPull } from "./jobs/pull.ts";
import { createJudgedPulls } from "./judged-pulls.ts";
import type { Log } from "./log.ts";
import { errorFields } from "./log.ts";
import type { OpenRegistryAt } from "./registries.ts";
import { createSchedule } from "./schedule.ts";
import type { Task } from "./task.ts";
import { keyOf } from "./task.ts";
import { createTasks } from "./tasks.ts";

/** Does the App's work in this process. */
export interface Worker {
  readonly add: (task: Task) => void;
  /** Starts everything that was put off and is due by now. */
  readonly tick: () => void;
  /** Resolves when nothing is being done; what was put off does not count. */
  readonly settle: () => Promise<void>;
  /** How many tasks wait or run. */
  readonly count: () => number;
  /** Starts nothing any more that was put off. */
  readonly stop: () => void;
}

const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 15_000;

/** Makes the worker. An error ends the task it happened in and nothing else. */
export function createWorker(open: OpenRegistryAt, log: Log, now: () => Date): Worker {
  const attempts = new Map<string, number>();
  const pulls = createJudgedPulls();
  const tasks = createTasks(work);
  const schedule = createSchedule(tasks.add, now);

  async function work(task: Task): Promise<void> {
    try {
      const registry = await open(task);
      const job: Job = { registry, now: now(), pulls, log, add: tasks.add, plan: schedule.set };
      follow(task, await runTask(job, task));
    } catch (error) {
      log.error({ task, ...errorFields(error) }, "task failed");
      follow(task, isPassing(error) ? { kind: "wait" } : { kind: "done" });
    }
  }

  function follow(task: Task, outcome: Outcome): void {
    const key = keyOf(task);
    const attempt = attempts.get(key) ?? 1;
    attempts.delete(key);
    schedule.clear(task);
    if (outcome.kind === "later") schedule.set(task, outcome.at);
    if (outcome.kind !== "again" && outcome.kind !== "wait") return;
    if (attempt >= MAX_ATTEMPTS) {
      log.warn({ task, attempts: attempt }, "task given up; the next event takes it up again");
      return;
    }
    attempts.set(key, attempt + 1);
    if (outcome.kind === "again") tasks.add(task);
    else putOff(task, attempt);
  }

  function putOff(task: Task, attempt: number): void {
    const at = new Date(now().getTime() + FIRST_WAIT_MS * 4 ** (attempt - 1));
    schedule.set(task, at);
    log.info({ task, at: formatTime(at) }, "task put off");
  }

  return {
    add: tasks.add,
    tick: schedule.tick,
    settle: tasks.settle,
    count: tasks.count,
    stop: schedule.stop,
  };
}

function runTask(job: Job, task: Task): Promise<Outcome> {
  switch (task.kind) {
    case "pull":
      return runPull(job, task);
    case "default-branch":
      return runDefaultBranch(job, task);
    case "automation":
      return runAutomation(job, task);
    case "commit":
      return runCommit(job, task);
    case "merge-group":
      return runMergeGroup(job, task);
  }
}

/** Whether trying again later may help. */
function isPassing(error: unknown): boolean {
  return error instanceof AssayError && (error.code === "unavailable" || error.code === "conflict");
}
