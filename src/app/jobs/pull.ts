import { timeToMs } from "../../format/time.ts";
import type { MergeResult } from "../../flows/merge-pull.ts";
import { handlePull } from "../../flows/handle-pull.ts";
import { readPull } from "../../github/pulls.ts";
import type { PullTask } from "../task.ts";
import type { Job, Outcome } from "./job.ts";
import { DONE } from "./job.ts";
import { isRegistryChange } from "./registry-gate.ts";

/** Judges a pull request as it is now, tells, and merges it when it is ready. */
export async function runPull(job: Job, task: PullTask): Promise<Outcome> {
  const { registry, now, log } = job;
  const { number } = task;
  const pull = await readPull(registry.client, registry.repository, number);
  if (pull === undefined || pull.state === "closed") return DONE;
  if (!(await isRegistryChange(registry, pull.headSha))) return DONE;
  const { judged, merge } = await handlePull(registry, pull, now);
  const { compliance, approval, subject, nextChange } = judged.decision;
  job.pulls.remember(task, judged);
  log.info(
    { pull: number, head: judged.pull.headSha, subject, compliance, approval: approval.verdict, merge },
    "pull request judged",
  );
  return outcomeOf(merge, nextChange);
}

function outcomeOf(merge: MergeResult, nextChange: string | undefined): Outcome {
  switch (merge.kind) {
    case "merged":
      return DONE;
    case "stale":
      return { kind: "again" };
    case "refused":
      // Another merge came between; GitHub says so in these words.
      return { kind: /was modified/i.test(merge.reason) ? "again" : "wait" };
    case "left":
      return nextChange === undefined ? DONE : { kind: "later", at: new Date(timeToMs(nextChange)) };
  }
}
