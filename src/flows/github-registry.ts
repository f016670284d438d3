import type { ClientLike, RepositoryName } from "../github/client.ts";
import type { OutputMemory } from "../github/output-memory.ts";
import type { TeamCache } from "../github/teams.ts";
import type { Store } from "../store/store.ts";

/** The account that acts: an App, or the token of a workflow. */
export interface Identity {
  /** `assay[bot]`. */
  readonly login: string;
  /** The App's id; undefined where it cannot be known. */
  readonly appId: number | undefined;
}

/** A registry on GitHub and all that is needed to work on it. */
export interface GitHubRegistry {
  readonly client: ClientLike;
  readonly repository: RepositoryName;
  readonly store: Store;
  readonly identity: Identity;
  readonly outputs: OutputMemory;
  readonly teams: TeamCache;
}
