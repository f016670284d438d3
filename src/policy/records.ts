import { matchesGlob } from "../format/glob.ts";
import { versionNumber } from "../format/names.ts";
import { isDeepStrictEqual } from "node:util";
import type { PublisherPattern } from "../registry/files/bucket.ts";
import type { Publisher, VersionRecord } from "../registry/files/version.ts";
import { plausibleSpan } from "../registry/version-state.ts";
import type { Finding } from "./finding.ts";
import type { Proposal, ProposedRecord } from "./proposal.ts";

/** Judges changed version records: who may write them, whose builds they hold, and that history stays as it is. */
export function checkRecords(proposal: Proposal): Finding[] {
  if (proposal.records.length === 0) return [];
  const committed = proposal.committedAt === undefined ? proposal.now : new Date(proposal.committedAt);
  return [...checkWriters(proposal), ...proposal.records.flatMap((record) => checkRecord(record, committed))];
}

function checkWriters({ authorship, settings, records }: Proposal): Finding[] {
  const path = records[0]?.path;
  const place = path === undefined ? {} : { path };
  if (authorship.kind === "unknown") {
    return [
      {
        rule: "writers",
        level: "pending",
        message: "Who wrote the version records is known on GitHub only.",
        ...place,
      },
    ];
  }
  const writers = new Set([...authorship.app, ...(settings?.writers ?? [])]);
  if (!writers.has(authorship.author)) {
    const message = `Version records are written by "assay publish" alone, and "${authorship.author}" is no writer of this registry. Take these files out of the change.`;
    return records.map((record) => ({ rule: "writers", level: "error", message, path: record.path }));
  }
  const stranger = authorship.committers.find((login) => login === undefined || !writers.has(login));
  if (stranger === undefined && !authorship.committers.includes(undefined)) return [];
  const who =
    stranger === undefined
      ? "a commit whose signature nobody verified"
      : `a commit of "${stranger}", who is no writer`;
  return [{ rule: "writers", level: "error", message: `The change holds ${who}. Publish again.`, ...place }];
}

function checkRecord(proposed: ProposedRecord, committed: Date): Finding[] {
  const { path, before, after } = proposed;
  const refuse = (rule: string, message: string): Finding => ({ rule, level: "error", message, path });
  if (after === undefined)
    return before === undefined
      ? []
      : [
          refuse(
            "records",
            `A version is never deleted; "${proposed.version}" of "${proposed.bucket}" has to stay. Revoke it to take it out of use.`,
          ),
        ];
  const findings: Finding[] = [];
  if (after.bucket !== proposed.bucket || after.version !== proposed.version) {
    findings.push(
      refuse(
        "records",
        `The record says ${after.bucket} ${after.version} and stands where ${proposed.bucket} ${proposed.version} belongs.`,
      ),
    );
  }
  if (before === undefined)
    findings.push(...checkNumber(proposed).map((message) => refuse("records", message)));
  else findings.push(...checkGrowth(before, after).map((message) => refuse("records", message)));
  findings.push(...checkTimes(before, after, committed).map((message) => refuse("records", message)));
  findings.push(...checkPublisher(proposed, after).map((message) => refuse("publisher", message)));
  return findings;
}

function checkNumber({ bucket, version, newest }: ProposedRecord): string[] {
  const expected = newest === undefined ? 1 : versionNumber(newest) + 1;
  return versionNumber(version) === expected
    ? []
    : [`The next version of "${bucket}" is v${expected}, not ${version}. Publish again.`];
}

/** A record only grows, and only while it runs. */
function checkGrowth(before: VersionRecord, after: VersionRecord): string[] {
  if (before.status !== "running")
    return [`${before.version} of "${before.bucket}" is ${before.status} and does not change any more.`];
  if (before.fingerprint !== after.fingerprint || before.createdAt !== after.createdAt)
    return ["A version keeps its fingerprint and its time of creation."];
  const lost = before.builds.find((build) => {
    const kept = after.builds.find((one) => one.component === build.component);
    return (
      kept === undefined ||
      !build.artifacts.every((artifact) => kept.artifacts.some((one) => isDeepStrictEqual(one, artifact)))
    );
  });
  return lost === undefined
    ? []
    : [`The build "${lost.component}" was changed or taken out; a running version only gains builds.`];
}

function checkTimes(before: VersionRecord | undefined, after: VersionRecord, committed: Date): string[] {
  const { from, to } = plausibleSpan(committed);
  const fresh = [
    before === undefined ? after.createdAt : undefined,
    before?.completedAt === after.completedAt ? undefined : after.completedAt,
  ];
  const odd = fresh.find((time) => time !== undefined && (time < from || time > to));
  return odd === undefined
    ? []
    : [`The record says ${odd}, more than 24 h away from its commit. Publish again.`];
}

function checkPublisher({ bucket, publishers }: ProposedRecord, { publisher }: VersionRecord): string[] {
  if (publishers === undefined)
    return [`"${bucket}" has no settings on the default branch. Make them with: assay bucket ${bucket}`];
  const complaint = complainAboutPublisher(publishers, publisher);
  return complaint === undefined
    ? []
    : [`${complaint} Add it to "publishers" of bucket.yml, or publish from a listed one.`];
}

/** Why a publisher is none that the bucket accepts; undefined when it is, or when the bucket accepts all. */
export function complainAboutPublisher(
  publishers: readonly PublisherPattern[],
  publisher: Publisher,
): string | undefined {
  if (publishers.length === 0 || publishers.some((pattern) => isPublisher(pattern, publisher)))
    return undefined;
  const who = [
    publisher.repository ?? "somebody outside GitHub Actions",
    publisher.workflow,
    publisher.ref,
  ].filter((part) => part !== undefined);
  return `"${who.join(" ")}" is no publisher of this bucket.`;
}

function isPublisher(pattern: PublisherPattern, publisher: Publisher): boolean {
  const matches = (glob: string | undefined, value: string | undefined): boolean =>
    glob === undefined || (value !== undefined && matchesGlob(glob, value));
  return (
    matches(pattern.repository, publisher.repository) &&
    matches(pattern.workflow, publisher.workflow) &&
    matches(pattern.ref, publisher.ref)
  );
}
