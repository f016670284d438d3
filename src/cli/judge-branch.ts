import type { GitHubRegistry } from "../flows/github-registry.ts";
import { judgePull } from "../flows/judge-pull.ts";
import { findOpenPull } from "../github/pulls.ts";
import type { Decision } from "../policy/decide.ts";

/** Judges the open pull request of a branch, with its reviews; undefined where the branch has none. */
export async function judgeBranch(
  registry: GitHubRegistry,
  branch: string,
  now: Date,
): Promise<Decision | undefined> {
  const pull = await findOpenPull(registry.client, registry.repository, branch);
  return pull === undefined ? undefined : (await judgePull(registry, pull.number, now)).decision;
}
