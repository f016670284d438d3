import type { Place } from "../format/document.ts";
import type { Standing } from "../lineage/family.ts";
import type { Move, MoveFacts } from "../policy/move.ts";
import type { ChannelSettings } from "../registry/files/settings.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { ladderOf } from "../registry/ladder.ts";
import { channelPath } from "../registry/paths.ts";
import type { Registry } from "../store/open-registry.ts";
import type { Store } from "../store/store.ts";
import { readArrival } from "./channel-history.ts";
import { readStanding } from "./lookup.ts";

const ACTIVE: Standing = { kind: "active" };

/**
 * Reads from the base branch what the rules need to know of a move; undefined where the registry, the bucket or the
 * channel does not exist there, so that no rule could speak of it.
 */
export async function readMoveFacts(
  store: Store,
  registry: Registry,
  { move, place, now }: { readonly move: Move; readonly place: Place | undefined; readonly now: Date },
): Promise<MoveFacts | undefined> {
  const { bucket, channel, from, to } = move;
  const [settings, bucketSettings] = await Promise.all([registry.settings(), registry.bucket(bucket)]);
  const step =
    settings === undefined || bucketSettings === undefined
      ? undefined
      : ladderOf(settings, bucketSettings).get(channel);
  if (bucketSettings === undefined || step === undefined) return undefined;
  const record = to === undefined ? undefined : await registry.version(bucket, to);
  return {
    move: { bucket, channel, from, to },
    path: channelPath(bucket, channel),
    place,
    step,
    bucket: bucketSettings,
    record,
    newest: (await registry.versions(bucket)).at(-1),
    standing: record === undefined ? ACTIVE : await readStanding(registry, record, now),
    arrivedOnAfter: await readArrivalOn(store, registry, { step, record }),
    now,
  };
}

async function readArrivalOn(
  store: Store,
  registry: Registry,
  { step, record }: { readonly step: ChannelSettings; readonly record: VersionRecord | undefined },
): Promise<string | undefined> {
  if (step.after === undefined || record === undefined) return undefined;
  return readArrival(store, registry.commit, { bucket: record.bucket, channel: step.after, record });
}
