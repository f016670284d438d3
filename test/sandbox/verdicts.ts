import type { CheckRun, PullIssue, Repo, Review } from "./state.ts";
import type { World } from "./world.ts";

const PASSED: ReadonlySet<string | null> = new Set(["success", "neutral", "skipped"]);

export type Standing = "passed" | "failing" | "pending" | "expected";

/** The newest check run of every name and App on a commit. */
export function latestRuns(repo: Repo, sha: string): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const run of repo.runs.values()) {
    if (run.headSha === sha) newest.set(`${run.app.id} ${run.name}`, run);
  }
  return [...newest.values()];
}

function runStanding(run: CheckRun): Standing {
  if (run.status !== "completed") return "pending";
  return PASSED.has(run.conclusion) ? "passed" : "failing";
}

/** Where a commit stands with a required check: its newest check run or commit status of that name. */
export function checkStanding(
  repo: Repo,
  sha: string,
  check: { context: string; app: number | null },
): Standing {
  const runs = latestRuns(repo, sha).filter(
    ({ name, app }) => name === check.context && (check.app === null || app.id === check.app),
  );
  const standings = runs.map(runStanding);
  const status = repo.statuses.findLast((one) => one.sha === sha && one.context === check.context);
  if (status && check.app === null) {
    standings.push(
      status.state === "success" ? "passed" : status.state === "pending" ? "pending" : "failing",
    );
  }
  if (standings.length === 0) return "expected";
  return standings.find((one) => one === "failing") ?? standings.find((one) => one === "pending") ?? "passed";
}

/** Whether any check or status on a commit has not passed. */
export function hasUnpassed(repo: Repo, sha: string): boolean {
  const contexts = new Set(repo.statuses.filter((one) => one.sha === sha).map(({ context }) => context));
  return (
    latestRuns(repo, sha).some((run) => runStanding(run) !== "passed") ||
    [...contexts].some((context) => checkStanding(repo, sha, { context, app: null }) !== "passed")
  );
}

/** The review that counts of each person with write access: the newest that approves or asks for changes. */
export function countingReviews(world: World, repo: Repo, issue: PullIssue): Review[] {
  const newest = new Map<string, Review>();
  for (const review of issue.pull.reviews) {
    if (review.state === "COMMENTED" || review.state === "PENDING") continue;
    if (world.canWrite(repo, review.user)) newest.set(review.user.login, review);
  }
  return [...newest.values()].filter(({ state }) => state !== "DISMISSED");
}
