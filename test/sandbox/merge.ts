import type { Commit } from "./git/commits.ts";
import { signatureOf, writeGitHubCommit } from "./identity.ts";
import { mergedTree } from "./mergeability.ts";
import { Problem } from "./problem.ts";
import { baseOf, closePull } from "./pulls.ts";
import { announcePush, moveRef } from "./pushes.ts";
import { checkMerge, type MergeMethod } from "./merge-rules.ts";
import { violationMessage } from "./rules.ts";
import type { Account, Actor, PullIssue, Repo } from "./state.ts";
import { actorAccount, type World } from "./world.ts";

/** How a pull request is to be merged. */
export interface MergeRequest {
  readonly method: MergeMethod;
  readonly sha: string | undefined;
  readonly title: string | undefined;
  readonly message: string | undefined;
  readonly actor: Actor;
}

interface Parts {
  readonly base: string;
  readonly head: string;
  readonly tree: string;
}

const CONFLICT = "Pull Request is not mergeable";

function joinMessage(title: string, body: string): string {
  return body === "" ? title : `${title}\n\n${body}`;
}

async function ownCommits(repo: Repo, { base, head }: { base: string; head: string }): Promise<Commit[]> {
  return repo.git.commits(await repo.git.revList(["--reverse", "--topo-order", `${base}..${head}`]));
}

async function squash(
  world: World,
  repo: Repo,
  { issue, request, parts }: { issue: PullIssue; request: MergeRequest; parts: Parts },
): Promise<string> {
  const commits = await ownCommits(repo, parts);
  const only = commits.length === 1 ? commits[0] : undefined;
  const [subject = "", ...rest] = (only?.message ?? issue.title).trimEnd().split("\n");
  const listed = commits.map(({ message }) => `* ${message.trimEnd()}`).join("\n\n");
  const title = request.title ?? `${only ? subject : issue.title} (#${issue.number})`;
  const body = request.message ?? (only ? rest.join("\n").trim() : listed);
  const author = signatureOf(world, issue.user);
  const message = joinMessage(title, body);
  return writeGitHubCommit(world, repo, { tree: parts.tree, parents: [parts.base], message, author });
}

/** Replays one commit on another by merging synthetic commits over the replayed commit's parent tree. */
async function replay(
  world: World,
  repo: Repo,
  { commit, onto }: { commit: Commit; onto: Commit },
): Promise<string> {
  const { git } = repo;
  const parent = await git.commit(commit.parents[0] ?? "");
  const { author, message } = commit;
  const synthetic = (tree: string, parents: readonly string[]): string =>
    git.writeCommit({ tree, parents, author, committer: author, message: "" });
  const root = synthetic(parent?.tree ?? git.writeTree([]), []);
  const tree = await git.mergeTrees(synthetic(onto.tree, [root]), synthetic(commit.tree, [root]));
  if (!tree) throw new Problem(405, "This branch can't be rebased");
  const sha = git.writeCommit({
    tree,
    parents: [onto.sha],
    message,
    author,
    committer: {
      ...signatureOf(world, world.account("web-flow")),
      name: "GitHub",
      email: "noreply@github.com",
    },
  });
  return sha;
}

async function rebase(world: World, repo: Repo, parts: Parts): Promise<string> {
  let tip = parts.base;
  for (const commit of await ownCommits(repo, parts)) {
    const onto = await repo.git.commit(tip);
    if (commit.parents.length > 1 || !onto) throw new Problem(405, "This branch can't be rebased");
    tip = await replay(world, repo, { commit, onto });
  }
  return tip;
}

function mergeCommit(
  world: World,
  repo: Repo,
  { issue, request, parts }: { issue: PullIssue; request: MergeRequest; parts: Parts },
): string {
  const { pull } = issue;
  const title =
    request.title ?? `Merge pull request #${issue.number} from ${pull.headOwner.login}/${pull.headRef}`;
  return writeGitHubCommit(world, repo, {
    tree: parts.tree,
    parents: [parts.base, parts.head],
    message: joinMessage(title, request.message ?? issue.title),
    author: signatureOf(world, actorAccount(request.actor)),
  });
}

async function writeMerge(
  world: World,
  repo: Repo,
  merge: { issue: PullIssue; request: MergeRequest; parts: Parts },
): Promise<string> {
  switch (merge.request.method) {
    case "squash":
      return squash(world, repo, merge);
    case "rebase":
      return rebase(world, repo, merge.parts);
    case "merge":
      return mergeCommit(world, repo, merge);
  }
}

function requireMethod(repo: Repo, method: MergeMethod): void {
  const { allowMergeCommit, allowSquashMerge, allowRebaseMerge } = repo.settings;
  if (method === "merge" && !allowMergeCommit)
    throw new Problem(405, "Merge commits are not allowed on this repository.");
  if (method === "squash" && !allowSquashMerge)
    throw new Problem(405, "Squash merges are not allowed on this repository.");
  if (method === "rebase" && !allowRebaseMerge)
    throw new Problem(405, "Rebase merges are not allowed on this repository.");
}

/**
 * Merges a pull request into its base branch as that is now, and returns the commit.
 * Throws 405 (conflict, rules unmet, draft, closed) or 409 (stale `sha`), as
 * https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request documents.
 */
export async function mergePull(
  world: World,
  repo: Repo,
  { issue, request }: { issue: PullIssue; request: MergeRequest },
): Promise<string> {
  const { pull } = issue;
  if (request.sha !== undefined && request.sha !== pull.headSha) {
    throw new Problem(409, "Head branch was modified. Review and try the merge again.");
  }
  if (issue.state !== "open") throw new Problem(405, CONFLICT);
  if (pull.draft) throw new Problem(405, "Pull Request is still a draft");
  requireMethod(repo, request.method);
  const base = await baseOf(repo, issue);
  const tree = await mergedTree(repo, base, pull.headSha);
  if (!tree) throw new Problem(405, CONFLICT);
  const violations = await checkMerge(world, repo, { issue, actor: request.actor, method: request.method });
  if (violations.length > 0) throw new Problem(405, violationMessage(violations));
  const sha = await writeMerge(world, repo, { issue, request, parts: { base, head: pull.headSha, tree } });
  await landMerge(world, repo, { issue, base, sha, sender: actorAccount(request.actor) });
  if (repo.settings.deleteBranchOnMerge && pull.headRepo === repo.fullName) {
    const change = { ref: `refs/heads/${pull.headRef}`, before: pull.headSha, after: undefined };
    await moveRef(world, repo, { change, actor: request.actor });
  }
  return sha;
}

/** Moves the base branch to a pull request's merge and closes it; throws 405 if the branch moved meanwhile. */
export async function landMerge(
  world: World,
  repo: Repo,
  merge: { issue: PullIssue; base: string; sha: string; sender: Account },
): Promise<void> {
  const { issue, base, sha, sender } = merge;
  const ref = `refs/heads/${issue.pull.base}`;
  if (!(await repo.git.moveRef(ref, base, sha))) {
    throw new Problem(405, "Base branch was modified. Review and try the merge again.");
  }
  issue.pull.baseSha = base;
  issue.pull.mergedAt = world.now();
  issue.pull.mergedBy = sender;
  issue.pull.mergeSha = sha;
  closePull(world, repo, { issue, sender });
  await announcePush(world, repo, { changes: [{ ref, before: base, after: sha }], sender });
}
