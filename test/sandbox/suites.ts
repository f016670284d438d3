import { emitRepoEvent } from "./events.ts";
import { presentSuite } from "./present/checks.ts";
import type { Account, App, CheckSuite, Repo } from "./state.ts";
import type { World } from "./world.ts";

/** The check suite of an App on a commit, made when it is first needed. */
export function suiteOf(
  world: World,
  repo: Repo,
  suite: { app: App; headSha: string; branch: string | null },
): CheckSuite {
  const known = [...repo.suites.values()].find(
    ({ app, headSha }) => app.id === suite.app.id && headSha === suite.headSha,
  );
  if (known) return known;
  const now = world.now();
  const { app, headSha, branch: headBranch } = suite;
  const made = { id: world.nextId(), app, headSha, headBranch, before: null, createdAt: now, updatedAt: now };
  repo.suites.set(made.id, made);
  return made;
}

/** Opens a check suite for every App that may write checks, as GitHub does after a push, and tells them. */
export async function requestSuites(
  world: World,
  repo: Repo,
  push: { sha: string; branch: string; sender: Account },
): Promise<void> {
  for (const { app } of world.installationsOn(repo)) {
    if (app.permissions["checks"] !== "write") continue;
    const suite = suiteOf(world, repo, { app, headSha: push.sha, branch: push.branch });
    if (!app.events.includes("check_suite")) continue;
    const payload = { check_suite: await presentSuite(world, repo, suite) };
    emitRepoEvent(world, repo, {
      event: "check_suite",
      action: "requested",
      sender: push.sender,
      payload,
      only: app,
    });
  }
}
