import { AssayError } from "../../format/error.ts";
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

/** The path in the repository of a path in the registry. Throws `invalid` for one that could lead elsewhere. */
export function repositoryPath({ root }: Source, path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (parts.some((part) => part === "." || part === "..") || path.startsWith("/")) {
    throw new AssayError("invalid", `"${path}" is no path inside the registry.`);
  }
  return [...(root === "" ? [] : [root]), ...parts].join("/");
}

/** The path in the registry of a path in the repository; undefined when it lies outside. */
export function registryPath({ root }: Source, path: string): string | undefined {
  if (root === "") return path;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}

/** The folder that a path lies in and its name there; undefined for the root itself. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } | undefined {
  if (path === "") return undefined;
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}
