import type { VersionName } from "../format/names.ts";
import { versionNumber } from "../format/names.ts";
import type { Time } from "../format/time.ts";

/** What a channel's file said after one commit; undefined when it was empty, unreadable or gone. */
export interface PointerChange {
  readonly commit: string;
  readonly at: Time;
  readonly author: string;
  readonly message: string;
  readonly version: VersionName | undefined;
}

/** A channel's pointing at a version (or at none) over a span of time; `until` is undefined for the one that stands. */
export interface Assignment extends PointerChange {
  readonly until: Time | undefined;
}

/** A channel's assignments, newest first, from its file's changes, newest first; edits that moved nothing are left out. */
export function assignmentsOf(changes: readonly PointerChange[]): Assignment[] {
  const oldestFirst = changes.toReversed();
  const moves = oldestFirst.filter((change, index) => change.version !== oldestFirst[index - 1]?.version);
  return moves.map((move, index) => ({ ...move, until: moves[index + 1]?.at })).toReversed();
}

/**
 * When a version first arrived on a channel to stay: being superseded does not undo an arrival, being rolled back
 * (to an older version, or to none) does. `changes` are newest first.
 */
export function arrivalOf(version: VersionName, changes: readonly PointerChange[]): Time | undefined {
  let arrived: Time | undefined;
  let current: VersionName | undefined;
  for (const change of changes.toReversed()) {
    if (current === version && change.version !== version && isBackwards(version, change.version))
      arrived = undefined;
    if (change.version === version) arrived ??= change.at;
    current = change.version;
  }
  return arrived;
}

function isBackwards(from: VersionName, to: VersionName | undefined): boolean {
  return to === undefined || versionNumber(to) < versionNumber(from);
}
