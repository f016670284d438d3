import type { Place } from "../format/document.ts";
import type { VersionName } from "../format/names.ts";
import { compareVersions } from "../format/names.ts";
import type { Problem } from "../format/problem.ts";
import { AssayError } from "../format/error.ts";
import { decodeRegistryText } from "../format/text.ts";
import { parseYaml } from "../format/yaml.ts";
import type {
  Authorship,
  ProposedChannel,
  ProposedFile,
  ProposedRecord,
  Proposal,
} from "../policy/proposal.ts";
import type { RawFile } from "../registry/parse.ts";
import {
  parseBucket,
  parseChannel,
  parseConsumer,
  parseFreeze,
  parseRevocation,
  parseSettings,
  parseVersion,
  parseWaiver,
} from "../registry/parse.ts";
import type { RegistryPath } from "../registry/paths.ts";
import { classifyPath, isGuard } from "../registry/paths.ts";
import type { Registry } from "../store/open-registry.ts";
import { openRegistry } from "../store/open-registry.ts";
import type { Difference, Snapshot, Store } from "../store/store.ts";
import { readMoveFacts } from "./move-facts.ts";

/** A proposed change as it was read: what is decided on, and the difference that it came from. */
export interface ReadProposal {
  readonly proposal: Proposal;
  readonly difference: Difference;
  readonly registry: Registry;
}

/**
 * Reads what a head would change in a base. Settings, versions and history come from the base as it is now; only the
 * content of the changed files comes from the head. A path that the base has got in the meantime is no change.
 */
export async function readProposal(
  store: Store,
  difference: Difference,
  context: { readonly authorship: Authorship; readonly now: Date },
): Promise<ReadProposal> {
  const registry = openRegistry(store.at(difference.base));
  const head = store.at(difference.head);
  const changes = await Promise.all(
    difference.paths.map((changed) => readChange(registry.snapshot, head, changed.path)),
  );
  const real = [...changes.filter((change) => change !== undefined), ...guardsOutside(difference)];
  const channels = await Promise.all(real.map((change) => channelOf(registry, change)));
  const known = channels.filter((channel) => channel !== undefined);
  const proposal: Proposal = {
    settings: await registry.settings(),
    files: real.map((change) => change.file),
    channels: known,
    moves: await readMoves(store, registry, { channels: known, now: context.now }),
    records: await readRecords(registry, real),
    buckets: real.flatMap(bucketOf),
    committedAt: difference.commits.at(-1)?.at,
    ...context,
  };
  return { proposal, difference, registry };
}

/** A changed file with the bytes that it would have; undefined for a removal or for what cannot be read as a file. */
interface ReadChange {
  readonly file: ProposedFile;
  readonly content: RawFile | undefined;
}

async function readChange(base: Snapshot, head: Snapshot, path: string): Promise<ReadChange | undefined> {
  const is = classifyPath(path);
  const [before, after] = await Promise.all([base.entry(path), head.entry(path)]);
  if (before?.id === after?.id && before?.kind === after?.kind) return undefined;
  if (after === undefined) return { file: { path, is, change: "removed", problems: [] }, content: undefined };
  const change = before === undefined ? "added" : "modified";
  // What is not the registry's is none of its business, and may be as large as it likes.
  if (is.kind === "foreign" || is.kind === "guard" || is.kind === "misplaced")
    return { file: { path, is, change, problems: [] }, content: undefined };
  const read = await readContent(head, path);
  if (!("bytes" in read)) return { file: { path, is, change, problems: read.problems }, content: undefined };
  return { file: { path, is, change, problems: problemsOf(is, read) }, content: read };
}

async function readContent(
  head: Snapshot,
  path: string,
): Promise<RawFile | { readonly problems: readonly Problem[] }> {
  try {
    return (await head.read(path)) ?? { problems: [{ path, message: "The file is gone." }] };
  } catch (error) {
    if (error instanceof AssayError && error.code === "invalid") return { problems: error.problems };
    throw error;
  }
}

function problemsOf(is: RegistryPath, file: RawFile): readonly Problem[] {
  const result = parserOf(is)?.(file);
  return result === undefined || result.ok ? [] : result.problems;
}

function parserOf(
  is: RegistryPath,
):
  | ((file: RawFile) => { readonly ok: true } | { readonly ok: false; readonly problems: readonly Problem[] })
  | undefined {
  switch (is.kind) {
    case "settings":
      return parseSettings;
    case "bucket":
      return parseBucket;
    case "channel":
      return parseChannel;
    case "revocation":
      return parseRevocation;
    case "waiver":
      return parseWaiver;
    case "freeze":
      return parseFreeze;
    case "version":
      return parseVersion;
    case "consumer":
      return parseConsumer;
    case "guard":
    case "misplaced":
    case "foreign":
      return undefined;
  }
}

/** Where the registry is a folder, GitHub's own rules still stand outside of it. */
function guardsOutside(difference: Difference): ReadChange[] {
  return difference.outside
    .filter(({ path }) => isGuard(path))
    .map(({ path }) => ({
      file: { path, is: { kind: "guard" }, change: "modified", problems: [] },
      content: undefined,
    }));
}

async function channelOf(
  registry: Registry,
  { file, content }: ReadChange,
): Promise<ProposedChannel | undefined> {
  const { is, path } = file;
  if (is.kind !== "channel") return undefined;
  const before = await unlessInvalid(registry.channel(is.bucket, is.channel));
  const after = content === undefined ? undefined : parseChannel(content);
  if (after?.ok === false) return undefined;
  return {
    path,
    bucket: is.bucket,
    channel: is.channel,
    from: pointed(before?.version),
    to: pointed(after?.value.version),
    place: content === undefined ? undefined : placeOfVersion(content),
  };
}

/** What the base branch has and cannot be read counts as not there, or nobody could propose to mend it. */
async function unlessInvalid<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AssayError && error.code === "invalid") return undefined;
    throw error;
  }
}

function pointed(version: VersionName | "none" | undefined): VersionName | undefined {
  return version === "none" ? undefined : version;
}

function placeOfVersion(content: RawFile): Place | undefined {
  const source = decodeRegistryText(content.path, content.bytes);
  const document = source.ok ? parseYaml(source.value) : source;
  return document.ok ? document.value.placeOf(["version"]) : undefined;
}

async function readMoves(
  store: Store,
  registry: Registry,
  { channels, now }: { readonly channels: readonly ProposedChannel[]; readonly now: Date },
): Promise<Proposal["moves"]> {
  const moving = channels.filter(({ from, to }) => from !== to);
  const facts = await Promise.all(
    moving.map((channel) => readMoveFacts(store, registry, { move: channel, place: channel.place, now })),
  );
  return facts.filter((fact) => fact !== undefined);
}

async function readRecords(registry: Registry, changes: readonly ReadChange[]): Promise<ProposedRecord[]> {
  const records: ProposedRecord[] = [];
  for (const { file, content } of changes.toSorted(byVersion)) {
    if (file.is.kind !== "version") continue;
    const { bucket, version } = file.is;
    const after = content === undefined ? undefined : parseVersion(content);
    const added = records
      .filter((record) => record.bucket === bucket && record.before === undefined)
      .at(-1)?.version;
    const [before, versions, settings] = await Promise.all([
      unlessInvalid(registry.version(bucket, version)),
      registry.versions(bucket),
      registry.bucket(bucket),
    ]);
    records.push({
      path: file.path,
      bucket,
      version,
      before,
      after: after?.ok === true ? after.value : undefined,
      newest: added ?? versions.at(-1),
      publishers: settings?.publishers,
    });
  }
  return records;
}

function byVersion(a: ReadChange, b: ReadChange): number {
  return a.file.is.kind === "version" && b.file.is.kind === "version"
    ? compareVersions(a.file.is.version, b.file.is.version)
    : 0;
}

function bucketOf({ file, content }: ReadChange): Proposal["buckets"][number][] {
  if (file.is.kind !== "bucket" || content === undefined) return [];
  const settings = parseBucket(content);
  return settings.ok ? [{ name: file.is.bucket, settings: settings.value }] : [];
}
