import type { Commit, Signature } from "../git/commits.ts";
import type { FileChange } from "../git/diff.ts";
import type { Json, Repo } from "../state.ts";
import { nodeId, type World } from "../world.ts";
import { presentUserOrNull } from "./accounts.ts";
import { repoUrl } from "./repos.ts";

function presentSignature({ name, email, date }: Signature): Json {
  return { name, email, date };
}

/** Whether GitHub made, and so signed, a commit. */
export function presentVerification(world: World, commit: Commit): Json {
  if (!world.verified.has(commit.sha)) {
    return { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null };
  }
  return {
    verified: true,
    reason: "valid",
    signature: "-----BEGIN PGP SIGNATURE-----\n\nsandbox\n-----END PGP SIGNATURE-----\n",
    payload: `tree ${commit.tree}\n`,
    verified_at: commit.committer.date,
  };
}

/** GitHub's `git-commit`, of the git data API. */
export function presentGitCommit(world: World, repo: Repo, commit: Commit): Json {
  const url = repoUrl(world, repo);
  const html = `${world.url}/${repo.fullName}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    url: `${url}/git/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    author: presentSignature(commit.author),
    committer: presentSignature(commit.committer),
    tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${url}/git/commits/${sha}`,
      html_url: `${html}/${sha}`,
    })),
    verification: presentVerification(world, commit),
  };
}

/** GitHub's `commit`, of the commits API. */
export function presentCommit(world: World, repo: Repo, commit: Commit): Json {
  const url = repoUrl(world, repo);
  const html = `${world.url}/${repo.fullName}/commit`;
  return {
    sha: commit.sha,
    node_id: nodeId("C", commit.sha),
    commit: {
      author: presentSignature(commit.author),
      committer: presentSignature(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${url}/git/trees/${commit.tree}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: presentVerification(world, commit),
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: presentUserOrNull(world, world.accountByEmail(commit.author.email)),
    committer: presentUserOrNull(world, world.accountByEmail(commit.committer.email)),
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${html}/${sha}` })),
  };
}

function pathUrl(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** GitHub's `diff-entry`, of a file as it is at a commit. */
export function presentFile(
  world: World,
  repo: Repo,
  file: FileChange & { at: string; patch?: string },
): Json {
  const { at, path } = file;
  return {
    sha: file.sha,
    filename: path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${world.url}/${repo.fullName}/blob/${at}/${pathUrl(path)}`,
    raw_url: `${world.url}/${repo.fullName}/raw/${at}/${pathUrl(path)}`,
    contents_url: `${repoUrl(world, repo)}/contents/${pathUrl(path)}?ref=${at}`,
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
    ...(file.patch === undefined ? {} : { patch: file.patch }),
  };
}

/** GitHub's `simple-commit`, of check suites and webhooks. */
export function presentSimpleCommit(commit: Commit): Json {
  return {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}
