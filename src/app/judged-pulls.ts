import type { JudgedPull } from "../flows/judge-pull.ts";
import type { PullRequest } from "../github/pulls.ts";
import { classifyPath } from "../registry/paths.ts";
import type { Place } from "./task.ts";

/** What a push changed; `all` where that is not known or where any decision may depend on it. */
export type Changed = "all" | readonly string[];

/** Remembers what the pull requests that were judged change, so that a push judges again only those it may concern. */
export interface JudgedPulls {
  remember(place: Place, judged: JudgedPull): void;
  /** Whether a push may change what was decided on a pull request; so it is of one that nobody remembers. */
  isConcerned(place: Place, pull: PullRequest, changed: Changed): boolean;
}

interface Remembered {
  readonly headSha: string;
  readonly baseRef: string;
  readonly paths: ReadonlySet<string>;
  readonly buckets: ReadonlySet<string>;
}

/** Makes a memory of the newest judged pull requests, 10,000 unless told otherwise. */
export function createJudgedPulls(limit = 10_000): JudgedPulls {
  const pulls = new Map<string, Remembered>();
  return {
    remember(place, { pull, proposal, difference }) {
      const key = keyOfPull(place, pull.number);
      const paths = [...difference.paths.map(({ path }) => path), ...proposal.files.map(({ path }) => path)];
      pulls.delete(key);
      pulls.set(key, {
        headSha: pull.headSha,
        baseRef: pull.baseRef,
        paths: new Set(paths),
        buckets: new Set(bucketsOf(paths)),
      });
      const [oldest] = pulls.keys();
      if (pulls.size > limit && oldest !== undefined) pulls.delete(oldest);
    },
    isConcerned(place, pull, changed) {
      const known = pulls.get(keyOfPull(place, pull.number));
      if (known === undefined || known.headSha !== pull.headSha || known.baseRef !== pull.baseRef)
        return true;
      if (changed === "all") return true;
      return (
        changed.some((path) => known.paths.has(path)) ||
        bucketsOf(changed).some((bucket) => known.buckets.has(bucket))
      );
    },
  };
}

/**
 * What a push that changed these paths means for decisions: settings and exceptions hold everywhere, and a revocation
 * takes descendants in other buckets with it.
 */
export function changedBy(paths: readonly string[]): Changed {
  const isFar = (path: string): boolean => {
    switch (classifyPath(path).kind) {
      case "settings":
      case "waiver":
      case "freeze":
      case "revocation":
        return true;
      default:
        return false;
    }
  };
  return paths.some(isFar) ? "all" : paths;
}

/** The buckets that paths lie in, each once. */
export function bucketsOf(paths: readonly string[]): string[] {
  const buckets = paths.flatMap((path) => {
    const is = classifyPath(path);
    return "bucket" in is ? [is.bucket] : [];
  });
  return [...new Set(buckets)];
}

function keyOfPull({ owner, repo }: Place, number: number): string {
  return `${owner}/${repo}`.toLowerCase() + `#${number}`;
}
