import type { GitHubRegistry } from "../../flows/github-registry.ts";
import { AssayError } from "../../format/error.ts";
import { listOpenPulls, readPull } from "../../github/pulls.ts";
import type { SettledPull } from "../settle.ts";
import { settlePull } from "../settle.ts";
import { checkMergeGroup } from "./merge-group.ts";
import type { Task } from "./task.ts";

/** What a check came to. */
export interface Checked {
  readonly settled: readonly SettledPull[];
  /** Of the pull requests on which nothing could be decided. */
  readonly failures: readonly { readonly number: number; readonly error: AssayError }[];
}

/** Judges what the task names, posts both checks, and merges what is ready. */
export async function check(registry: GitHubRegistry, task: Task): Promise<Checked> {
  switch (task.kind) {
    case "group": {
      const judged = await checkMergeGroup(registry, task);
      const merge = { kind: "left", reason: "the merge queue merges it" } as const;
      return { settled: [{ judged, merge }], failures: [] };
    }
    case "pull": {
      const { client, repository, store } = registry;
      const pull = await readPull(client, repository, task.number);
      if (pull === undefined)
        throw new AssayError("not-found", `${store.name} has no pull request ${task.number}.`);
      return { settled: [await settlePull(registry, pull)], failures: [] };
    }
    case "open":
      return checkAllOpen(registry);
  }
}

/** One pull request on which nothing can be decided keeps no other from its verdict; its checks fail and say why. */
async function checkAllOpen(registry: GitHubRegistry): Promise<Checked> {
  const settled: SettledPull[] = [];
  const failures: { number: number; error: AssayError }[] = [];
  for (const pull of await listOpenPulls(registry.client, registry.repository)) {
    try {
      settled.push(await settlePull(registry, pull));
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      failures.push({ number: pull.number, error });
    }
  }
  return { settled, failures };
}
