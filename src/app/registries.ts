import type { GitHubRegistry, Identity } from "../flows/github-registry.ts";
import type { Client } from "../github/client.ts";
import { createClient } from "../github/client.ts";
import { readApp } from "../github/installations.ts";
import { createOutputMemory } from "../github/output-memory.ts";
import { createTeamCache } from "../github/teams.ts";
import type { Timings } from "../github/timings.ts";
import { createObjectCache } from "../store/github/object-cache.ts";
import { openGitHubStore } from "../store/github/store.ts";
import type { Place } from "./task.ts";

/** As whom the App signs in, and where. */
export interface Credentials {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** The REST API's address; GitHub's own unless told otherwise. */
  readonly apiUrl: string | undefined;
  /** The registry's folder in every repository; the repository itself unless told otherwise. */
  readonly root: string | undefined;
  readonly timings?: Partial<Timings>;
}

/** Opens registries; what was read and written before is shared by all of the process. */
export type OpenRegistryAt = (place: Place) => Promise<GitHubRegistry>;

const CACHE_BYTES = 268_435_456;

/** A repository's default branch may be renamed, and stores remember it. */
const STORE_TTL_MS = 300_000;
const MAX_KEPT = 1_000;

/** Makes the opener of registries. Who the App is is asked with the first one, and again until GitHub tells. */
export function createRegistries(credentials: Credentials, now: () => Date): OpenRegistryAt {
  const { root, timings } = credentials;
  const shared = {
    cache: createObjectCache({ maxBytes: CACHE_BYTES }),
    outputs: createOutputMemory(),
    teams: createTeamCache(() => now().getTime()),
  };
  const clients = new Map<number, Client>();
  const stores = new Map<string, { readonly store: GitHubRegistry["store"]; readonly until: number }>();
  let identity: Promise<Identity> | undefined;

  function clientOf(installationId: number): Client {
    const client = clients.get(installationId) ?? signIn(credentials, installationId);
    return keep(clients, installationId, client);
  }

  async function readIdentity(): Promise<Identity> {
    const { login, id: appId } = await readApp(signIn(credentials));
    return { login, appId };
  }

  function identify(): Promise<Identity> {
    identity ??= readIdentity().catch((error: unknown) => {
      identity = undefined;
      throw error;
    });
    return identity;
  }

  function storeOf({ installationId, owner, repo }: Place, client: Client): GitHubRegistry["store"] {
    const key = `${installationId} ${owner}/${repo}`.toLowerCase();
    const known = stores.get(key);
    if (known !== undefined && known.until > now().getTime()) return known.store;
    const options = { owner, repo, cache: shared.cache, timings: timings ?? {} };
    const store = openGitHubStore(client, root === undefined ? options : { ...options, root });
    keep(stores, key, { store, until: now().getTime() + STORE_TTL_MS });
    return store;
  }

  return async (place) => {
    const { owner, repo, installationId } = place;
    const client = clientOf(installationId);
    return {
      client,
      repository: { owner, repo },
      store: storeOf(place, client),
      identity: await identify(),
      outputs: shared.outputs,
      teams: shared.teams,
    };
  };
}

/** A client of an installation or, without one, of the App itself. */
export function signIn({ appId, privateKey, apiUrl, timings }: Credentials, installationId?: number): Client {
  const app = { appId, privateKey };
  return createClient({
    auth: installationId === undefined ? app : { ...app, installationId },
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
    ...(timings === undefined ? {} : { timings }),
  });
}

/** Puts a value at the end of a map, and drops the one that was put there longest ago where there are too many. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_KEPT && oldest !== undefined) map.delete(oldest);
  return value;
}
