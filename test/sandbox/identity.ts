import type { Commit, Signature } from "./git/commits.ts";
import type { Account, Actor, Repo } from "./state.ts";
import { actorAccount, noreplyEmail, type World } from "./world.ts";

/** An account as the author or committer of a commit made now. */
export function signatureOf(world: World, account: Account): Signature {
  return { name: account.login, email: noreplyEmail(account), date: world.now() };
}

/** GitHub itself as the committer of a commit made now. */
export function gitHubSignature(world: World): Signature {
  return { name: "GitHub", email: "noreply@github.com", date: world.now() };
}

/**
 * Writes a commit the way GitHub does for a request: a bot's commit without a stated author or committer is
 * signed by GitHub, one by a person or with a stated author is not.
 * https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
 */
export function writeRequestedCommit(
  world: World,
  repo: Repo,
  request: {
    readonly actor: Actor;
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: Signature | undefined;
    readonly committer: Signature | undefined;
  },
): Commit {
  const own = signatureOf(world, actorAccount(request.actor));
  const author = request.author ?? own;
  const committer = request.committer ?? request.author ?? own;
  const { tree, parents, message } = request;
  const sha = repo.git.writeCommit({ tree, parents, message, author, committer });
  if (!request.author && !request.committer && request.actor.kind === "installation") world.verified.add(sha);
  return { sha, tree, parents, message, author, committer };
}

/** Writes a commit that GitHub makes and signs itself, such as a merge. */
export function writeGitHubCommit(
  world: World,
  repo: Repo,
  commit: { tree: string; parents: readonly string[]; message: string; author: Signature },
): string {
  const sha = repo.git.writeCommit({ ...commit, committer: gitHubSignature(world) });
  world.verified.add(sha);
  return sha;
}
