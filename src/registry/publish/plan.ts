import { AssayError } from "../../format/error.ts";
import { writeJson } from "../../format/json.ts";
import type { VersionName } from "../../format/names.ts";
import { compareText, versionName, versionNumber } from "../../format/names.ts";
import { formatTime } from "../../format/time.ts";
import type { BucketSettings } from "../files/bucket.ts";
import type { Artifact, Build, VersionRecord } from "../files/version.ts";
import { versionFile } from "../files/version.ts";
import { missingBuilds, renderExpectedBuild, statusAt } from "../version-state.ts";
import type { Completion, Submission } from "./submission.ts";

/** What the registry holds that decides how a submission is taken in. */
export interface PublicationState {
  readonly bucket: BucketSettings;
  /** The bucket's newest version, complete or not. */
  readonly newest: VersionName | undefined;
  /** The record that already has the submission's fingerprint. */
  readonly sameRun: VersionRecord | undefined;
  readonly now: Date;
}

/** How a submission changes the registry; `unchanged` means that all of it was there already. */
export type Publication =
  | { readonly kind: "created" | "extended"; readonly record: VersionRecord }
  | { readonly kind: "unchanged"; readonly record: VersionRecord };

/**
 * Plans the record of a submission: a new version, builds added to the running version of the same fingerprint, or
 * nothing. Throws `conflict` when the fingerprint stands for other content, `refused` when it cannot be complete.
 */
export function planPublication(submission: Submission, state: PublicationState): Publication {
  const { sameRun } = state;
  if (sameRun === undefined) return { kind: "created", record: createRecord(submission, state) };
  const builds = addBuilds(submission, sameRun);
  const status = statusAfter(submission.completion, { builds, state, begun: true });
  const grown = builds !== sameRun.builds;
  if (!grown && (status !== "complete" || sameRun.status === "complete"))
    return { kind: "unchanged", record: sameRun };
  if (statusAt(sameRun, state.now) !== "running") throw closed(sameRun, state.now);
  const completion = status === "complete" ? { completedAt: formatTime(state.now) } : {};
  return { kind: "extended", record: orderRecord({ ...sameRun, status, ...completion, builds }) };
}

/** The one text of a record. */
export function renderRecord(record: VersionRecord): string {
  return writeJson(orderRecord(record));
}

function createRecord(submission: Submission, state: PublicationState): VersionRecord {
  if (submission.builds.length === 0) {
    throw new AssayError(
      "refused",
      `"${submission.bucket}" has no version with the fingerprint "${submission.fingerprint}" to complete, and nothing to publish was given.`,
      {
        hint: "Give --packer-manifest or --artifact.",
      },
    );
  }
  const builds = mergeAll([], submission);
  const status = statusAfter(submission.completion, { builds, state, begun: false });
  const now = formatTime(state.now);
  return orderRecord({
    apiVersion: "assay/v1",
    bucket: submission.bucket,
    version: versionName(state.newest === undefined ? 1 : versionNumber(state.newest) + 1),
    fingerprint: submission.fingerprint,
    status,
    createdAt: now,
    ...(status === "complete" ? { completedAt: now } : {}),
    publisher: submission.publisher,
    builds,
  });
}

/** The record's builds with the submission's; the very same list when nothing is new. */
function addBuilds(submission: Submission, record: VersionRecord): Build[] {
  const merged = mergeAll(record.builds, submission);
  const size = (builds: readonly Build[]): number =>
    builds.reduce((sum, build) => sum + 1 + build.artifacts.length, 0);
  return size(merged) === size(record.builds) ? record.builds : merged;
}

function mergeAll(existing: readonly Build[], submission: Submission): Build[] {
  const merged = new Map(existing.map((build) => [build.component, build]));
  for (const build of submission.builds) {
    const present = merged.get(build.component);
    merged.set(
      build.component,
      present === undefined
        ? mergeBuild({ ...build, artifacts: [] }, build, submission)
        : mergeBuild(present, build, submission),
    );
  }
  return [...merged.values()];
}

/** A component may come in parts, one job per region. */
function mergeBuild(present: Build, added: Build, submission: Submission): Build {
  const contradict = (what: string): AssayError =>
    new AssayError(
      "conflict",
      `"${submission.bucket}" with the fingerprint "${submission.fingerprint}" already has ${what}. Nothing was written.`,
      {
        hint: "Publish a different build under a different --fingerprint.",
      },
    );
  if (present.platform !== added.platform)
    throw contradict(`"${present.component}" on ${present.platform}, not ${added.platform}`);
  if (present.parent !== undefined && added.parent !== undefined && parentKey(present) !== parentKey(added)) {
    throw contradict(`"${present.component}" built from ${parentKey(present)}, not ${parentKey(added)}`);
  }
  const taken = Map.groupBy(present.artifacts, placeOf);
  const artifacts = [...present.artifacts];
  for (const artifact of added.artifacts) {
    const there = taken.get(placeOf(artifact));
    if (there === undefined) artifacts.push(artifact);
    else if (!there.some((one) => one.id === artifact.id)) {
      throw contradict(
        `${there.map((one) => one.id).join(", ")} as "${present.component}" in ${artifact.region}, not ${artifact.id}`,
      );
    }
  }
  return { ...added, ...present, labels: { ...added.labels, ...present.labels }, artifacts };
}

function parentKey(build: Build): string {
  return build.parent === undefined ? "nothing" : `${build.parent.bucket}:${build.parent.version}`;
}

/** Where an image of a build stands; one publish fills a place, and no later one changes what stands there. */
function placeOf(artifact: Artifact): string {
  return JSON.stringify([artifact.region, artifact.account ?? "", artifact.arch ?? ""]);
}

interface StatusFacts {
  readonly builds: readonly Build[];
  readonly state: PublicationState;
  readonly begun: boolean;
}

/** Decides completeness: by the declared builds; where none are declared by the publisher's word, and one publish is a whole. */
function statusAfter(completion: Completion, { builds, state, begun }: StatusFacts): "running" | "complete" {
  const missing = missingBuilds(state.bucket, builds);
  if (completion === "complete" && missing.length > 0) {
    throw new AssayError(
      "refused",
      `The version is not complete: ${missing.map(renderExpectedBuild).join(", ")} of bucket.yml did not arrive.`,
      {
        hint: "Publish them first, or leave --complete out.",
      },
    );
  }
  if (completion !== "unsaid") return completion === "complete" ? "complete" : "running";
  if (state.bucket.builds.length > 0) return missing.length === 0 ? "complete" : "running";
  return begun ? "running" : "complete";
}

function closed(record: VersionRecord, now: Date): AssayError {
  return new AssayError(
    "conflict",
    `${record.version} of "${record.bucket}" (fingerprint "${record.fingerprint}") is ${statusAt(record, now)} and does not change any more. Nothing was written.`,
    { hint: "Publish under a different --fingerprint." },
  );
}

/** Keys in the schema's order, builds by component, artifacts by region then id, labels by key. */
function orderRecord(record: VersionRecord): VersionRecord {
  const builds = record.builds
    .toSorted((a, b) => compareText(a.component, b.component))
    .map((build) => ({
      ...build,
      artifacts: build.artifacts.toSorted(
        (a, b) => compareText(a.region, b.region) || compareText(a.id, b.id),
      ),
      labels: Object.fromEntries(Object.entries(build.labels).toSorted(([a], [b]) => compareText(a, b))),
    }));
  return versionFile.parse({ ...record, builds });
}
