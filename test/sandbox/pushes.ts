import { emitRepoEvent } from "./events.ts";
import type { Commit } from "./git/commits.ts";
import { EMPTY_TREE } from "./git/repo.ts";
import { presentUser } from "./present/accounts.ts";
import { Problem } from "./problem.ts";
import { closeBaseless, closeHeadless, followHead, landPulls } from "./pulls.ts";
import { checkRefMove, type RefMove, violationMessage } from "./rules.ts";
import type { Account, Actor, Json, Repo } from "./state.ts";
import { requestSuites } from "./suites.ts";
import { actorAccount, type World } from "./world.ts";

/** A ref that has moved. */
export interface RefChange {
  readonly ref: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const ZERO = "0".repeat(40);
const COMMITS_IN_PUSH = 100;

async function presentPushed(world: World, repo: Repo, commit: Commit): Promise<Json> {
  const files = await repo.git.diff(commit.parents[0] ?? EMPTY_TREE, commit.sha);
  const named = (status: string): string[] =>
    files.filter((file) => file.status === status).map(({ path }) => path);
  const moved = files.flatMap(({ previousPath, path }) => (previousPath ? [{ previousPath, path }] : []));
  const person = (email: string, name: string): Json => {
    const account = world.accountByEmail(email);
    return { name, email, ...(account ? { username: account.login } : {}) };
  };
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.url}/${repo.fullName}/commit/${commit.sha}`,
    author: person(commit.author.email, commit.author.name),
    committer: person(commit.committer.email, commit.committer.name),
    added: [...named("added"), ...moved.map(({ path }) => path)],
    removed: [...named("removed"), ...moved.map(({ previousPath }) => previousPath)],
    modified: named("modified"),
  };
}

async function presentPush(world: World, repo: Repo, push: RefChange & { sender: Account }): Promise<Json> {
  const { ref, before, after, sender } = push;
  const range = after ? [after, ...(before ? [`^${before}`] : [`^refs/heads/${repo.defaultBranch}`])] : [];
  const known = after === undefined || (!before && ref === `refs/heads/${repo.defaultBranch}`);
  const shas = known ? [] : await repo.git.revList([`--max-count=${COMMITS_IN_PUSH}`, ...range]);
  const commits: Json[] = [];
  for (const commit of (await repo.git.commits(shas)).toReversed()) {
    commits.push(await presentPushed(world, repo, commit));
  }
  const head = after ? await repo.git.commit(after) : undefined;
  return {
    ref,
    before: before ?? ZERO,
    after: after ?? ZERO,
    created: !before,
    deleted: !after,
    forced: before && after ? !(await repo.git.isAncestor(before, after)) : false,
    base_ref: null,
    compare: `${world.url}/${repo.fullName}/compare/${(before ?? ZERO).slice(0, 12)}...${(after ?? ZERO).slice(0, 12)}`,
    commits,
    head_commit: commits.at(-1) ?? (head ? await presentPushed(world, repo, head) : null),
    pusher: { name: sender.login, email: null, user: presentUser(world, sender)["login"] },
  };
}

/** Carries out everything that follows from refs having moved: events, check suites, pull requests. */
export async function announcePush(
  world: World,
  repo: Repo,
  { changes, sender }: { changes: readonly RefChange[]; sender: Account },
): Promise<void> {
  for (const change of changes) {
    if (change.before === change.after) continue;
    repo.pushedAt = world.now();
    const payload = await presentPush(world, repo, { ...change, sender });
    emitRepoEvent(world, repo, { event: "push", sender, payload });
    const branch = /^refs\/heads\/(.+)$/.exec(change.ref)?.[1];
    if (branch === undefined) continue;
    if (change.after) {
      await followHead(world, repo, { branch, sha: change.after, sender });
      await landPulls(world, repo, { branch, before: change.before, after: change.after, sender });
      await requestSuites(world, repo, { sha: change.after, branch, sender });
    } else {
      closeHeadless(world, repo, { branch, sender });
      closeBaseless(world, repo, { branch, sender });
    }
  }
}

/** Throws GitHub's refusal when rulesets keep an actor from moving a ref. */
export async function requireRefMove(
  world: World,
  repo: Repo,
  { move, status }: { move: RefMove; status: number },
): Promise<void> {
  const violations = await checkRefMove(world, repo, move);
  if (violations.length > 0) throw new Problem(status, violationMessage(violations));
}

/** Moves a ref for a request and announces it; false when it stood elsewhere than `before`. */
export async function moveRef(
  world: World,
  repo: Repo,
  { change, actor }: { change: RefChange; actor: Actor },
): Promise<boolean> {
  if (!(await repo.git.moveRef(change.ref, change.before, change.after))) return false;
  await announcePush(world, repo, { changes: [change], sender: actorAccount(actor) });
  return true;
}
