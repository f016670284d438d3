import type { GitHubRegistry } from "../flows/github-registry.ts";
import { createOutputMemory } from "../github/output-memory.ts";
import { createTeamCache } from "../github/teams.ts";
import { ACTIONS_LOGIN } from "../registry/publish/actions-run.ts";
import type { ConnectionInputs } from "./connection.ts";
import { connectionInputs, openConnection } from "./connection.ts";
import type { InputsOf } from "./inputs.ts";
import { optionallyParsed } from "./inputs.ts";

// Whoever acts with a personal token is a person, and nothing that people wrote is Assay's own.
const NOBODY = "";

/** The inputs of the actions that write. */
export const writerInputs = {
  ...connectionInputs,
  identity: optionallyParsed(
    (text) => (/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}\[bot\]$/.test(text) ? text : undefined),
    "Write the login of the App whose token it is, such as my-app[bot].",
  ),
} as const;

/** Opens the registry for an action that writes, in the name that its token acts under. */
export function openWriter(inputs: ConnectionInputs & InputsOf<typeof writerInputs>): GitHubRegistry {
  return {
    ...openConnection(inputs),
    identity: { login: inputs.identity ?? loginOf(inputs.token), appId: undefined },
    outputs: createOutputMemory(),
    teams: createTeamCache(),
  };
}

/**
 * Whether what the token opens starts no workflow, so that the action has to judge and merge it itself.
 * https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow
 */
export function startsNoWorkflow({ identity }: GitHubRegistry): boolean {
  return identity.login === ACTIONS_LOGIN;
}

/** Tokens of installations begin with `ghs_`; unless told otherwise, such a one is the workflow's own. */
function loginOf(token: string): string {
  return token.startsWith("ghs_") ? ACTIONS_LOGIN : NOBODY;
}
