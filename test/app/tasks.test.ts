import { describe, expect, test } from "@jest/globals";
import { createDeliveries } from "../../src/app/deliveries.ts";
import { createSchedule } from "../../src/app/schedule.ts";
import type { Task } from "../../src/app/task.ts";
import { joinTasks, keyOf } from "../../src/app/task.ts";
import { createTasks } from "../../src/app/tasks.ts";

const place = { installationId: 1, owner: "acme", repo: "images" } as const;

function pull(number: number): Task {
  return { kind: "pull", ...place, number };
}

function push(before: string, after: string): Task {
  return { kind: "default-branch", ...place, span: { before, after } };
}

/** A runner whose tasks end when the test says so. */
function controlled(limit?: number) {
  const started: Task[] = [];
  const ends: (() => void)[] = [];
  const tasks = createTasks((task) => {
    started.push(task);
    return new Promise((resolve) => ends.push(resolve));
  }, limit);
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    tasks,
    started,
    turn,
    end: async () => {
      ends.shift()?.();
      await turn();
    },
  };
}

describe("tasks", () => {
  test("of one pull request run one at a time, and a burst leaves one that waits", async () => {
    const { tasks, started, turn, end } = controlled();
    tasks.add(pull(1));
    await turn();
    for (let times = 0; times < 10; times += 1) tasks.add(pull(1));
    await turn();
    expect([started.length, tasks.count()]).toEqual([1, 2]);
    await end();
    expect([started.length, tasks.count()]).toEqual([2, 1]);
    await end();
    await tasks.settle();
    expect(tasks.count()).toBe(0);
  });

  test("of different pull requests run side by side, as many as the limit says, in the order they came", async () => {
    const { tasks, started, turn, end } = controlled(2);
    for (const number of [3, 1, 2]) tasks.add(pull(number));
    await turn();
    expect(started).toEqual([pull(3), pull(1)]);
    await end();
    expect(started).toEqual([pull(3), pull(1), pull(2)]);
  });

  test("start only after what added them has gone on", () => {
    const { tasks, started } = controlled();
    tasks.add(pull(1));
    expect(started).toEqual([]);
  });

  test("have the same key whatever the case of the repository's name", () => {
    expect(keyOf({ kind: "pull", installationId: 1, owner: "Acme", repo: "IMAGES", number: 1 })).toBe(
      keyOf(pull(1)),
    );
  });

  test.each([
    ["follow each other", push("a", "b"), push("b", "c"), { before: "a", after: "c" }],
    ["come in the wrong order", push("b", "c"), push("a", "b"), { before: "a", after: "c" }],
    ["leave something out", push("a", "b"), push("c", "d"), undefined],
    [
      "ask for everything",
      { kind: "default-branch", ...place, span: undefined } as const,
      push("a", "b"),
      undefined,
    ],
  ])("of pushes that %s are joined without losing a change", (_name, first, second, span) => {
    expect(joinTasks(first, second)).toEqual({ kind: "default-branch", ...place, span });
  });
});

describe("the schedule", () => {
  const T0 = Date.parse("2026-03-02T09:00:00Z");

  test("hands over what is due, once, and nothing else", () => {
    let time = T0;
    const due: Task[] = [];
    const schedule = createSchedule(
      (task) => due.push(task),
      () => new Date(time),
    );
    schedule.set(pull(1), new Date(T0 + 1_000));
    schedule.set(pull(2), new Date(T0 + 2_000));
    schedule.set(pull(3), new Date(T0 + 1_000));
    schedule.clear(pull(3));
    schedule.tick();
    expect(due).toEqual([]);
    time = T0 + 1_500;
    schedule.tick();
    schedule.tick();
    expect(due).toEqual([pull(1)]);
    schedule.stop();
    time = T0 + 9_000;
    schedule.tick();
    expect(due).toEqual([pull(1)]);
  });

  test("keeps one time for each task, the one that was set last, and no more tasks than the limit", () => {
    let time = T0;
    const due: Task[] = [];
    const schedule = createSchedule(
      (task) => due.push(task),
      () => new Date(time),
      2,
    );
    schedule.set(pull(1), new Date(T0 + 1_000));
    schedule.set(pull(1), new Date(T0 + 9_000));
    schedule.set(pull(2), new Date(T0 + 1_000));
    schedule.set(pull(3), new Date(T0 + 1_000));
    time = T0 + 5_000;
    schedule.tick();
    expect(due).toEqual([pull(2), pull(3)]);
    time = T0 + 10_000;
    schedule.tick();
    expect(due).toEqual([pull(2), pull(3)]);
    schedule.stop();
  });
});

test("The memory of deliveries is bounded, and forgets the oldest.", () => {
  const deliveries = createDeliveries(2);
  for (const id of ["a", "b", "c"]) deliveries.remember(id);
  expect(["a", "b", "c"].map((id) => deliveries.has(id))).toEqual([false, true, true]);
});
