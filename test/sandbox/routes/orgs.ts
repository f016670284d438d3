import { z } from "zod";
import { grants } from "../auth.ts";
import {
  presentFullTeam,
  presentOrg,
  presentPublicUser,
  presentTeam,
  presentUser,
} from "../present/accounts.ts";
import { presentPermissions } from "../present/repos.ts";
import { notFound, Problem } from "../problem.ts";
import {
  type Context,
  ok,
  pageList,
  param,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  route,
  type Route,
} from "../router.ts";
import { addTeamMember } from "../teams.ts";
import type { Org, Role, Team } from "../state.ts";
import { actorAccount, roleIncludes } from "../world.ts";

const ADMIN = { permission: "administration", level: "read", role: "read" } as const;
const METADATA = { permission: "metadata", level: "read" } as const;

function requireMembers(context: Context, level: "read" | "write" = "read"): Org {
  const { world, actor } = context;
  const org = world.org(param(context, "org"));
  if (actor.kind === "anonymous") throw new Problem(401, "Requires authentication");
  if (actor.kind === "app") throw new Problem(403, "Resource not accessible by integration");
  if (actor.kind === "installation") {
    const own = actor.installation.account.id === org.account.id;
    if (!own || !grants(actor.permissions, { permission: "members", level })) {
      throw new Problem(403, "Resource not accessible by integration");
    }
    return org;
  }
  const role = org.members.get(actor.user.login);
  if (!role || (level === "write" && role !== "admin")) throw notFound();
  return org;
}

function teamOf(context: Context, level: "read" | "write" = "read"): { org: Org; team: Team } {
  const org = requireMembers(context, level);
  return { org, team: context.world.team(org.account.login, param(context, "team_slug")) };
}

function getTeam(context: Context): Reply {
  const { org, team } = teamOf(context);
  return ok(presentFullTeam(context.world, org, team));
}

function listTeamMembers(context: Context): Promise<Reply> {
  const { world } = context;
  return pageList(context, [...teamOf(context).team.members], (login) =>
    presentUser(world, world.account(login)),
  );
}

function getMembership(context: Context): Reply {
  const { team } = teamOf(context);
  const login = param(context, "username").toLowerCase();
  const member = [...team.members].find((one) => one.toLowerCase() === login);
  if (!member) throw notFound();
  const url = `${context.world.url}/orgs/${team.org}/teams/${team.slug}/memberships/${member}`;
  return ok({ url, role: "member", state: "active" });
}

function putMembership(context: Context): Reply {
  const { team } = teamOf(context, "write");
  addTeamMember(context.world, {
    team,
    login: param(context, "username"),
    sender: actorAccount(context.actor),
  });
  return getMembership(context);
}

function getOrgMembership(context: Context): Reply {
  const { world } = context;
  const org = requireMembers(context);
  const user = world.account(param(context, "username"));
  const role = org.members.get(user.login);
  if (!role) throw notFound();
  const organization = presentOrg(world, org.account);
  const url = `${world.url}/orgs/${org.account.login}`;
  return ok({
    url: `${url}/memberships/${user.login}`,
    state: "active",
    role,
    organization_url: url,
    organization,
    user: presentUser(world, user),
  });
}

function isMember(context: Context): Reply {
  const org = requireMembers(context);
  const login = param(context, "username").toLowerCase();
  return { status: [...org.members.keys()].some((one) => one.toLowerCase() === login) ? 204 : 404 };
}

const LEGACY: Readonly<Record<Role, string>> = {
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
};

function collaboratorPermission(context: RepoContext): Reply {
  const { world, repo } = context;
  const user = world.account(param(context, "username"));
  const role = world.roleOf(repo, user);
  return ok({
    permission: role ? LEGACY[role] : "none",
    role_name: role ?? "",
    user: { ...presentUser(world, user), permissions: presentPermissions(role), role_name: role ?? "" },
  });
}

function isCollaborator(context: RepoContext): Reply {
  const { world, repo } = context;
  const user = world.accounts.get(param(context, "username").toLowerCase());
  const explicit =
    user &&
    (repo.collaborators.has(user.login.toLowerCase()) || roleIncludes(world.roleOf(repo, user), "write"));
  return { status: explicit ? 204 : 404 };
}

const PULL_NAMES: Readonly<Record<Role, string>> = {
  read: "pull",
  triage: "triage",
  write: "push",
  maintain: "maintain",
  admin: "admin",
};

function listRepoTeams(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const org = world.orgs.get(repo.owner.login.toLowerCase());
  const teams = [...repo.teams].flatMap(([slug, role]) => {
    const team = org?.teams.get(slug);
    return team ? [{ team, role }] : [];
  });
  return pageList(context, teams, ({ team, role }) => ({
    ...presentTeam(world, team),
    permission: PULL_NAMES[role],
    permissions: presentPermissions(role),
  }));
}

const ROLE_NAMES = z.object({
  permission: z.enum(["pull", "triage", "push", "maintain", "admin"]).default("push"),
});

function addTeamRepo(context: Context): Reply {
  const { team } = teamOf(context, "write");
  const { permission } = readBody(context, ROLE_NAMES);
  const roles = {
    pull: "read",
    triage: "triage",
    push: "write",
    maintain: "maintain",
    admin: "admin",
  } as const;
  const repo = context.world.repo(`${param(context, "owner")}/${param(context, "repo")}`);
  repo.teams.set(team.slug, roles[permission]);
  return { status: 204 };
}

function getUser(context: Context): Reply {
  const { actor, world } = context;
  if (actor.kind === "anonymous") throw new Problem(401, "Requires authentication");
  if (actor.kind !== "user") throw new Problem(403, "Resource not accessible by integration");
  return ok(presentPublicUser(world, actor.user));
}

/** Users, organizations, teams and collaborators. https://docs.github.com/en/rest/teams */
export const orgRoutes: readonly Route[] = [
  route("GET /user", getUser),
  route("GET /users/{username}", (context) =>
    ok(presentPublicUser(context.world, context.world.account(param(context, "username")))),
  ),
  route("GET /orgs/{org}/teams", (context) => {
    const org = requireMembers(context);
    return pageList(context, [...org.teams.values()], (team) => presentTeam(context.world, team));
  }),
  route("GET /orgs/{org}/teams/{team_slug}", getTeam),
  route("GET /orgs/{org}/teams/{team_slug}/members", listTeamMembers),
  route("GET /orgs/{org}/teams/{team_slug}/memberships/{username}", getMembership),
  route("PUT /orgs/{org}/teams/{team_slug}/memberships/{username}", putMembership),
  route("PUT /orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}", addTeamRepo),
  route("GET /orgs/{org}/members", (context) => {
    const { world } = context;
    return pageList(context, [...requireMembers(context).members.keys()], (login) =>
      presentUser(world, world.account(login)),
    );
  }),
  route("GET /orgs/{org}/members/{username}", isMember),
  route("GET /orgs/{org}/memberships/{username}", getOrgMembership),
  repoRoute("GET /collaborators/{username}/permission", METADATA, collaboratorPermission),
  repoRoute("GET /collaborators/{username}", METADATA, isCollaborator),
  repoRoute("GET /teams", ADMIN, listRepoTeams),
];
