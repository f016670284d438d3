import type { GitHubRegistry } from "../../flows/github-registry.ts";
import { AssayError } from "../../format/error.ts";
import { listOpenPulls } from "../../github/pulls.ts";
import { SETTINGS_PATH } from "../../registry/paths.ts";
import type { Changed } from "../judged-pulls.ts";
import { bucketsOf, changedBy } from "../judged-pulls.ts";
import type { BranchTask, Span } from "../task.ts";
import { promoteWanted } from "./automation.ts";
import type { Job, Outcome } from "./job.ts";
import { DONE } from "./job.ts";
import { isRegistry } from "./registry-gate.ts";

/** Judges the open pull requests again that a change of the default branch may concern, and lets automation go on. */
export async function runDefaultBranch(job: Job, task: BranchTask): Promise<Outcome> {
  const { registry } = job;
  const isKnown = await isRegistry(registry);
  // Where there is no registry yet, a pull request that makes one is looked for only when Assay comes in.
  if (!isKnown && task.span !== undefined) return DONE;
  const paths = task.span === undefined ? "all" : await readPaths(registry, task.span);
  await judgeAgain(job, task, paths === "all" ? paths : changedBy(paths));
  if (!isKnown) return DONE;
  const everything = paths === "all" || paths.includes(SETTINGS_PATH);
  const next = await promoteWanted(job, everything ? undefined : bucketsOf(paths));
  const { installationId, owner, repo } = task;
  if (next !== undefined) job.plan({ kind: "automation", installationId, owner, repo }, next);
  return DONE;
}

async function judgeAgain(job: Job, task: BranchTask, changed: Changed): Promise<void> {
  const { client, repository } = job.registry;
  const { installationId, owner, repo } = task;
  for (const pull of await listOpenPulls(client, repository)) {
    if (!job.pulls.isConcerned(task, pull, changed)) continue;
    job.add({ kind: "pull", installationId, owner, repo, number: pull.number });
  }
}

/** The registry's paths that a push changed; `all` when the old tip is no ancestor of the new one, or too much changed. */
async function readPaths({ store }: GitHubRegistry, { before, after }: Span): Promise<Changed> {
  try {
    const difference = await store.diff(before, after);
    return difference.mergeBase === before ? difference.paths.map(({ path }) => path) : "all";
  } catch (error) {
    if (error instanceof AssayError && (error.code === "invalid" || error.code === "not-found")) return "all";
    throw error;
  }
}
