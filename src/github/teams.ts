import type { ClientLike } from "./client.ts";
import { isLimit, parseRefusal, requestError } from "./request-error.ts";

/** A team of an organisation. */
export interface TeamName {
  readonly org: string;
  readonly slug: string;
}

/** Remembers the members of teams for a while. */
export interface TeamCache {
  recall(key: string): readonly string[] | undefined;
  remember(key: string, members: readonly string[]): void;
}

const TTL_MS = 60_000;

/** Makes a cache whose entries last a minute: so long may somebody who left a team still count. */
export function createTeamCache(now: () => number = Date.now): TeamCache {
  const entries = new Map<string, { readonly members: readonly string[]; readonly until: number }>();
  return {
    recall(key) {
      const entry = entries.get(key);
      if (entry !== undefined && entry.until > now()) return entry.members;
      entries.delete(key);
      return undefined;
    },
    remember(key, members) {
      entries.set(key, { members, until: now() + TTL_MS });
    },
  };
}

/**
 * The logins of a team's members, with those of its child teams. Undefined when there is no such team or these
 * credentials may not see it, which a workflow's own token never may; absence is not remembered.
 * https://docs.github.com/en/rest/teams/members#list-team-members
 */
export async function listTeamMembers(
  client: ClientLike,
  team: TeamName,
  cache: TeamCache = createTeamCache(),
): Promise<readonly string[] | undefined> {
  const key = `${team.org}/${team.slug}`.toLowerCase();
  const known = cache.recall(key);
  if (known !== undefined) return known;
  try {
    const members = await client.paginate(client.rest.teams.listMembersInOrg, {
      org: team.org,
      team_slug: team.slug,
      per_page: 100,
    });
    const logins = members.map((member) => member.login);
    cache.remember(key, logins);
    return logins;
  } catch (error) {
    const refusal = parseRefusal(error);
    if (refusal !== undefined && (refusal.status === 404 || (refusal.status === 403 && !isLimit(refusal)))) {
      return undefined;
    }
    throw requestError(error);
  }
}
