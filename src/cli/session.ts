import type { GitHubRegistry } from "../flows/github-registry.ts";
import type { Environment } from "../registry/publish/actions-run.ts";
import type { Store } from "../store/store.ts";
import type { Place } from "./place.ts";

/** What a command is given: where the registry is, the moment, and the environment. Nothing is opened before it is asked for. */
export interface Session {
  readonly place: Place;
  readonly env: Environment;
  readonly clock: Date;
  /** The moment that the answer is for; undefined for now. */
  readonly asOf: Date | undefined;
  store(): Promise<Store>;
  /** The registry on GitHub; undefined where a clone was named. */
  github(): Promise<GitHubRegistry | undefined>;
  close(): void;
}

/** What a session is opened from. */
export interface SessionOptions {
  readonly place: Place;
  readonly env: Environment;
  readonly clock: Date;
  readonly asOf: Date | undefined;
}

/** Opens a session. It must be closed, or a git process may outlive it. */
export function openSession({ place, env, clock, asOf }: SessionOptions): Session {
  const closers: (() => void)[] = [];
  let github: GitHubRegistry | undefined;
  let clone: Promise<Store> | undefined;

  async function openClone(directory: string): Promise<Store> {
    const { openCloneStore } = await import("../store/clone/clone-store.ts");
    const store = await openCloneStore(directory);
    closers.push(() => store.close());
    return store;
  }

  async function openGitHub(): Promise<GitHubRegistry | undefined> {
    if (place.kind === "clone") return undefined;
    const { openGitHubRegistry } = await import("./github-registry.ts");
    github ??= openGitHubRegistry(place, env);
    return github;
  }

  return {
    place,
    env,
    clock,
    asOf,
    github: openGitHub,
    async store() {
      if (place.kind === "clone") {
        clone ??= openClone(place.directory);
        return clone;
      }
      const registry = await openGitHub();
      if (registry === undefined) throw new TypeError("a registry on GitHub was expected");
      return registry.store;
    },
    close() {
      for (const close of closers) close();
    },
  };
}
