import { emitRepoEvent } from "./events.ts";
import { presentPull, presentReview, type PullFacts } from "./present/pulls.ts";
import { dismissesStaleReviews } from "./merge-rules.ts";
import { type Mergeability, readMergeability } from "./mergeability.ts";
import type { Account, Json, PullIssue, Repo } from "./state.ts";
import { isPull, type World } from "./world.ts";

/** Tells Apps what happened to a pull request. */
export function emitPull(
  world: World,
  repo: Repo,
  what: { issue: PullIssue; action: string; sender: Account; extra?: Json },
): void {
  const { issue, action, sender, extra } = what;
  const payload = { number: issue.number, pull_request: presentPull(world, repo, issue), ...extra };
  emitRepoEvent(world, repo, { event: "pull_request", action, sender, payload });
}

/** The open pull requests of every repository whose head is a branch of this one. */
function openPullsFrom(world: World, repo: Repo, branch: string): { base: Repo; issue: PullIssue }[] {
  return [...world.repos.values()].flatMap((base) =>
    openPulls(base)
      .filter(({ pull }) => pull.headRepo === repo.fullName && pull.headRef === branch)
      .map((issue) => ({ base, issue })),
  );
}

/** The open pull requests of a repository. */
export function openPulls(repo: Repo): PullIssue[] {
  return [...repo.issues.values()].filter(isPull).filter(({ state }) => state === "open");
}

/** Makes a pull request's head known to its base repository under `refs/pull/N/head`. */
export async function storeHead(world: World, repo: Repo, issue: PullIssue): Promise<void> {
  const { headRepo, headSha } = issue.pull;
  const ref = `refs/pull/${issue.number}/head`;
  const from = world.repos.get(headRepo.toLowerCase());
  if (from && from.id !== repo.id) await repo.git.fetchFrom(from.git, headSha, ref);
  else await repo.git.moveRef(ref, await repo.git.ref(ref), headSha);
}

function dismissStale(
  world: World,
  repo: Repo,
  { issue, sender }: { issue: PullIssue; sender: Account },
): void {
  if (!dismissesStaleReviews(repo, issue.pull.base)) return;
  for (const review of issue.pull.reviews) {
    if (review.state !== "APPROVED") continue;
    review.state = "DISMISSED";
    const payload = {
      review: presentReview(world, repo, { issue, review }),
      pull_request: presentPull(world, repo, issue),
    };
    emitRepoEvent(world, repo, { event: "pull_request_review", action: "dismissed", sender, payload });
  }
}

/** Moves the heads of the pull requests whose branch was pushed to, and tells Apps. */
export async function followHead(
  world: World,
  repo: Repo,
  push: { branch: string; sha: string; sender: Account },
): Promise<void> {
  for (const { base, issue } of openPullsFrom(world, repo, push.branch)) {
    const before = issue.pull.headSha;
    if (before === push.sha) continue;
    issue.pull.headSha = push.sha;
    issue.pull.lastPusher = push.sender.login;
    issue.pull.baseSha = (await base.git.branch(issue.pull.base)) ?? issue.pull.baseSha;
    issue.updatedAt = world.now();
    await storeHead(world, base, issue);
    const extra = { before, after: push.sha };
    emitPull(world, base, { issue, action: "synchronize", sender: push.sender, extra });
    dismissStale(world, base, { issue, sender: push.sender });
  }
}

/** Notes what git alone knows: a head branch that was moved without the server seeing the push. */
export async function refreshPull(world: World, repo: Repo, issue: PullIssue): Promise<void> {
  if (issue.state !== "open") return;
  const head = await world.repos.get(issue.pull.headRepo.toLowerCase())?.git.branch(issue.pull.headRef);
  if (head === undefined || head === issue.pull.headSha) return;
  issue.pull.headSha = head;
  await storeHead(world, repo, issue);
}

/** Closes a pull request, merged or not, and tells Apps. */
export function closePull(
  world: World,
  repo: Repo,
  { issue, sender }: { issue: PullIssue; sender: Account },
): void {
  const now = world.now();
  issue.state = "closed";
  issue.closedAt = now;
  issue.closedBy = sender;
  issue.updatedAt = now;
  emitPull(world, repo, { issue, action: "closed", sender });
}

/** Marks the open pull requests merged whose head a push to their base branch has brought in. */
export async function landPulls(
  world: World,
  repo: Repo,
  push: { branch: string; before: string | undefined; after: string; sender: Account },
): Promise<void> {
  const open = openPulls(repo).filter(({ pull }) => pull.base === push.branch);
  if (open.length === 0 || push.before === undefined) return;
  const landed = new Set(await repo.git.revList([push.after, `^${push.before}`]));
  for (const issue of open) {
    if (!landed.has(issue.pull.headSha)) continue;
    issue.pull.baseSha = push.before;
    issue.pull.mergedAt = world.now();
    issue.pull.mergedBy = push.sender;
    issue.pull.mergeSha = push.after;
    closePull(world, repo, { issue, sender: push.sender });
  }
}

/** Closes the pull requests whose head branch was deleted. */
export function closeHeadless(world: World, repo: Repo, gone: { branch: string; sender: Account }): void {
  for (const { base, issue } of openPullsFrom(world, repo, gone.branch)) {
    closePull(world, base, { issue, sender: gone.sender });
  }
}

/** Closes the pull requests whose base branch was deleted. */
export function closeBaseless(world: World, repo: Repo, gone: { branch: string; sender: Account }): void {
  for (const issue of openPulls(repo)) {
    if (issue.pull.base === gone.branch) closePull(world, repo, { issue, sender: gone.sender });
  }
}

/** The commit that a pull request is compared with: its base branch now, or as it was when it closed. */
export async function baseOf(repo: Repo, issue: PullIssue): Promise<string> {
  if (issue.state === "closed") return issue.pull.baseSha;
  return (await repo.git.branch(issue.pull.base)) ?? issue.pull.baseSha;
}

/** The commit from which a pull request's own changes count. */
export async function forkPoint(repo: Repo, issue: PullIssue): Promise<string> {
  const base = await baseOf(repo, issue);
  return (await repo.git.mergeBase(base, issue.pull.headSha)) ?? base;
}

/** Counts and mergeability of a pull request as it is now. */
export async function readPullFacts(world: World, repo: Repo, issue: PullIssue): Promise<PullFacts> {
  const base = await baseOf(repo, issue);
  const files = await repo.git.diff(await forkPoint(repo, issue), issue.pull.headSha);
  const sum = (key: "additions" | "deletions"): number => files.reduce((total, file) => total + file[key], 0);
  const standing: Mergeability =
    issue.state === "open"
      ? await readMergeability(world, repo, issue)
      : { mergeable: null, state: "unknown" };
  return {
    mergeable: standing.mergeable,
    mergeableState: standing.state,
    commits: await repo.git.countCommits(`${base}..${issue.pull.headSha}`),
    additions: sum("additions"),
    deletions: sum("deletions"),
    changedFiles: files.length,
  };
}
