import Bottleneck from "bottleneck/light.js";
import type { Timings } from "./timings.ts";

/** The limiters that the throttling plugin sends writes through, one per identity within each group. */
export interface Pace {
  readonly write: Bottleneck.Group;
  readonly notifications: Bottleneck.Group;
}

const IDLE_MS = 120_000;

// GitHub allows 80 content writes a minute. A burst of 20 and one a second after it never exceeds that, and a publish,
// which is three writes, does not wait at all.
const github: Pace = {
  write: new Bottleneck.Group({
    id: "assay-write",
    timeout: IDLE_MS,
    maxConcurrent: 1,
    reservoir: 20,
    reservoirIncreaseAmount: 5,
    reservoirIncreaseInterval: 5_000,
    reservoirIncreaseMaximum: 20,
  }),
  // What mails people: pull requests, comments, merges.
  notifications: new Bottleneck.Group({
    id: "assay-notifications",
    timeout: IDLE_MS,
    maxConcurrent: 1,
    reservoir: 10,
    reservoirIncreaseAmount: 5,
    reservoirIncreaseInterval: 15_000,
    reservoirIncreaseMaximum: 10,
  }),
};

const none: Pace = {
  write: new Bottleneck.Group({ id: "assay-write-unpaced", timeout: IDLE_MS, maxConcurrent: 1 }),
  notifications: new Bottleneck.Group({
    id: "assay-notifications-unpaced",
    timeout: IDLE_MS,
    maxConcurrent: 1,
  }),
};

/**
 * The limiters of a pace. They are shared by all clients of a process, because the limits are.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export function paceOf(pace: Timings["pace"]): Pace {
  return pace === "github" ? github : none;
}
