import { emitRepoEvent } from "./events.ts";
import { signatureOf, writeGitHubCommit } from "./identity.ts";
import { landMerge } from "./merge.ts";
import { mergedTree } from "./mergeability.ts";
import { presentSimpleCommit } from "./present/commits.ts";
import { Problem } from "./problem.ts";
import { refreshPull } from "./pulls.ts";
import { announcePush } from "./pushes.ts";
import { rulesetsOn, requiredChecks } from "./rules.ts";
import type { Account, QueueEntry, Repo } from "./state.ts";
import { checkStanding } from "./verdicts.ts";
import type { World } from "./world.ts";

async function presentGroup(repo: Repo, entry: QueueEntry, base: string): Promise<Record<string, unknown>> {
  const head = await repo.git.commit(entry.sha);
  return {
    head_sha: entry.sha,
    head_ref: `refs/heads/${entry.branch}`,
    base_sha: entry.baseSha,
    base_ref: `refs/heads/${base}`,
    head_commit: head ? presentSimpleCommit(head) : null,
  };
}

/** Puts a pull request into the merge queue: makes the group's branch and asks for its checks. */
export async function enqueuePull(
  world: World,
  repo: Repo,
  { number, sender }: { number: number; sender: Account },
): Promise<QueueEntry> {
  const issue = world.pull(repo, number);
  await refreshPull(world, repo, issue);
  const { pull } = issue;
  const baseSha = repo.queue.at(-1)?.sha ?? (await repo.git.branch(pull.base));
  if (!baseSha || issue.state !== "open") throw new Problem(405, "Pull Request is not mergeable");
  const tree = await mergedTree(repo, baseSha, pull.headSha);
  if (!tree) throw new Problem(405, "Pull Request is not mergeable");
  const sha = writeGitHubCommit(world, repo, {
    tree,
    parents: [baseSha, pull.headSha],
    message: `Merge pull request #${number} from ${pull.headOwner.login}/${pull.headRef}\n\n${issue.title}`,
    author: signatureOf(world, sender),
  });
  const entry = {
    pull: number,
    branch: `gh-readonly-queue/${pull.base}/pr-${number}-${baseSha}`,
    sha,
    baseSha,
    by: sender,
  };
  const ref = `refs/heads/${entry.branch}`;
  await repo.git.moveRef(ref, undefined, sha);
  repo.queue.push(entry);
  await announcePush(world, repo, { changes: [{ ref, before: undefined, after: sha }], sender });
  const payload = { merge_group: await presentGroup(repo, entry, pull.base) };
  emitRepoEvent(world, repo, { event: "merge_group", action: "checks_requested", sender, payload });
  return entry;
}

async function leaveQueue(
  world: World,
  repo: Repo,
  { entry, reason }: { entry: QueueEntry; reason: "merged" | "dequeued" },
): Promise<void> {
  const { pull } = world.pull(repo, entry.pull);
  repo.queue.splice(repo.queue.indexOf(entry), 1);
  await repo.git.moveRef(`refs/heads/${entry.branch}`, entry.sha, undefined);
  const payload = { reason, merge_group: await presentGroup(repo, entry, pull.base) };
  emitRepoEvent(world, repo, { event: "merge_group", action: "destroyed", sender: entry.by, payload });
}

/** Merges, in order, the queued pull requests whose group passes every required check; drops the failing. */
export async function advanceQueue(world: World, repo: Repo): Promise<void> {
  for (;;) {
    const entry = repo.queue[0];
    if (!entry) return;
    const issue = world.pull(repo, entry.pull);
    const checks = requiredChecks(rulesetsOn(repo, `refs/heads/${issue.pull.base}`));
    const standings = checks.map((check) => checkStanding(repo, entry.sha, check));
    if (standings.includes("failing")) {
      await leaveQueue(world, repo, { entry, reason: "dequeued" });
      continue;
    }
    if (standings.some((standing) => standing !== "passed")) return;
    await leaveQueue(world, repo, { entry, reason: "merged" });
    await landMerge(world, repo, { issue, base: entry.baseSha, sha: entry.sha, sender: entry.by });
  }
}
