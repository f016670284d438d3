import { parseApiUrl, parseRepository, parseRoot } from "../format/address.ts";
import type { Client, RepositoryName } from "../github/client.ts";
import { createClient } from "../github/client.ts";
import { openGitHubStore } from "../store/github/store.ts";
import type { Store } from "../store/store.ts";
import type { InputsOf } from "./inputs.ts";
import { parsedText } from "./inputs.ts";

/** The inputs by which every action finds the registry. */
export const connectionInputs = {
  token: parsedText((text) => (text === "" ? undefined : text), "Pass a token, such as ${{ github.token }}."),
  registry: parsedText(parseRepository, "Write the registry's repository as owner/name."),
  root: parsedText(parseRoot, "Write the registry's folder relative to the top of its repository."),
  "api-url": parsedText(
    parseApiUrl,
    "Write the address of GitHub's REST API, such as https://api.github.com.",
  ),
} as const;

/** What the common inputs say. */
export type ConnectionInputs = InputsOf<typeof connectionInputs>;

/** A registry on GitHub. */
export interface Connection {
  readonly client: Client;
  readonly repository: RepositoryName;
  readonly store: Store;
}

/** Opens the registry that the inputs name; nothing is requested yet. */
export function openConnection(inputs: ConnectionInputs): Connection {
  const { token, registry: repository, root } = inputs;
  const client = createClient({ auth: token, baseUrl: inputs["api-url"], userAgent: "assay-action" });
  return { client, repository, store: openGitHubStore(client, { ...repository, root }) };
}
