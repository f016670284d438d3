import type { GitHubRegistry } from "../flows/github-registry.ts";
import { AssayError } from "../format/error.ts";
import { createClient } from "../github/client.ts";
import { createOutputMemory } from "../github/output-memory.ts";
import { createTeamCache } from "../github/teams.ts";
import type { Environment } from "../registry/publish/actions-run.ts";
import { isActionsRun } from "../registry/publish/actions-run.ts";
import { openGitHubStore } from "../store/github/store.ts";
import type { Place } from "./place.ts";

// What a workflow's own token acts as: https://docs.github.com/en/actions/concepts/security/github_token
const ACTIONS_LOGIN = "github-actions[bot]";

// A person's token makes that person no writer of records, as an App's identity would.
const NOBODY = "";

/**
 * Opens a registry on GitHub with the token of the environment (`GITHUB_TOKEN`, else `GH_TOKEN`) at `GITHUB_API_URL`.
 * Throws `forbidden` without a token.
 */
export function openGitHubRegistry(
  { owner, repo, root }: Extract<Place, { readonly kind: "github" }>,
  env: Environment,
): GitHubRegistry {
  const token = env["GITHUB_TOKEN"] ?? env["GH_TOKEN"];
  if (token === undefined || token === "") {
    throw new AssayError("forbidden", `There is no token to read ${owner}/${repo} with.`, {
      hint: "Set GITHUB_TOKEN, for example: GITHUB_TOKEN=$(gh auth token) assay …",
    });
  }
  const baseUrl = env["GITHUB_API_URL"];
  const client = createClient({
    auth: token,
    userAgent: "assay-cli",
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  return {
    client,
    repository: { owner, repo },
    store: openGitHubStore(client, { owner, repo, root }),
    identity: { login: isActionsRun(env) ? ACTIONS_LOGIN : NOBODY, appId: undefined },
    outputs: createOutputMemory(),
    teams: createTeamCache(),
  };
}
