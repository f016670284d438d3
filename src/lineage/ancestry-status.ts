import type { VersionName } from "../format/names.ts";
import type { VersionRecord } from "../registry/files/version.ts";

/** Whether what a version was built from is still what its channel gives. */
export type AncestryStatus = "up-to-date" | "out-of-date" | "undetermined";

/** Answers which version a channel points to now; undefined where there is no such channel or it is empty. */
export type CurrentVersion = (bucket: string, channel: string) => VersionName | undefined;

/** The ancestry status of a version: out of date if any build is, undetermined if nothing is known of any. */
export function ancestryStatusOf(record: VersionRecord, current: CurrentVersion): AncestryStatus {
  const statuses = record.builds.map((build): AncestryStatus => {
    const { parent } = build;
    if (parent?.channel === undefined) return "undetermined";
    return current(parent.bucket, parent.channel) === parent.version ? "up-to-date" : "out-of-date";
  });
  if (statuses.includes("out-of-date")) return "out-of-date";
  return statuses.includes("up-to-date") ? "up-to-date" : "undetermined";
}
