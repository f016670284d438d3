import { compareText, isName, isVersionName } from "../format/names.ts";
import type { VersionName } from "../format/names.ts";

/** One `Key: value` line at the end of a commit message. */
export interface Trailer {
  readonly key: string;
  readonly value: string;
}

/** A message with its trailers; control characters are taken out, so that a value cannot add a line. */
export function renderMessage(subject: string, trailers: readonly Trailer[]): string {
  const lines = trailers.map(({ key, value }) => `${key}: ${value.replaceAll(/\p{Cc}+/gu, " ")}`);
  return lines.length === 0 ? subject : `${subject}\n\n${lines.join("\n")}`;
}

/** The values that a message gives a trailer, in order. */
export function trailerValues(message: string, key: string): string[] {
  return message
    .split("\n")
    .flatMap((line) => (line.startsWith(`${key}: `) ? [line.slice(key.length + 2).trim()] : []));
}

/** `Assay-Publish: ubuntu-base v12 gha-123`: lets a later run find what an earlier one published. */
export function publishTrailer(record: {
  readonly bucket: string;
  readonly version: VersionName;
  readonly fingerprint: string;
}): Trailer {
  return { key: "Assay-Publish", value: `${record.bucket} ${record.version} ${record.fingerprint}` };
}

/** The versions that messages say a fingerprint of a bucket was published as, newest message first. */
export function publishedAs(messages: readonly string[], bucket: string, fingerprint: string): VersionName[] {
  const versions = messages.flatMap((message) =>
    trailerValues(message, "Assay-Publish").flatMap((value) => {
      const [where, version = "", print] = value.split(" ");
      return where === bucket && print === fingerprint && isVersionName(version) ? [version] : [];
    }),
  );
  return [...new Set(versions)];
}

/** What a merged promotion says of itself. */
export interface MergeRecord {
  readonly moves: readonly {
    readonly bucket: string;
    readonly channel: string;
    readonly from: VersionName | undefined;
    readonly to: VersionName | undefined;
  }[];
  readonly requestedBy: readonly string[];
  readonly approvedBy: readonly string[];
  readonly verdict: string;
  readonly policyCommit: string;
  readonly pullRequest: number;
}

/** The trailers of a merge that Assay makes, by which git alone tells who approved what. */
export function mergeTrailers(record: MergeRecord): Trailer[] {
  return [
    ...record.moves.map(({ bucket, channel, from, to }) => ({
      key: "Assay-Move",
      value: `${bucket}@${channel} ${from ?? "none"} -> ${to ?? "none"}`,
    })),
    ...record.requestedBy.toSorted(compareText).map((value) => ({ key: "Assay-Requested-By", value })),
    ...record.approvedBy.toSorted(compareText).map((value) => ({ key: "Assay-Approved-By", value })),
    { key: "Assay-Verdict", value: record.verdict },
    { key: "Assay-Policy", value: record.policyCommit },
    { key: "Assay-Pull-Request", value: String(record.pullRequest) },
  ];
}

/** What the trailers of a commit claim of a merge. */
export interface ClaimedMerge {
  readonly requestedBy: readonly string[];
  readonly approvedBy: readonly string[];
  readonly verdict: string | undefined;
  readonly pullRequest: number | undefined;
}

/** Reads the trailers of a commit; they are claims unless somebody verified who made the commit. */
export function claimedMerge(message: string): ClaimedMerge {
  const pull =
    trailerValues(message, "Assay-Pull-Request")[0] ?? /\(#(\d+)\)/.exec(message.split("\n")[0] ?? "")?.[1];
  return {
    requestedBy: trailerValues(message, "Assay-Requested-By"),
    approvedBy: trailerValues(message, "Assay-Approved-By"),
    verdict: trailerValues(message, "Assay-Verdict")[0],
    pullRequest: pull !== undefined && /^\d+$/.test(pull) ? Number(pull) : undefined,
  };
}

/** The branch on which a promotion of a bucket to a channel is proposed; there is one for each. */
export function promotionBranch(bucket: string, channel: string): string {
  return `assay/promote/${bucket}/${channel}`;
}

/** The branch of a promotion by somebody who may not write under `assay/`. */
export function personalBranch(bucket: string, channel: string): string {
  return `promote/${bucket}/${channel}`;
}

/** The bucket and channel of a promotion's branch; undefined for any other branch. */
export function parsePromotionBranch(
  branch: string,
): { readonly bucket: string; readonly channel: string } | undefined {
  const [assay, promote, bucket = "", channel = "", ...rest] = branch.split("/");
  if (assay !== "assay" || promote !== "promote" || rest.length > 0 || !isName(bucket) || !isName(channel))
    return undefined;
  return { bucket, channel };
}

/** The branch on which publishes wait together where the default branch is protected. */
export const PUBLISH_BRANCH = "assay/publish";
