import { AssayError } from "../format/error.ts";
import type { VersionName } from "../format/names.ts";
import { didYouMean } from "../format/suggestion.ts";
import type { Standing } from "../lineage/family.ts";
import { keyOf, standingOf } from "../lineage/family.ts";
import type { BucketSettings } from "../registry/files/bucket.ts";
import type { Settings } from "../registry/files/settings.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { statusAt } from "../registry/version-state.ts";
import type { Registry } from "../store/open-registry.ts";

/** The registry's settings. Throws `not-found` where there is no registry. */
export async function needSettings(registry: Registry): Promise<Settings> {
  const settings = await registry.settings();
  if (settings !== undefined) return settings;
  throw new AssayError("not-found", "There is no registry here: assay.yml is missing.", {
    path: "assay.yml",
    hint: "Make one with: assay init .",
  });
}

/** A bucket's settings. Throws `not-found` with the command that makes them. */
export async function needBucket(registry: Registry, bucket: string): Promise<BucketSettings> {
  const settings = await registry.bucket(bucket);
  if (settings !== undefined) return settings;
  const { name } = await needSettings(registry);
  const guess = didYouMean(bucket, await registry.buckets());
  throw new AssayError("not-found", `"${bucket}" is not a bucket of ${name}.${guess}`, {
    hint: `Make it with: assay bucket ${bucket}`,
  });
}

/** A version's record. Throws `not-found` with the newest that there is. */
export async function needVersion(
  registry: Registry,
  bucket: string,
  version: VersionName,
): Promise<VersionRecord> {
  const record = await registry.version(bucket, version);
  if (record !== undefined) return record;
  await needBucket(registry, bucket);
  const newest = (await registry.versions(bucket)).at(-1);
  throw new AssayError("not-found", `"${bucket}" has no version "${version}".`, {
    hint: newest === undefined ? "It has none yet." : `The newest is "${newest}".`,
  });
}

/** Makes sure that a channel exists. Throws `not-found` with the channels that there are. */
export async function needChannel(registry: Registry, bucket: string, channel: string): Promise<void> {
  await needBucket(registry, bucket);
  const names = Object.keys((await needSettings(registry)).channels);
  if (names.includes(channel)) return;
  throw new AssayError(
    "not-found",
    `"${channel}" is no channel of "${bucket}".${didYouMean(channel, names)}`,
    { hint: `The channels are: ${names.join(", ")}.` },
  );
}

/** Whether a version may be used, with all its ancestors taken into account. */
export async function readStanding(registry: Registry, record: VersionRecord, now: Date): Promise<Standing> {
  const [family, bucket] = await Promise.all([
    registry.family(record.bucket, record.version),
    registry.bucket(record.bucket),
  ]);
  return standingOf(keyOf(record), family, { lifetime: bucket?.lifetime, now });
}

/** The computed channel `latest`: the newest complete version that is not revoked; undefined when there is none. */
export async function readLatest(
  registry: Registry,
  bucket: string,
  now: Date,
): Promise<VersionRecord | undefined> {
  for (const version of (await registry.versions(bucket)).toReversed()) {
    const record = await registry.version(bucket, version);
    if (record === undefined || statusAt(record, now) !== "complete") continue;
    if ((await readStanding(registry, record, now)).kind !== "revoked") return record;
  }
  return undefined;
}
