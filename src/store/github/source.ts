import type { ClientLike, RepositoryName } from "../../github/client.ts";
import type { Timings } from "../../github/timings.ts";
import type { ObjectCache } from "./object-cache.ts";

/** What every part of the store reads from: a client, the repository, the registry's root in it, and the cache. */
export interface Source {
  readonly client: ClientLike;
  readonly repository: RepositoryName;
  /** The registry's folder without slashes at its ends; empty for the repository itself. */
  readonly root: string;
  readonly cache: ObjectCache;
  readonly timings: Timings;
}

/** The key of a cached thing. Nothing is shared between repositories: who may read one may not read the other. */
export function cacheKey({ repository }: Source, ...parts: readonly (string | number)[]): string {
  return [`${repository.owner}/${repository.repo}`.toLowerCase(), ...parts].join(":");
}
