import { publishCheck } from "../../github/checks.ts";
import { listOpenPulls } from "../../github/pulls.ts";
import { APPROVAL_CHECK, COMPLIANCE_CHECK } from "../../flows/report-pull.ts";
import type { GitHubRegistry } from "../../flows/github-registry.ts";
import type { CommitTask } from "../task.ts";
import type { Job, Outcome } from "./job.ts";
import { DONE } from "./job.ts";
import { isRegistryChange } from "./registry-gate.ts";

/** Judges again the open pull requests whose head somebody asked the checks of once more. */
export async function runCommit(job: Job, task: CommitTask): Promise<Outcome> {
  const { registry } = job;
  const { headSha, installationId, owner, repo } = task;
  const open = await listOpenPulls(registry.client, registry.repository);
  const asked = open.filter((pull) => pull.headSha === headSha);
  for (const pull of asked) {
    if (!(await isRegistryChange(registry, pull.headSha))) continue;
    await reopenChecks(registry, headSha);
    job.add({ kind: "pull", installationId, owner, repo, number: pull.number });
  }
  return DONE;
}

/** A verdict that stays the same would not be written again, and GitHub would wait for an answer for ever. */
async function reopenChecks(
  { client, repository, outputs, identity }: GitHubRegistry,
  headSha: string,
): Promise<void> {
  for (const name of [COMPLIANCE_CHECK, APPROVAL_CHECK]) {
    await publishCheck(client, repository, {
      headSha,
      name,
      state: "in_progress",
      title: "Judging again",
      summary: "",
      annotations: [],
      memory: outputs,
      ...(identity.appId === undefined ? {} : { appId: identity.appId }),
    });
  }
}
