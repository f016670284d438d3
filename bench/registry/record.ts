import { createHash } from "node:crypto";
import { formatTime } from "../../src/format/time.ts";
import type { VersionName } from "../../src/format/names.ts";
import type { Build, Parent, VersionRecord } from "../../src/registry/files/version.ts";

/** What is particular of a generated version. */
export interface VersionSeed {
  readonly bucket: string;
  readonly version: VersionName;
  readonly parent: Parent | undefined;
  readonly at: Date;
}

/** A record such as two Packer builds in one GitHub Actions run leave behind, about 1.6 KB. */
export function makeRecord({ bucket, version, parent, at }: VersionSeed): VersionRecord {
  const key = `${bucket}:${version}`;
  const time = formatTime(at);
  const run = Number.parseInt(digestOf(`run ${key}`).slice(0, 8), 16);
  const common: Pick<Build, "status" | "createdAt" | "labels" | "metadata" | "evidence"> & {
    readonly parent?: Parent;
  } = {
    status: "done",
    createdAt: time,
    labels: {},
    metadata: {},
    evidence: [],
    ...(parent === undefined ? {} : { parent }),
  };
  return {
    apiVersion: "assay/v1",
    bucket,
    version,
    fingerprint: `gha-${run}`,
    status: "complete",
    createdAt: time,
    completedAt: time,
    publisher: {
      verified: true,
      repository: `acme/image-${bucket}`,
      workflow: ".github/workflows/build.yml",
      ref: "refs/heads/main",
      sha: digestOf(`sha ${key}`).slice(0, 40),
      runId: run,
      runAttempt: 1,
      actor: "build-bot[bot]",
    },
    builds: [
      {
        ...common,
        component: "amazon-ebs.image",
        platform: "aws",
        artifacts: ["us-east-1", "eu-west-1"].map((region) => ({
          region,
          id: `ami-0${digestOf(`${region} ${key}`).slice(0, 16)}`,
          arch: "x86_64",
        })),
      },
      {
        ...common,
        component: "azure-arm.image",
        platform: "azure",
        artifacts: [
          {
            region: "westeurope",
            id: `/subscriptions/0/resourceGroups/images/providers/Microsoft.Compute/images/${bucket}-${version}`,
          },
        ],
      },
    ],
  };
}

/** A stand-in for what would be random: hexadecimal digits that only depend on the text. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
