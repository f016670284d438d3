import type { VersionName } from "../format/names.ts";
import { versionName, versionNumber } from "../format/names.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { planPublication } from "../registry/publish/plan.ts";
import type { Registry } from "../store/open-registry.ts";
import type { Store } from "../store/store.ts";
import { findRun } from "./find-run.ts";
import { needBucket } from "./lookup.ts";

/**
 * Plans records that wait in a pull request once more, on the default branch as it is now: what has landed is dropped,
 * what adds to a version that landed is merged with it, and the rest is numbered to follow the newest.
 */
export async function replanWaiting(
  store: Store,
  registry: Registry,
  waiting: readonly VersionRecord[],
  now: Date,
): Promise<VersionRecord[]> {
  const planned: VersionRecord[] = [];
  for (const record of waiting) {
    const landed = await findLanded(store, registry, record);
    const next =
      landed === undefined
        ? await renumber(registry, record, planned)
        : await extend(registry, { record, landed, now });
    if (next !== undefined) planned.push(next);
  }
  return planned;
}

/** The newest version of a bucket when records that wait are counted in. */
export async function newestWith(
  registry: Registry,
  bucket: string,
  waiting: readonly VersionRecord[],
): Promise<VersionName | undefined> {
  const own = waiting
    .filter((record) => record.bucket === bucket)
    .map((record) => versionNumber(record.version));
  const landed = (await registry.versions(bucket)).map(versionNumber);
  const newest = Math.max(0, ...own, landed.at(-1) ?? 0);
  return newest === 0 ? undefined : versionName(newest);
}

async function findLanded(
  store: Store,
  registry: Registry,
  record: VersionRecord,
): Promise<VersionRecord | undefined> {
  const there = await registry.version(record.bucket, record.version);
  if (there === undefined || there.fingerprint === record.fingerprint) return there;
  return findRun(store, registry, record);
}

async function renumber(
  registry: Registry,
  record: VersionRecord,
  planned: readonly VersionRecord[],
): Promise<VersionRecord> {
  const newest = await newestWith(registry, record.bucket, planned);
  return { ...record, version: versionName(newest === undefined ? 1 : versionNumber(newest) + 1) };
}

interface Extension {
  readonly record: VersionRecord;
  readonly landed: VersionRecord;
  readonly now: Date;
}

async function extend(
  registry: Registry,
  { record, landed, now }: Extension,
): Promise<VersionRecord | undefined> {
  const { bucket, fingerprint, builds, publisher } = record;
  const completion = record.status === "complete" ? "complete" : "unsaid";
  const state = { bucket: await needBucket(registry, bucket), newest: undefined, sameRun: landed, now };
  const publication = planPublication({ bucket, fingerprint, builds, publisher, completion }, state);
  return publication.kind === "unchanged" ? undefined : publication.record;
}
