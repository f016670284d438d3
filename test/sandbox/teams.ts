import { emitOrgEvent } from "./events.ts";
import { presentTeam, presentUser } from "./present/accounts.ts";
import type { Account, Team } from "./state.ts";
import type { World } from "./world.ts";

function emitMembership(
  world: World,
  change: { team: Team; member: Account; action: "added" | "removed"; sender: Account },
): void {
  const { team, member, action, sender } = change;
  const payload = { scope: "team", member: presentUser(world, member), team: presentTeam(world, team) };
  emitOrgEvent(world, world.org(team.org).account, { event: "membership", action, sender, payload });
}

/** Adds a user to a team, and to its organization, and tells Apps. */
export function addTeamMember(
  world: World,
  { team, login, sender }: { team: Team; login: string; sender: Account },
): void {
  const org = world.org(team.org);
  const member = world.account(login);
  if (team.members.has(member.login)) return;
  team.members.add(member.login);
  if (!org.members.has(member.login)) org.members.set(member.login, "member");
  emitMembership(world, { team, member, action: "added", sender });
}

/** Makes a team consist of exactly these users, and tells Apps what changed. */
export function setMembers(
  world: World,
  { team, logins, sender }: { team: Team; logins: readonly string[]; sender: Account },
): void {
  const wanted = new Set(logins.map((login) => world.account(login).login));
  for (const login of team.members) {
    if (wanted.has(login)) continue;
    team.members.delete(login);
    emitMembership(world, { team, member: world.account(login), action: "removed", sender });
  }
  for (const login of wanted) addTeamMember(world, { team, login, sender });
}
