import type { GitHubRegistry } from "../../flows/github-registry.ts";
import type { JudgedPulls } from "../judged-pulls.ts";
import type { Log } from "../log.ts";
import type { Task } from "../task.ts";

/** What a job works with. */
export interface Job {
  readonly registry: GitHubRegistry;
  readonly now: Date;
  readonly pulls: JudgedPulls;
  readonly log: Log;
  /** Hands over more work. */
  readonly add: (task: Task) => void;
  /** Hands over work for later. */
  readonly plan: (task: Task, at: Date) => void;
}

/**
 * What is to become of a task that ran.
 * - `done` it has nothing more to do
 * - `later` it is to run again at that time, when the answer changes by itself
 * - `again` something came between and it is to run again now; only so many times
 * - `wait` something stands in the way that may pass; it is tried again after a while, only so many times
 */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "later"; readonly at: Date }
  | { readonly kind: "again" }
  | { readonly kind: "wait" };

export const DONE: Outcome = { kind: "done" };
