import type { MoveFacts } from "../../src/policy/move.ts";
import type { Proposal } from "../../src/policy/proposal.ts";
import { bucketFile } from "../../src/registry/files/bucket.ts";
import type { Settings } from "../../src/registry/files/settings.ts";
import { settingsFile } from "../../src/registry/files/settings.ts";
import type { VersionRecord } from "../../src/registry/files/version.ts";
import { versionFile } from "../../src/registry/files/version.ts";

/** The moment of the tests. */
export const NOW = new Date("2026-11-23T09:10:00Z");

/** A complete version `web:v3` of one AWS build, published a day before the tests' moment. */
export function aRecord(change: Record<string, unknown> = {}): VersionRecord {
  return versionFile.parse({
    apiVersion: "assay/v1",
    bucket: "web",
    version: "v3",
    fingerprint: "gha-3",
    status: "complete",
    createdAt: "2026-11-22T10:00:00Z",
    completedAt: "2026-11-22T10:10:00Z",
    publisher: {
      verified: false,
      repository: "acme/image-web",
      workflow: ".github/workflows/build.yml",
      ref: "refs/heads/main",
      actor: "bea",
    },
    builds: [aBuild()],
    ...change,
  });
}

/** One build on AWS with one image. */
export function aBuild(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    component: "amazon-ebs.web",
    platform: "aws",
    status: "done",
    createdAt: "2026-11-22T10:00:00Z",
    artifacts: [{ region: "us-east-1", id: "ami-0123456789abcdef0" }],
    labels: { git_sha: "abc" },
    ...change,
  };
}

/** Settings with `dev` (automatic) and `stable` (after dev, 72 h, two approvals of image-release), and admins. */
export function someSettings(change: Record<string, unknown> = {}): Settings {
  return settingsFile.parse({
    apiVersion: "assay/v1",
    name: "acme-images",
    roles: { admins: { teams: ["platform-admins"] } },
    channels: {
      dev: { auto: true },
      stable: { after: "dev", soak: "72h", restricted: { teams: ["image-release"], approvals: 2 } },
    },
    ...change,
  });
}

/** The move of `web@stable` from v2 to v3, which has soaked long enough. */
export function aMove(change: Partial<MoveFacts> = {}): MoveFacts {
  const settings = someSettings();
  return {
    move: { bucket: "web", channel: "stable", from: "v2", to: "v3" },
    path: "buckets/web/channels/stable.yml",
    place: { line: 1, column: 10 },
    step: settings.channels["stable"] ?? {},
    bucket: bucketFile.parse({ apiVersion: "assay/v1" }),
    record: aRecord(),
    newest: "v3",
    standing: { kind: "active" },
    arrivedOnAfter: "2026-11-20T09:00:00Z",
    now: NOW,
    ...change,
  };
}

/** The proposal of that move, opened by Ana, with nothing else in it. */
export function aProposal(change: Partial<Proposal> = {}): Proposal {
  return {
    settings: someSettings(),
    files: [
      {
        path: "buckets/web/channels/stable.yml",
        is: { kind: "channel", bucket: "web", channel: "stable" },
        change: "modified",
        problems: [],
      },
    ],
    channels: [
      {
        path: "buckets/web/channels/stable.yml",
        bucket: "web",
        channel: "stable",
        from: "v2",
        to: "v3",
        place: { line: 1, column: 10 },
      },
    ],
    moves: [aMove()],
    records: [],
    buckets: [],
    authorship: { kind: "known", author: "ana", committers: [undefined], app: ["assay[bot]"] },
    committedAt: undefined,
    now: NOW,
    ...change,
  };
}
