import type { Account, Json, Org, Team } from "../state.ts";
import { nodeId, type World } from "../world.ts";

/** GitHub's `simple-user`. */
export function presentUser(world: World, account: Account): Json {
  const path = encodeURIComponent(account.login);
  const url = `${world.url}/users/${path}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("U", account.id),
    avatar_url: `${world.url}/avatars/u/${account.id}`,
    gravatar_id: "",
    url,
    html_url: `${world.url}/${account.type === "Bot" ? `apps/${path.replace(/%5Bbot%5D$/i, "")}` : path}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** GitHub's `simple-user`, or null. */
export function presentUserOrNull(world: World, account: Account | undefined): Json | null {
  return account ? presentUser(world, account) : null;
}

/** GitHub's `public-user`. */
export function presentPublicUser(world: World, account: Account): Json {
  return {
    ...presentUser(world, account),
    name: account.login,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: [...world.repos.values()].filter(({ owner }) => owner.id === account.id).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

/** GitHub's `organization-simple`. */
export function presentOrg(world: World, org: Account): Json {
  const url = `${world.url}/orgs/${org.login}`;
  return {
    login: org.login,
    id: org.id,
    node_id: nodeId("O", org.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.url}/avatars/u/${org.id}`,
    description: null,
  };
}

/** GitHub's `team-simple`, also good as `team`. */
export function presentTeam(world: World, team: Team): Json {
  const url = `${world.url}/orgs/${team.org}/teams/${team.slug}`;
  return {
    id: team.id,
    node_id: nodeId("T", team.id),
    name: team.slug,
    slug: team.slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    url,
    html_url: `${world.url}/orgs/${team.org}/teams/${team.slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: world.org(team.org).account.id,
    parent: null,
  };
}

/** GitHub's `team-full`. */
export function presentFullTeam(world: World, org: Org, team: Team): Json {
  const { account } = org;
  return {
    ...presentTeam(world, team),
    members_count: team.members.size,
    repos_count: [...world.repos.values()].filter(({ teams }) => teams.has(team.slug)).length,
    created_at: team.createdAt,
    updated_at: team.createdAt,
    organization: {
      ...presentOrg(world, account),
      html_url: `${world.url}/${account.login}`,
      name: account.login,
      has_organization_projects: true,
      has_repository_projects: true,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      type: "Organization",
      created_at: account.createdAt,
      updated_at: account.createdAt,
      archived_at: null,
    },
  };
}
