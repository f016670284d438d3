import type { Decision } from "../../policy/decide.ts";
import { judgeGroup } from "../../flows/judge-group.ts";
import { reportChecks, reportFailure } from "../../flows/report-pull.ts";
import type { GroupTask } from "../task.ts";
import type { Job, Outcome } from "./job.ts";
import { DONE } from "./job.ts";
import { isRegistryChange } from "./registry-gate.ts";

/** Judges a group of a merge queue anew and tells it in both checks on the group's commit; GitHub merges by them. */
export async function runMergeGroup({ registry, now, log }: Job, task: GroupTask): Promise<Outcome> {
  const { headSha, headBranch, baseBranch } = task;
  if (baseBranch !== (await registry.store.defaultBranch())) return DONE;
  if (!(await isRegistryChange(registry, headSha))) return DONE;
  let decision: Decision;
  try {
    decision = await judgeGroup(registry, task, now);
  } catch (error) {
    await reportFailure(registry, headSha, error);
    throw error;
  }
  await reportChecks(registry, headSha, decision);
  const { compliance, approval } = decision;
  log.info({ group: headBranch, compliance, approval: approval.verdict }, "merge group judged");
  return DONE;
}
