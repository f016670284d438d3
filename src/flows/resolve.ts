import { AssayError } from "../format/error.ts";
import { compareText } from "../format/names.ts";
import type { ChannelReference, VersionReference } from "../format/reference.ts";
import { renderParentToken } from "../format/reference.ts";
import type { Resolution, Resolved, ResolvedArtifact } from "../lineage/resolution.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { statusAt } from "../registry/version-state.ts";
import type { Registry } from "../store/open-registry.ts";
import { needBucket, needChannel, needVersion, readLatest, readStanding } from "./lookup.ts";

/** What narrows a version's images down; all that is given must match. */
export interface ImageFilter {
  readonly platform?: string;
  readonly region?: string;
  readonly arch?: string;
  readonly account?: string;
  readonly component?: string;
}

/** Which image is asked for. */
export interface ResolveRequest {
  readonly reference: ChannelReference | VersionReference;
  readonly filter: ImageFilter;
}

/**
 * Answers which images a channel or a version stands for. As soon as the filter says anything, one image is meant:
 * several throw `ambiguous` with the list, none throws `not-found` with what there is.
 */
export async function resolveImage(
  registry: Registry,
  request: ResolveRequest,
  now: Date,
): Promise<Resolved> {
  const { reference } = request;
  const record =
    "version" in reference
      ? await needVersion(registry, reference.bucket, reference.version)
      : await readChannel(registry, reference, now);
  const channel = "channel" in reference ? reference.channel : undefined;
  if (record === undefined) return { kind: "empty", bucket: reference.bucket, channel: channel ?? "" };
  const standing = await readStanding(registry, record, now);
  const resolution: Resolution = {
    bucket: record.bucket,
    channel,
    version: record.version,
    fingerprint: record.fingerprint,
    status: statusAt(record, now),
    standing,
    artifacts: chooseArtifacts(record, request.filter),
    parentToken: renderParentToken({ bucket: record.bucket, version: record.version, channel }),
  };
  if (standing.kind === "revoked") return { kind: "revoked", resolution };
  return { kind: resolution.status === "complete" ? "resolved" : "unfinished", resolution };
}

async function readChannel(
  registry: Registry,
  { bucket, channel }: ChannelReference,
  now: Date,
): Promise<VersionRecord | undefined> {
  if (channel === "latest") {
    const latest = await readLatest(registry, bucket, now);
    if (latest === undefined) await needBucket(registry, bucket);
    return latest;
  }
  const pointer = await registry.channel(bucket, channel);
  if (pointer === undefined) await needChannel(registry, bucket, channel);
  if (pointer === undefined || pointer.version === "none") return undefined;
  const record = await registry.version(bucket, pointer.version);
  if (record !== undefined) return record;
  throw new AssayError(
    "invalid",
    `Channel "${channel}" of "${bucket}" names "${pointer.version}", which the bucket does not have.`,
    {
      hint: `Promote another version: assay promote ${bucket}:vN --to ${channel}`,
    },
  );
}

function chooseArtifacts(record: VersionRecord, filter: ImageFilter): ResolvedArtifact[] {
  const all = record.builds.flatMap((build) =>
    build.artifacts.map((artifact) => ({
      platform: build.platform,
      region: artifact.region,
      id: artifact.id,
      component: build.component,
      account: artifact.account,
      arch: artifact.arch,
      digest: artifact.digest,
      labels: build.labels,
    })),
  );
  const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
  const matching = all
    .filter((artifact) => wanted.every(([key, value]) => fieldOf(artifact, key) === value))
    .toSorted(compareArtifacts);
  if (wanted.length > 0 && matching.length !== 1) throw complaint({ record, all, matching, filter });
  return matching;
}

function fieldOf(artifact: ResolvedArtifact, key: string): string | undefined {
  const value: unknown = Object.entries(artifact).find(([name]) => name === key)?.[1];
  return typeof value === "string" ? value : undefined;
}

function compareArtifacts(a: ResolvedArtifact, b: ResolvedArtifact): number {
  return (
    compareText(a.platform, b.platform) ||
    compareText(a.region, b.region) ||
    compareText(a.component, b.component) ||
    compareText(a.id, b.id)
  );
}

interface Mismatch {
  readonly record: VersionRecord;
  readonly all: readonly ResolvedArtifact[];
  readonly matching: readonly ResolvedArtifact[];
  readonly filter: ImageFilter;
}

function complaint({ record, all, matching, filter }: Mismatch): AssayError {
  const asked = Object.entries(filter).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} "${value}"`],
  );
  const name = `${record.bucket} ${record.version}`;
  const list = (artifacts: readonly ResolvedArtifact[]): string =>
    artifacts.map((artifact) => `\n  ${renderArtifact(artifact)}`).join("");
  if (matching.length === 0) {
    return new AssayError("not-found", `${name} has no image with ${asked.join(", ")}. It has:${list(all)}`);
  }
  return new AssayError(
    "ambiguous",
    `${name} has ${matching.length} images with ${asked.join(", ")}:${list(matching)}`,
    {
      hint: "Say which one with --region, --arch, --account or --component.",
    },
  );
}

/** `aws us-east-1 ami-… (amazon-ebs.ubuntu, arch x86_64)`: an image, for people. */
export function renderArtifact({ platform, region, id, component, account, arch }: ResolvedArtifact): string {
  const more = [
    component,
    arch === undefined ? undefined : `arch ${arch}`,
    account === undefined ? undefined : `account ${account}`,
  ];
  return `${platform} ${region} ${id} (${more.filter((part) => part !== undefined).join(", ")})`;
}
