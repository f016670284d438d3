import { timeToMs } from "../format/time.ts";
import { parseDuration } from "../format/duration.ts";
import type { VersionName } from "../format/names.ts";
import { parseVersionReference } from "../format/reference.ts";
import { formatTime } from "../format/time.ts";
import type { BucketSettings } from "../registry/files/bucket.ts";
import type { Revocation } from "../registry/files/revocation.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { ageBaseOf } from "../registry/version-state.ts";

/** `bucket:v7`, the key of a version in a family. */
export type VersionKey = `${string}:${VersionName}`;

/** The key of a version. */
export function keyOf(version: { readonly bucket: string; readonly version: VersionName }): VersionKey {
  return `${version.bucket}:${version.version}`;
}

/** One version as its descendants see it. */
export interface Member {
  readonly record: VersionRecord;
  readonly revocation: Revocation | undefined;
}

/** A version and all its ancestors, as far as the registry knows them; parents that are not there are simply missing. */
export type Family = ReadonlyMap<VersionKey, Member>;

/** The versions that the builds of a version started from, each once. */
export function parentsOf(record: VersionRecord): VersionKey[] {
  const keys = record.builds.flatMap((build) => (build.parent === undefined ? [] : [keyOf(build.parent)]));
  return [...new Set(keys)];
}

/** Why a version is, or will be, out of use. */
export interface Cause {
  readonly kind: "revocation" | "lifetime";
  /** The version that was revoked: the version itself, or an ancestor. */
  readonly bucket: string;
  readonly version: VersionName;
  readonly inherited: boolean;
  readonly reason: string;
}

/** Whether a version may be used. `at` is undefined for a revocation that took effect when it was merged. */
export type Standing =
  | { readonly kind: "active" }
  | { readonly kind: "revoked"; readonly at: string | undefined; readonly cause: Cause }
  | { readonly kind: "scheduled"; readonly at: string; readonly cause: Cause };

/**
 * The standing of a version at a moment: from the earliest effective date among its own revocation, those of its
 * ancestors that are inherited, and its lifetime; its own cause is told before an inherited one of the same date.
 */
export function standingOf(
  key: VersionKey,
  family: Family,
  facts: { readonly lifetime: BucketSettings["lifetime"]; readonly now: Date },
): Standing {
  const causes = [...ownCauses(key, family, facts.lifetime), ...inheritedCauses(key, family)];
  const [first] = causes.toSorted((a, b) => Date.parse(a.at ?? EARLIEST) - Date.parse(b.at ?? EARLIEST));
  if (first === undefined) return { kind: "active" };
  const { at, cause } = first;
  return at !== undefined && timeToMs(at) > facts.now.getTime()
    ? { kind: "scheduled", at, cause }
    : { kind: "revoked", at, cause };
}

const EARLIEST = "0000-01-01T00:00:00Z";

interface DatedCause {
  readonly at: string | undefined;
  readonly cause: Cause;
}

function ownCauses(key: VersionKey, family: Family, lifetime: string | undefined): DatedCause[] {
  const member = family.get(key);
  if (member === undefined) return [];
  const causes =
    member.revocation === undefined ? [] : [causeOf(member, member.revocation, { inherited: false })];
  const span = lifetime === undefined ? undefined : parseDuration(lifetime);
  if (span === undefined || member.record.status !== "complete") return causes;
  const at = formatTime(new Date(timeToMs(ageBaseOf(member.record)) + span));
  const { bucket, version } = member.record;
  return [
    ...causes,
    {
      at,
      cause: {
        kind: "lifetime",
        bucket,
        version,
        inherited: false,
        reason: `its lifetime of ${lifetime} ended`,
      },
    },
  ];
}

function inheritedCauses(key: VersionKey, family: Family): DatedCause[] {
  return [...family].flatMap(([ancestor, member]) => {
    const { revocation } = member;
    if (ancestor === key || revocation === undefined || !revocation.inherit) return [];
    return descendsFrom(key, ancestor, { family, except: revocation.except })
      ? [causeOf(member, revocation, { inherited: true })]
      : [];
  });
}

function causeOf(
  member: Member,
  revocation: Revocation,
  { inherited }: { readonly inherited: boolean },
): DatedCause {
  const { bucket, version } = member.record;
  return {
    at: revocation.effective,
    cause: { kind: "revocation", bucket, version, inherited, reason: revocation.reason },
  };
}

/** Whether a line of parents leads from a version to an ancestor without passing a version that is excepted. */
function descendsFrom(
  key: VersionKey,
  ancestor: VersionKey,
  { family, except }: { readonly family: Family; readonly except: readonly string[] },
): boolean {
  const patched = new Set(
    except
      .map(parseVersionReference)
      .filter((reference) => reference !== undefined)
      .map(keyOf),
  );
  const seen = new Set<VersionKey>();
  const open = [key];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at) || patched.has(at)) continue;
    if (at === ancestor) return true;
    seen.add(at);
    const record = family.get(at)?.record;
    if (record !== undefined) open.push(...parentsOf(record));
  }
  return false;
}

/** `revoked (inherited from debian-base v5: CVE-2026-1234 in openssl)`: a cause, for people. */
export function renderCause(cause: Cause): string {
  if (cause.kind === "lifetime") return cause.reason;
  return cause.inherited ? `inherited from ${cause.bucket} ${cause.version}: ${cause.reason}` : cause.reason;
}
