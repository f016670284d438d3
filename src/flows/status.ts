import { compareText } from "../format/names.ts";
import type { Time } from "../format/time.ts";
import { timeToMs } from "../format/time.ts";
import type { AncestryStatus } from "../lineage/ancestry-status.ts";
import type { BucketStatus, ChannelStatus, RegistryStatus } from "../lineage/registry-status.ts";
import { ancestryStatusOf } from "../lineage/ancestry-status.ts";
import type { ChannelFile } from "../registry/files/channel.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { ladderOf } from "../registry/ladder.ts";
import { channelPath } from "../registry/paths.ts";
import { ageBaseOf } from "../registry/version-state.ts";
import type { Registry } from "../store/open-registry.ts";
import type { Store } from "../store/store.ts";
import type { Moment } from "./as-of.ts";
import { needBucket, needSettings, readLatest, readStanding } from "./lookup.ts";

/** Reads the state of the registry, or of one bucket of it. */
export async function readStatus(
  store: Store,
  { registry, commit, now }: Moment,
  only?: string,
): Promise<RegistryStatus> {
  const settings = await needSettings(registry);
  if (only !== undefined) await needBucket(registry, only);
  const names = only === undefined ? await registry.buckets() : [only];
  const pointers = await readPointers(registry, names);
  // In a clone another process walks the history meanwhile, so nothing waits for it before it has to.
  const since = readSince(store, commit, pointers);
  const reading = Promise.all(
    names.map(async (bucket): Promise<BucketStatus> => {
      const ladder = ladderOf(settings, await needBucket(registry, bucket));
      const [versions, latest] = await Promise.all([
        registry.versions(bucket),
        readLatest(registry, bucket, now),
      ]);
      const channels = await Promise.all(
        [...ladder.keys()].map((channel) => readChannel(registry, { bucket, channel, pointers, since, now })),
      );
      return { bucket, versions: versions.length, latest: latest?.version, channels };
    }),
  );
  const [buckets] = await Promise.all([reading, since]);
  return { name: settings.name, commit, asOf: now, channels: Object.keys(settings.channels), buckets };
}

/** The channels' files by path. */
type Pointers = ReadonlyMap<string, ChannelFile>;

async function readPointers(registry: Registry, buckets: readonly string[]): Promise<Pointers> {
  const pairs = await Promise.all(
    buckets.map(async (bucket) => {
      const channels = await registry.channels(bucket);
      return Promise.all(
        channels.map(async (channel) => ({
          path: channelPath(bucket, channel),
          file: await registry.channel(bucket, channel),
        })),
      );
    }),
  );
  return new Map(
    pairs.flat().flatMap(({ path, file }) => (file === undefined ? [] : [[path, file] as const])),
  );
}

/** When each channel last moved: one walk through the history, until every channel was seen. */
async function readSince(
  store: Store,
  commit: string,
  pointers: Pointers,
): Promise<ReadonlyMap<string, Time>> {
  const since = new Map<string, Time>();
  const paths = [...pointers.keys()].toSorted(compareText);
  if (paths.length === 0) return since;
  for await (const { path, at } of store.history(commit, paths)) {
    if (!since.has(path)) since.set(path, at);
    if (since.size === paths.length) break;
  }
  return since;
}

interface ChannelQuery {
  readonly bucket: string;
  readonly channel: string;
  readonly pointers: Pointers;
  readonly since: Promise<ReadonlyMap<string, Time>>;
  readonly now: Date;
}

async function readChannel(
  registry: Registry,
  { bucket, channel, pointers, since, now }: ChannelQuery,
): Promise<ChannelStatus> {
  const path = channelPath(bucket, channel);
  const pointer = pointers.get(path);
  const version = pointer === undefined || pointer.version === "none" ? undefined : pointer.version;
  const record = version === undefined ? undefined : await registry.version(bucket, version);
  const standing = record === undefined ? undefined : await readStanding(registry, record, now);
  const common = { channel, version, since: (await since).get(path), hold: activeHold(pointer?.hold, now) };
  if (record === undefined || standing === undefined)
    return { ...common, completedAt: undefined, standing: { kind: "active" }, ancestry: "undetermined" };
  return { ...common, completedAt: ageBaseOf(record), standing, ancestry: ancestryOf(record, pointers) };
}

function ancestryOf(record: VersionRecord, pointers: Pointers): AncestryStatus {
  return ancestryStatusOf(record, (bucket, channel) => {
    const version = pointers.get(channelPath(bucket, channel))?.version;
    return version === "none" ? undefined : version;
  });
}

/** A hold ends by itself at its `until`. */
function activeHold(hold: ChannelFile["hold"], now: Date): ChannelFile["hold"] {
  return hold?.until === undefined || timeToMs(hold.until) > now.getTime() ? hold : undefined;
}
