import { invalid } from "../format/error.ts";
import type { VersionName } from "../format/names.ts";
import { compareVersions, isChannelName, isName, isVersionName } from "../format/names.ts";
import type { Parsed } from "../format/text.ts";
import type { Family, Member, VersionKey } from "../lineage/family.ts";
import { keyOf, parentsOf } from "../lineage/family.ts";
import type { BucketSettings } from "../registry/files/bucket.ts";
import type { ChannelFile } from "../registry/files/channel.ts";
import type { Revocation } from "../registry/files/revocation.ts";
import type { Settings } from "../registry/files/settings.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import type { RawFile } from "../registry/parse.ts";
import { parseBucket, parseChannel, parseRevocation, parseSettings, readVersion } from "../registry/parse.ts";
import {
  SETTINGS_PATH,
  bucketFolder,
  bucketPath,
  channelPath,
  revocationPath,
  versionPath,
} from "../registry/paths.ts";
import type { ObjectId, Snapshot } from "./store.ts";

/**
 * The registry's files at one commit, parsed when they are asked for, each once. What does not exist is undefined;
 * what exists and cannot be read throws `invalid` with every problem, because a guess would be a wrong verdict.
 */
export interface Registry {
  readonly commit: ObjectId;
  readonly snapshot: Snapshot;
  settings(): Promise<Settings | undefined>;
  /** The buckets' names, in order. */
  buckets(): Promise<readonly string[]>;
  bucket(name: string): Promise<BucketSettings | undefined>;
  /** The names of the channels that have a file, in order. */
  channels(bucket: string): Promise<readonly string[]>;
  channel(bucket: string, channel: string): Promise<ChannelFile | undefined>;
  /** The names of the bucket's versions, oldest first. */
  versions(bucket: string): Promise<readonly VersionName[]>;
  version(bucket: string, version: VersionName): Promise<VersionRecord | undefined>;
  hasVersion(bucket: string, version: VersionName): Promise<boolean>;
  revocation(bucket: string, version: VersionName): Promise<Revocation | undefined>;
  /** A version and all its ancestors, with their revocations. */
  family(bucket: string, version: VersionName): Promise<Family>;
}

/** Opens the registry that a snapshot holds. */
export function openRegistry(snapshot: Snapshot): Registry {
  const settings = readerOf(snapshot, parseSettings);
  const bucket = readerOf(snapshot, parseBucket);
  const channel = readerOf(snapshot, parseChannel);
  const version = readerOf(snapshot, readVersion);
  const revocation = readerOf(snapshot, parseRevocation);

  const versionsOf = onceFor(async (of: string) =>
    (await names(`${bucketFolder(of)}/versions`, ".json")).filter(isVersionName).toSorted(compareVersions),
  );
  const familyOf = onceFor((key: VersionKey) => loadFamily(registry, key));

  async function names(folder: string, extension: string): Promise<string[]> {
    const entries = await snapshot.list(folder);
    return entries.flatMap(({ name, kind }) =>
      kind === "file" && name.endsWith(extension) ? [name.slice(0, -extension.length)] : [],
    );
  }

  const registry: Registry = {
    commit: snapshot.commit,
    snapshot,
    settings: () => settings(SETTINGS_PATH),
    bucket: (name) => bucket(bucketPath(name)),
    channel: (of, name) => channel(channelPath(of, name)),
    version: (of, name) => version(versionPath(of, name)),
    hasVersion: (of, name) => snapshot.has(versionPath(of, name)),
    revocation: (of, name) => revocation(revocationPath(of, name)),
    async buckets() {
      const entries = await snapshot.list("buckets");
      return entries.filter(({ kind, name }) => kind === "folder" && isName(name)).map(({ name }) => name);
    },
    async channels(of) {
      return (await names(`${bucketFolder(of)}/channels`, ".yml")).filter(isChannelName);
    },
    versions: versionsOf,
    family: (of, name) => familyOf(keyOf({ bucket: of, version: name })),
  };
  return registry;
}

/** Walks up the parents, a level at a time; a cycle ends where it closes. */
async function loadFamily(registry: Registry, start: VersionKey): Promise<Family> {
  const family = new Map<VersionKey, Member>();
  const seen = new Set([start]);
  let level = [start];
  while (level.length > 0) {
    const members = await Promise.all(level.map((key) => loadMember(registry, key)));
    level = [];
    for (const member of members) {
      if (member === undefined) continue;
      family.set(keyOf(member.record), member);
      for (const parent of parentsOf(member.record)) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        level.push(parent);
      }
    }
  }
  return family;
}

async function loadMember(registry: Registry, key: VersionKey): Promise<Member | undefined> {
  const [bucket = "", version = ""] = key.split(":");
  if (!isVersionName(version)) return undefined;
  const [record, revocation] = await Promise.all([
    registry.version(bucket, version),
    registry.revocation(bucket, version),
  ]);
  return record === undefined ? undefined : { record, revocation };
}

function valueOf<T>(result: Parsed<T>): T {
  if (result.ok) return result.value;
  throw invalid(result.problems);
}

/** Reads and parses files of one kind, each path once however often it is asked for, and equal bytes once. */
function readerOf<T>(
  snapshot: Snapshot,
  parse: (file: RawFile) => Parsed<T>,
): (path: string) => Promise<T | undefined> {
  // Hundreds of channels point to a "v12": what was parsed well is the same wherever it stands, what was not is told by its path.
  const values = new Map<ObjectId, T>();
  return onceFor(async (path) => {
    const file = await snapshot.read(path);
    if (file === undefined) return undefined;
    const value = values.get(file.id) ?? valueOf(parse(file));
    values.set(file.id, value);
    return value;
  });
}

/** Loads what belongs to each key once: a commit does not change. */
function onceFor<K, T>(load: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const loaded = new Map<K, Promise<T>>();
  return (key) => {
    const known = loaded.get(key) ?? load(key);
    loaded.set(key, known);
    return known;
  };
}
