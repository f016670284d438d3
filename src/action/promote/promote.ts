import { promoteAutomatically } from "../../flows/automate.ts";
import type { GitHubRegistry } from "../../flows/github-registry.ts";
import { proposePromotion } from "../../flows/propose-promotion.ts";
import type { PullRequest } from "../../github/pulls.ts";
import type { SettledPull } from "../settle.ts";
import { settlePull } from "../settle.ts";
import { startsNoWorkflow } from "../writer.ts";
import type { Task } from "./inputs.ts";

/** A promotion that is proposed; `settled` is undefined where its check is the registry's own workflow's to run. */
export interface Proposed {
  readonly pull: PullRequest;
  readonly settled: SettledPull | undefined;
}

// Each round may complete the condition of the next channel of a ladder; no ladder has as many.
const MAX_ROUNDS = 10;

/** Opens the promotions that are asked for and, where nobody else would, judges and merges them. */
export async function promote(registry: GitHubRegistry, task: Task): Promise<readonly Proposed[]> {
  if (task.kind === "automatic") return promoteInRounds(registry);
  const { pull } = await proposePromotion(registry, task.request, new Date());
  return pull === undefined ? [] : [await settle(registry, pull)];
}

/** A merge by the workflow's own token starts no workflow either, so the promotions that follow from it open here. */
async function promoteInRounds(registry: GitHubRegistry): Promise<readonly Proposed[]> {
  const proposed = new Map<number, Proposed>();
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    let merged = false;
    for (const pull of await promoteAutomatically(registry, undefined, new Date())) {
      const next = await settle(registry, pull);
      proposed.set(pull.number, next);
      merged ||= next.settled?.merge.kind === "merged";
    }
    if (!merged) break;
  }
  return [...proposed.values()];
}

async function settle(registry: GitHubRegistry, pull: PullRequest): Promise<Proposed> {
  return { pull, settled: startsNoWorkflow(registry) ? await settlePull(registry, pull) : undefined };
}
