import { readHead } from "../../flows/change.ts";
import type { GitHubRegistry } from "../../flows/github-registry.ts";
import { AssayError } from "../../format/error.ts";

import { SETTINGS_PATH } from "../../registry/paths.ts";

/** Whether the default branch holds a registry. The App may be installed on repositories that are none. */
export async function isRegistry({ store }: GitHubRegistry): Promise<boolean> {
  const tip = await store.tip(await store.defaultBranch());
  return tip !== undefined && (await store.at(tip).entry(SETTINGS_PATH)) !== undefined;
}

/** Whether a change is Assay's business: one of a registry, or one that would make one. */
export async function isRegistryChange(registry: GitHubRegistry, headSha: string): Promise<boolean> {
  if (await isRegistry(registry)) return true;
  const { store } = registry;
  if ((await store.tip(await store.defaultBranch())) === undefined) return false;
  const { commit } = await readHead(store);
  try {
    const { paths } = await store.diff(commit, headSha);
    return paths.some(({ path, id }) => path === SETTINGS_PATH && id !== undefined);
  } catch (error) {
    // A change too large to be listed in a repository that is no registry is nothing to complain about.
    if (error instanceof AssayError && error.code === "invalid") return false;
    throw error;
  }
}
