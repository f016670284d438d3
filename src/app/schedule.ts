import type { Task } from "./task.ts";
import { keyOf } from "./task.ts";

/** Tasks for later. They may be lost: whatever is due is also found by the next event on the same thing. */
export interface Schedule {
  /** Plans a task for a time, instead of one of the same key that was planned before. */
  readonly set: (task: Task, at: Date) => void;
  /** Takes back what was planned for a task's key. */
  readonly clear: (task: Task) => void;
  /** Hands over, and forgets, every task that is due. */
  readonly tick: () => void;
  /** Forgets everything, for good. */
  readonly stop: () => void;
}

// A timer cannot wait longer than 2^31 ms, and a clock that is set right in between should be noticed.
const MAX_WAIT_MS = 3_600_000;
const MIN_WAIT_MS = 1_000;

/** Makes a schedule that hands due tasks to `start`. The newest 10,000 are kept unless told otherwise. */
export function createSchedule(start: (task: Task) => void, now: () => Date, limit = 10_000): Schedule {
  const planned = new Map<string, { readonly task: Task; readonly at: number }>();
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let stopped = false;

  function arm(at: number): void {
    if (at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    const wait = Math.min(Math.max(at - now().getTime(), MIN_WAIT_MS), MAX_WAIT_MS);
    timer = setTimeout(tick, wait);
    timer.unref();
  }

  function tick(): void {
    clearTimeout(timer);
    timerAt = Number.POSITIVE_INFINITY;
    const time = now().getTime();
    for (const [key, { task, at }] of planned) {
      if (at > time) continue;
      planned.delete(key);
      start(task);
    }
    const next = Math.min(...planned.values().map(({ at }) => at));
    if (Number.isFinite(next)) arm(next);
  }

  return {
    set(task, at) {
      if (stopped) return;
      const key = keyOf(task);
      planned.delete(key);
      planned.set(key, { task, at: at.getTime() });
      const [oldest] = planned.keys();
      if (planned.size > limit && oldest !== undefined) planned.delete(oldest);
      arm(at.getTime());
    },
    clear(task) {
      planned.delete(keyOf(task));
    },
    tick,
    stop() {
      stopped = true;
      clearTimeout(timer);
      planned.clear();
    },
  };
}
