import { matchesOwnersPattern } from "./fnmatch.ts";
import type { Repo } from "./state.ts";
import type { World } from "./world.ts";

const PLACES = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

async function readOwnersFile(repo: Repo, revision: string): Promise<string> {
  for (const place of PLACES) {
    const found = await repo.git.read(`${revision}:${place}`);
    if (found?.type === "blob") return found.body.toString();
  }
  return "";
}

/** The owners of each changed path that has any, by the CODEOWNERS file of a revision; each set once. */
export async function readOwners(
  repo: Repo,
  revision: string,
  paths: readonly string[],
): Promise<string[][]> {
  const rules = (await readOwnersFile(repo, revision))
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter(Boolean)
    .map((line) => {
      const [pattern = "", ...owners] = line.split(/\s+/);
      return { pattern, owners };
    })
    .toReversed();
  const sets = new Map<string, string[]>();
  for (const path of paths) {
    const owners = rules.find(({ pattern }) => matchesOwnersPattern(pattern, path))?.owners ?? [];
    if (owners.length > 0) sets.set(owners.join(" "), owners);
  }
  return [...sets.values()];
}

/** Whether a login is one of some owners, by name or through a team. */
export function isOwner(world: World, login: string, owners: readonly string[]): boolean {
  return owners.some((owner) => {
    const [name = "", slug] = owner.replace(/^@/, "").split("/");
    if (slug === undefined) return name.toLowerCase() === login.toLowerCase();
    return world.orgs.get(name.toLowerCase())?.teams.get(slug)?.members.has(login) ?? false;
  });
}
