import type { VersionName } from "../../src/format/names.ts";
import { versionName } from "../../src/format/names.ts";
import { pointChannel } from "../../src/registry/channel-edit.ts";
import { bucketPath, channelPath, SETTINGS_PATH, versionPath } from "../../src/registry/paths.ts";
import { renderRecord } from "../../src/registry/publish/plan.ts";
import { mergeTrailers, publishTrailer, renderMessage } from "../../src/registry/trailers.ts";
import { digestOf, makeRecord } from "./record.ts";
import type { Bucket, Shape } from "./shape.ts";
import { bucketsOf } from "./shape.ts";

/** One commit of the default branch. */
export interface GeneratedCommit {
  readonly at: Date;
  readonly author: string;
  readonly message: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** The channels of a generated registry. */
export const CHANNELS = ["dev", "staging", "stable"] as const;

/** The team whose members agree to what goes to `stable`. */
export const APPROVERS = "image-release";

const SETTINGS = `apiVersion: assay/v1
name: bench-images
channels:
  dev: { auto: true }
  staging: { after: dev }
  stable:
    after: staging
    soak: 72h
    restricted: { teams: [${APPROVERS}], approvals: 2 }
merge: when-ready
`;

const BEGIN = Date.UTC(2024, 9, 1);
const SPAN_MS = 730 * 86_400_000;

/** A time after the last commit, by which the newest version has been on `staging` for long enough. */
export const AFTERWARDS = new Date(BEGIN + SPAN_MS + 7 * 86_400_000);

/**
 * The history of a registry, oldest first: one commit for each publish and each promotion, as squash merges leave it.
 * Buckets publish in turn, children from what their parent has on `stable`. Every version goes to `dev`, every third
 * to `staging` (the newest among them), every sixth to `stable`, which is one step behind.
 */
export function* generateHistory(shape: Shape): Generator<GeneratedCommit> {
  const buckets = bucketsOf(shape);
  const pointers = new Map<string, VersionName>();
  const clock = clockOf(shape);
  yield {
    at: clock(),
    author: "platform-admin",
    message: "init: the registry's settings",
    files: [
      { path: SETTINGS_PATH, content: SETTINGS },
      ...buckets.map(({ name }) => ({ path: bucketPath(name), content: settingsOf(name) })),
    ],
  };
  const rounds = Math.max(...buckets.map(({ versions }) => versions));
  let pullRequest = 0;
  for (let number = 1; number <= rounds; number += 1) {
    for (const bucket of buckets) {
      if (number > bucket.versions) continue;
      yield publishOf(bucket, number, { pointers, at: clock() });
      for (const channel of channelsFor(number, bucket.versions)) {
        pullRequest += 1;
        yield promotionOf(bucket, channel, { to: versionName(number), pointers, pullRequest, at: clock() });
      }
    }
  }
}

/** The number of commits that a shape's history has. */
export function countCommits(shape: Shape): number {
  return bucketsOf(shape).reduce((sum, { versions }) => {
    const numbers = Array.from({ length: versions }, (_, index) => index + 1);
    return sum + numbers.reduce((moves, number) => moves + 1 + channelsFor(number, versions).length, 0);
  }, 1);
}

function clockOf(shape: Shape): () => Date {
  const step = Math.floor(SPAN_MS / countCommits(shape) / 1_000) * 1_000;
  let ticks = -1;
  return () => {
    ticks += 1;
    return new Date(BEGIN + ticks * step);
  };
}

function channelsFor(number: number, newest: number): (typeof CHANNELS)[number][] {
  const behind = newest - number;
  return CHANNELS.filter(
    (channel) =>
      channel === "dev" ||
      (channel === "staging" && behind % 3 === 0) ||
      (channel === "stable" && behind % 6 === 3),
  );
}

type Pointers = Map<string, VersionName>;

function publishOf(
  { name, parent }: Bucket,
  number: number,
  { pointers, at }: { readonly pointers: Pointers; readonly at: Date },
): GeneratedCommit {
  const record = makeRecord({
    bucket: name,
    version: versionName(number),
    parent: parent === undefined ? undefined : parentOf(parent, pointers),
    at,
  });
  return {
    at,
    author: "assay[bot]",
    message: renderMessage(`publish: ${name} ${record.version}`, [publishTrailer(record)]),
    files: [{ path: versionPath(name, record.version), content: renderRecord(record) }],
  };
}

function parentOf(bucket: string, pointers: Pointers) {
  for (const channel of CHANNELS.toReversed()) {
    const version = pointers.get(`${bucket}@${channel}`);
    if (version !== undefined) return { bucket, version, channel };
  }
  return undefined;
}

interface PromotionSeed {
  readonly to: VersionName;
  readonly pointers: Pointers;
  readonly pullRequest: number;
  readonly at: Date;
}

function promotionOf(
  { name: bucket }: Bucket,
  channel: (typeof CHANNELS)[number],
  { to, pointers, pullRequest, at }: PromotionSeed,
): GeneratedCommit {
  const from = pointers.get(`${bucket}@${channel}`);
  pointers.set(`${bucket}@${channel}`, to);
  const trailers = mergeTrailers({
    moves: [{ bucket, channel, from, to }],
    requestedBy: ["alice"],
    approvedBy: channel === "stable" ? ["carol", "dora"] : [],
    verdict: "pass",
    policyCommit: digestOf(`policy ${pullRequest}`).slice(0, 40),
    pullRequest,
  });
  return {
    at,
    author: "assay[bot]",
    message: renderMessage(
      `promote: ${bucket} ${from ?? "none"} -> ${to} on ${channel} (#${pullRequest})`,
      trailers,
    ),
    files: [{ path: channelPath(bucket, channel), content: pointChannel(undefined, to) }],
  };
}

function settingsOf(bucket: string): string {
  return `apiVersion: assay/v1
description: ${bucket}, hardened
owners: [platform-images]
labels: { os: ubuntu }
builds:
  - { component: amazon-ebs.image, platform: aws, regions: [us-east-1, eu-west-1] }
  - { component: azure-arm.image, platform: azure }
publishers:
  - { repository: acme/image-${bucket}, workflow: .github/workflows/build.yml, ref: refs/heads/main }
`;
}
