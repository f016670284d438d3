import type { GitHubRegistry } from "../flows/github-registry.ts";
import { parseApiUrl } from "../format/address.ts";
import { AssayError } from "../format/error.ts";
import { createClient } from "../github/client.ts";
import { createOutputMemory } from "../github/output-memory.ts";
import { createTeamCache } from "../github/teams.ts";
import type { Environment } from "../registry/publish/actions-run.ts";
import { ACTIONS_LOGIN, isActionsRun } from "../registry/publish/actions-run.ts";
import { openGitHubStore } from "../store/github/store.ts";
import type { Place } from "./place.ts";

// A person's token makes that person no writer of records; the App whose checks count is one, by this name.
const APP_LOGIN = "assay[bot]";

/**
 * Opens a registry on GitHub with the token of the environment (`GITHUB_TOKEN`, else `GH_TOKEN`) at `GITHUB_API_URL`.
 * `ASSAY_IDENTITY` names the App that keeps the registry, `assay[bot]` unless told otherwise. Throws `forbidden` without
 * a token and `usage` for an address to which no token may be sent.
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
  const baseUrl = readApiUrl(env);
  const client = createClient({
    auth: token,
    userAgent: "assay-cli",
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  return {
    client,
    repository: { owner, repo },
    store: openGitHubStore(client, { owner, repo, root }),
    identity: {
      login: env["ASSAY_IDENTITY"] ?? (isActionsRun(env) ? ACTIONS_LOGIN : APP_LOGIN),
      appId: undefined,
    },
    outputs: createOutputMemory(),
    teams: createTeamCache(),
  };
}

function readApiUrl(env: Environment): string | undefined {
  const text = env["GITHUB_API_URL"];
  if (text === undefined || text === "") return undefined;
  const url = parseApiUrl(text);
  if (url !== undefined) return url;
  throw new AssayError("usage", `GITHUB_API_URL is "${text}", and a token is sent to https addresses only.`, {
    hint: "Set it to an address such as https://github.example.com/api/v3.",
  });
}
