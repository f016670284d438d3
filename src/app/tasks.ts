import type { Task } from "./task.ts";
import { joinTasks, keyOf } from "./task.ts";

/** Tasks that wait or run in this process. A durable queue can stand in its place: tasks are data. */
export interface Tasks {
  /** Adds a task; one of the same key that still waits is joined with it. */
  readonly add: (task: Task) => void;
  /** Resolves when nothing waits and nothing runs. */
  readonly settle: () => Promise<void>;
  /** How many tasks wait or run. */
  readonly count: () => number;
}

/** How many tasks run side by side unless told otherwise; GitHub asks Apps not to send many requests at once. */
const MAX_RUNNING = 4;

/**
 * Makes a runner of tasks: in the order in which they came, some side by side, never two of the same key. `run` must
 * not reject.
 */
export function createTasks(run: (task: Task) => Promise<void>, limit = MAX_RUNNING): Tasks {
  const waiting = new Map<string, Task>();
  const running = new Set<string>();
  let settled: (() => void)[] = [];

  function start(): void {
    for (const [key, task] of waiting) {
      if (running.size >= limit) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      running.add(key);
      void run(task).finally(() => end(key));
    }
  }

  function end(key: string): void {
    running.delete(key);
    start();
    if (running.size + waiting.size > 0) return;
    const resolves = settled;
    settled = [];
    for (const resolve of resolves) resolve();
  }

  return {
    add(task) {
      const key = keyOf(task);
      const first = waiting.get(key);
      waiting.set(key, first === undefined ? task : joinTasks(first, task));
      // What asked for it is answered first.
      setImmediate(start);
    },
    settle() {
      if (running.size + waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => settled.push(resolve));
    },
    count: () => running.size + waiting.size,
  };
}
