import type { Account, Json, Repo, Role } from "../state.ts";
import { nodeId, roleIncludes, type World } from "../world.ts";
import { presentUser } from "./accounts.ts";

/** The REST address of a repository. */
export function repoUrl(world: World, repo: Repo): string {
  return `${world.url}/repos/${repo.fullName}`;
}

function links(world: World, repo: Repo): Json {
  const url = repoUrl(world, repo);
  return {
    url,
    archive_url: `${url}/{archive_format}{/ref}`,
    assignees_url: `${url}/assignees{/user}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    branches_url: `${url}/branches{/branch}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    comments_url: `${url}/comments{/number}`,
    commits_url: `${url}/commits{/sha}`,
    compare_url: `${url}/compare/{base}...{head}`,
    contents_url: `${url}/contents/{+path}`,
    contributors_url: `${url}/contributors`,
    deployments_url: `${url}/deployments`,
    downloads_url: `${url}/downloads`,
    events_url: `${url}/events`,
    forks_url: `${url}/forks`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    hooks_url: `${url}/hooks`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    issues_url: `${url}/issues{/number}`,
    keys_url: `${url}/keys{/key_id}`,
    labels_url: `${url}/labels{/name}`,
    languages_url: `${url}/languages`,
    merges_url: `${url}/merges`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    pulls_url: `${url}/pulls{/number}`,
    releases_url: `${url}/releases{/id}`,
    stargazers_url: `${url}/stargazers`,
    statuses_url: `${url}/statuses/{sha}`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    tags_url: `${url}/tags`,
    teams_url: `${url}/teams`,
    trees_url: `${url}/git/trees{/sha}`,
  };
}

/** What a role allows, in GitHub's five flags. */
export function presentPermissions(role: Role | undefined): Json {
  return {
    admin: roleIncludes(role, "admin"),
    maintain: roleIncludes(role, "maintain"),
    push: roleIncludes(role, "write"),
    triage: roleIncludes(role, "triage"),
    pull: roleIncludes(role, "read"),
  };
}

/** GitHub's `repository`, which also serves as `minimal-repository` and `simple-repository`. */
export function presentRepo(world: World, repo: Repo): Json {
  const open = [...repo.issues.values()].filter(({ state }) => state === "open").length;
  return {
    id: repo.id,
    node_id: nodeId("R", repo.id),
    name: repo.name,
    full_name: repo.fullName,
    private: repo.private,
    visibility: repo.private ? "private" : "public",
    owner: presentUser(world, repo.owner),
    html_url: `${world.url}/${repo.fullName}`,
    description: repo.description,
    fork: repo.parent !== undefined,
    ...links(world, repo),
    clone_url: `${world.url}/${repo.fullName}.git`,
    git_url: `${world.url.replace(/^http/, "git")}/${repo.fullName}.git`,
    ssh_url: `git@127.0.0.1:${repo.fullName}.git`,
    svn_url: `${world.url}/${repo.fullName}`,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    topics: [],
    default_branch: repo.defaultBranch,
    archived: false,
    disabled: false,
    is_template: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    has_downloads: true,
    has_issues: true,
    has_projects: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks: 0,
    forks_count: 0,
    open_issues: open,
    open_issues_count: open,
    size: 0,
    stargazers_count: 0,
    watchers: 0,
    watchers_count: 0,
    created_at: repo.createdAt,
    updated_at: repo.updatedAt,
    pushed_at: repo.pushedAt,
  };
}

/** GitHub's `full-repository`, as one account sees it. */
export function presentFullRepo(world: World, repo: Repo, viewer: Account | undefined): Json {
  const parent = repo.parent ? presentRepo(world, world.repo(repo.parent)) : undefined;
  return {
    ...presentRepo(world, repo),
    permissions: presentPermissions(viewer ? world.roleOf(repo, viewer) : "read"),
    allow_merge_commit: repo.settings.allowMergeCommit,
    allow_squash_merge: repo.settings.allowSquashMerge,
    allow_rebase_merge: repo.settings.allowRebaseMerge,
    allow_auto_merge: false,
    allow_update_branch: true,
    delete_branch_on_merge: repo.settings.deleteBranchOnMerge,
    network_count: 0,
    subscribers_count: 0,
    ...(parent ? { parent, source: parent } : {}),
  };
}
