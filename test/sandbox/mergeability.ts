import { checkMerge } from "./merge-rules.ts";
import type { PullIssue, Repo } from "./state.ts";
import { hasUnpassed } from "./verdicts.ts";
import type { World } from "./world.ts";

/** GitHub's `mergeable` and `mergeable_state`. */
export interface Mergeability {
  readonly mergeable: boolean | null;
  readonly state: "clean" | "dirty" | "blocked" | "behind" | "unstable" | "draft" | "unknown";
}

const merges = new WeakMap<Repo, Map<string, string | undefined>>();

/** The tree of merging a head into a base, or undefined on a conflict; asked once per pair of commits. */
export async function mergedTree(repo: Repo, base: string, head: string): Promise<string | undefined> {
  const known = merges.get(repo) ?? new Map<string, string | undefined>();
  merges.set(repo, known);
  const key = `${base} ${head}`;
  if (!known.has(key)) known.set(key, await repo.git.mergeTrees(base, head));
  return known.get(key);
}

/** Whether an open pull request can be merged now, and what stands in the way. */
export async function readMergeability(world: World, repo: Repo, issue: PullIssue): Promise<Mergeability> {
  const { pull } = issue;
  const base = await repo.git.branch(pull.base);
  if (!base) return { mergeable: null, state: "unknown" };
  if (!(await mergedTree(repo, base, pull.headSha))) return { mergeable: false, state: "dirty" };
  if (pull.draft) return { mergeable: true, state: "draft" };
  const reasons = await checkMerge(world, repo, { issue, actor: { kind: "anonymous" }, method: undefined });
  if (reasons.length > 0) {
    const behind = reasons.every((reason) => reason.startsWith("Head branch is out of date"));
    return { mergeable: true, state: behind ? "behind" : "blocked" };
  }
  return { mergeable: true, state: hasUnpassed(repo, pull.headSha) ? "unstable" : "clean" };
}
