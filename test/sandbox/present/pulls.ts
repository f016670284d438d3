import type { Account, Issue, Json, Label, PullIssue, Repo, Review } from "../state.ts";
import { nodeId, type World } from "../world.ts";
import { presentTeam, presentUser, presentUserOrNull } from "./accounts.ts";
import { presentRepo, repoUrl } from "./repos.ts";

/** What a full pull request tells beyond its own state. */
export interface PullFacts {
  readonly mergeable: boolean | null;
  readonly mergeableState: string;
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** How an account relates to a repository. */
export function authorAssociation(world: World, repo: Repo, user: Account): string {
  if (repo.owner.id === user.id) return "OWNER";
  if (world.orgs.get(repo.owner.login.toLowerCase())?.members.has(user.login)) return "MEMBER";
  return repo.collaborators.has(user.login.toLowerCase()) ? "COLLABORATOR" : "NONE";
}

/** GitHub's `label`. */
export function presentLabel(world: World, repo: Repo, label: Label): Json {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${repoUrl(world, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

/** The labels of an issue, in the order they were put on. */
export function presentLabels(world: World, repo: Repo, issue: Issue): Json[] {
  return issue.labels
    .map((name) => repo.labels.get(name.toLowerCase()))
    .filter((label) => label !== undefined)
    .map((label) => presentLabel(world, repo, label));
}

function presentLinks(url: string, issue: PullIssue, options: { repoUrl: string; html: string }): Json {
  const issueUrl = `${options.repoUrl}/issues/${issue.number}`;
  return {
    self: { href: url },
    html: { href: options.html },
    issue: { href: issueUrl },
    comments: { href: `${issueUrl}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${options.repoUrl}/pulls/comments{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: `${options.repoUrl}/statuses/${issue.pull.headSha}` },
  };
}

/** GitHub's `pull-request-simple`, of lists and webhooks. */
export function presentPull(world: World, repo: Repo, issue: PullIssue): Json {
  const { pull } = issue;
  const api = repoUrl(world, repo);
  const url = `${api}/pulls/${issue.number}`;
  const html = `${world.url}/${repo.fullName}/pull/${issue.number}`;
  const headRepo = world.repos.get(pull.headRepo.toLowerCase());
  return {
    url,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${api}/issues/${issue.number}`,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${issue.number}/comments`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
    number: issue.number,
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    user: presentUser(world, issue.user),
    body: issue.body,
    labels: presentLabels(world, repo, issue),
    milestone: null,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
    merged_at: pull.mergedAt ?? null,
    merge_commit_sha: pull.mergeSha ?? null,
    assignee: presentUserOrNull(world, issue.assignees[0]),
    assignees: issue.assignees.map((user) => presentUser(world, user)),
    requested_reviewers: pull.requestedReviewers.map((user) => presentUser(world, user)),
    requested_teams: pull.requestedTeams.map((team) => presentTeam(world, team)),
    head: {
      label: `${pull.headOwner.login}:${pull.headRef}`,
      ref: pull.headRef,
      sha: pull.headSha,
      user: presentUser(world, pull.headOwner),
      repo: headRepo ? presentRepo(world, headRepo) : null,
    },
    base: {
      label: `${repo.owner.login}:${pull.base}`,
      ref: pull.base,
      sha: pull.baseSha,
      user: presentUser(world, repo.owner),
      repo: presentRepo(world, repo),
    },
    author_association: authorAssociation(world, repo, issue.user),
    auto_merge: null,
    draft: pull.draft,
    _links: presentLinks(url, issue, { repoUrl: api, html }),
  };
}

/** GitHub's `pull-request`. */
export function presentFullPull(
  world: World,
  repo: Repo,
  view: { issue: PullIssue; facts: PullFacts },
): Json {
  const { issue, facts } = view;
  const { pull } = issue;
  const comments = [...repo.comments.values()].filter((comment) => comment.issue === issue.number).length;
  return {
    ...presentPull(world, repo, issue),
    merged: pull.mergedAt !== undefined,
    mergeable: facts.mergeable,
    rebaseable: facts.mergeable,
    mergeable_state: facts.mergeableState,
    merged_by: presentUserOrNull(world, pull.mergedBy),
    maintainer_can_modify: pull.maintainerCanModify,
    comments,
    review_comments: 0,
    commits: facts.commits,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.changedFiles,
  };
}

/** GitHub's `pull-request-minimal`, of check runs and suites. */
export function presentPullRef(world: World, repo: Repo, issue: PullIssue): Json {
  const { pull } = issue;
  const head = world.repos.get(pull.headRepo.toLowerCase()) ?? repo;
  const brief = (one: Repo): Json => ({ id: one.id, url: repoUrl(world, one), name: one.name });
  return {
    id: pull.id,
    number: issue.number,
    url: `${repoUrl(world, repo)}/pulls/${issue.number}`,
    head: { ref: pull.headRef, sha: pull.headSha, repo: brief(head) },
    base: { ref: pull.base, sha: pull.baseSha, repo: brief(repo) },
  };
}

/** GitHub's `pull-request-review`. */
export function presentReview(world: World, repo: Repo, view: { issue: PullIssue; review: Review }): Json {
  const { issue, review } = view;
  const html = `${world.url}/${repo.fullName}/pull/${issue.number}#pullrequestreview-${review.id}`;
  const pullUrl = `${repoUrl(world, repo)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: presentUser(world, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pullUrl,
    author_association: authorAssociation(world, repo, review.user),
    _links: { html: { href: html }, pull_request: { href: pullUrl } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  };
}
