import type { VersionName } from "../format/names.ts";
import type { Time } from "../format/time.ts";
import { formatTime, timeToMs } from "../format/time.ts";
import type { Assignment, PointerChange } from "../registry/assignments.ts";
import { arrivalOf, assignmentsOf } from "../registry/assignments.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { parseChannel } from "../registry/parse.ts";
import { channelPath } from "../registry/paths.ts";
import type { ObjectId, Revision, Store } from "../store/store.ts";

/** All that a channel ever pointed to, newest first, as the history up to a commit tells. */
export async function readAssignments(
  store: Store,
  from: ObjectId,
  channel: ChannelKey,
): Promise<Assignment[]> {
  return assignmentsOf(await readChanges(store, from, { ...channel, since: undefined }));
}

/** When a version arrived on a channel to stay; undefined when it never did. */
export async function readArrival(
  store: Store,
  from: ObjectId,
  query: ChannelKey & { readonly record: VersionRecord },
): Promise<Time | undefined> {
  // A version cannot be on a channel before it was made; a day covers clocks that differ.
  const since = formatTime(new Date(timeToMs(query.record.createdAt) - 86_400_000));
  const changes = await readChanges(store, from, { bucket: query.bucket, channel: query.channel, since });
  return arrivalOf(query.record.version, changes);
}

/** A channel of a bucket. */
export interface ChannelKey {
  readonly bucket: string;
  readonly channel: string;
}

async function readChanges(
  store: Store,
  from: ObjectId,
  { bucket, channel, since }: ChannelKey & { readonly since: Time | undefined },
): Promise<PointerChange[]> {
  const changes: PointerChange[] = [];
  for await (const revision of store.history(from, [channelPath(bucket, channel)])) {
    if (since !== undefined && revision.at < since) break;
    changes.push(await pointerOf(revision));
  }
  return changes;
}

async function pointerOf(revision: Revision): Promise<PointerChange> {
  const { commit, at, author, message } = revision;
  return { commit, at, author, message, version: await versionIn(revision) };
}

/** A file of the past that cannot be read pointed to nothing that anyone could have used. */
async function versionIn(revision: Revision): Promise<VersionName | undefined> {
  const file = await revision.read();
  const pointer = file === undefined ? undefined : parseChannel(file);
  return pointer?.ok === true && pointer.value.version !== "none" ? pointer.value.version : undefined;
}
