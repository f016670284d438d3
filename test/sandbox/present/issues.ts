import type { Comment, Issue, Json, Repo } from "../state.ts";
import { nodeId, type World } from "../world.ts";
import { presentUser, presentUserOrNull } from "./accounts.ts";
import { presentApp } from "./apps.ts";
import { authorAssociation, presentLabels } from "./pulls.ts";
import { repoUrl } from "./repos.ts";

function reactions(url: string): Json {
  return {
    url: `${url}/reactions`,
    total_count: 0,
    "+1": 0,
    "-1": 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
}

/** GitHub's `issue`. */
export function presentIssue(world: World, repo: Repo, issue: Issue): Json {
  const api = repoUrl(world, repo);
  const url = `${api}/issues/${issue.number}`;
  const kind = issue.pull ? "pull" : "issues";
  const html = `${world.url}/${repo.fullName}/${kind}/${issue.number}`;
  const comments = [...repo.comments.values()].filter((comment) => comment.issue === issue.number).length;
  const pull = {
    url: `${api}/pulls/${issue.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: issue.pull?.mergedAt ?? null,
  };
  return {
    id: issue.id,
    node_id: nodeId("I", issue.id),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    number: issue.number,
    title: issue.title,
    user: presentUser(world, issue.user),
    labels: presentLabels(world, repo, issue),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    active_lock_reason: null,
    assignee: presentUserOrNull(world, issue.assignees[0]),
    assignees: issue.assignees.map((user) => presentUser(world, user)),
    milestone: null,
    comments,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
    closed_by: presentUserOrNull(world, issue.closedBy),
    author_association: authorAssociation(world, repo, issue.user),
    body: issue.body,
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.app ? presentApp(world, issue.app) : null,
    ...(issue.pull ? { draft: issue.pull.draft, pull_request: pull } : {}),
  };
}

/** GitHub's `issue-comment`. */
export function presentComment(world: World, repo: Repo, comment: Comment): Json {
  const api = repoUrl(world, repo);
  const url = `${api}/issues/comments/${comment.id}`;
  const kind = repo.issues.get(comment.issue)?.pull ? "pull" : "issues";
  return {
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    url,
    html_url: `${world.url}/${repo.fullName}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    body: comment.body,
    user: presentUser(world, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(world, repo, comment.user),
    performed_via_github_app: comment.app ? presentApp(world, comment.app) : null,
    reactions: reactions(url),
  };
}
