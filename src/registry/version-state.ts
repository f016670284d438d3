import { formatTime, timeToMs } from "../format/time.ts";
import type { BucketSettings, ExpectedBuild } from "./files/bucket.ts";
import type { Build, VersionRecord } from "./files/version.ts";

/** A record that runs longer than this, in milliseconds, counts as failed. */
export const RUNNING_LIMIT = 24 * 3_600_000;

/** The status of a record at a moment: one that still runs after 24 hours counts as failed. */
export function statusAt(record: VersionRecord, now: Date): VersionRecord["status"] {
  const abandoned = record.status === "running" && now.getTime() - timeToMs(record.createdAt) > RUNNING_LIMIT;
  return abandoned ? "failed" : record.status;
}

/** When a version was done: its completion, else its creation. */
export function ageBaseOf(record: VersionRecord): string {
  return record.completedAt ?? record.createdAt;
}

/** The declared builds that are not there yet, with the regions that lack. */
export function missingBuilds(bucket: BucketSettings, builds: readonly Build[]): ExpectedBuild[] {
  return bucket.builds.flatMap((expected) => {
    const build = builds.find(
      (one) =>
        one.component === expected.component && one.platform === expected.platform && one.status === "done",
    );
    if (build === undefined) return [expected];
    const present = new Set(build.artifacts.map((artifact) => artifact.region));
    const regions = (expected.regions ?? []).filter((region) => !present.has(region));
    return regions.length === 0 ? [] : [{ ...expected, regions }];
  });
}

/** `amazon-ebs.ubuntu (us-east-1, eu-west-1)`: a declared build, for people. */
export function renderExpectedBuild(expected: ExpectedBuild): string {
  return expected.regions === undefined
    ? expected.component
    : `${expected.component} (${expected.regions.join(", ")})`;
}

/** The time of the 24 hours' grace on either side of a moment, for holding a record's times against its commit. */
export function plausibleSpan(now: Date): { readonly from: string; readonly to: string } {
  return {
    from: formatTime(new Date(now.getTime() - RUNNING_LIMIT)),
    to: formatTime(new Date(now.getTime() + RUNNING_LIMIT)),
  };
}
