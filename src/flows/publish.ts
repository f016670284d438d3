import { AssayError } from "../format/error.ts";
import type { ParentToken } from "../format/reference.ts";
import { complainAboutPublisher } from "../policy/records.ts";
import { newBucketFile } from "../registry/templates/bucket.ts";
import { bucketFile } from "../registry/files/bucket.ts";
import type { BucketSettings } from "../registry/files/bucket.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { bucketPath, versionPath } from "../registry/paths.ts";
import type { Publication } from "../registry/publish/plan.ts";
import { planPublication, renderRecord } from "../registry/publish/plan.ts";
import type { Submission } from "../registry/publish/submission.ts";
import { publishTrailer, renderMessage } from "../registry/trailers.ts";
import type { Registry } from "../store/open-registry.ts";
import type { Planned } from "../store/optimistic.ts";
import { writeOptimistically } from "../store/optimistic.ts";
import type { Edit, ObjectId, Store } from "../store/store.ts";
import { readHead } from "./change.ts";
import { findRun } from "./find-run.ts";
import { needBucket } from "./lookup.ts";
import { newestWith } from "./replan-waiting.ts";
import { indexImages, refuseKnownImages, withParents } from "./parents.ts";

/** What is to be published, and the parents that its publisher names. */
export interface PublishRequest {
  readonly submission: Submission;
  readonly parents: readonly ParentToken[];
  /** What to do where the bucket has no settings file yet. */
  readonly missingBucket: "refuse" | "create";
}

/** What a publish did. `commit` is undefined where the registry already held all of it. */
export interface Published {
  readonly branch: string;
  readonly commit: ObjectId | undefined;
  readonly publication: Publication;
}

/** A publish that the default branch did not accept from this identity: it has to go through a pull request. */
export interface PublishRefused {
  readonly kind: "protected";
  readonly reason: string;
}

/**
 * Publishes straight to the default branch, as one commit. Safe to repeat and to run beside others: the number of a
 * version is its file's name, so two publishers who choose the same one collide in git and one of them plans again.
 */
export async function publish(
  store: Store,
  request: PublishRequest,
  now: Date,
): Promise<Published | PublishRefused> {
  let branch = "";
  const landed = await writeOptimistically(store, async (): Promise<Planned<Publication>> => {
    const head = await readHead(store);
    branch = head.branch;
    const { publication, edits } = await planPublish(store, head.registry, { ...request, waiting: [], now });
    if (edits.length === 0) return { kind: "done", result: publication };
    const message = publishMessage([publication.record]);
    return {
      kind: "write",
      result: publication,
      write: { branch, base: head.commit, tip: head.commit, edits, message },
    };
  });
  if (landed.kind === "protected") return { kind: "protected", reason: landed.reason };
  return { branch, commit: landed.commit, publication: landed.result };
}

/**
 * What a publish would change in a registry; no edits when the registry holds all of it. `waiting` are records that
 * are on their way to the default branch and count as there.
 */
export async function planPublish(
  store: Store,
  registry: Registry,
  request: PublishRequest & { readonly waiting: readonly VersionRecord[]; readonly now: Date },
): Promise<{ readonly publication: Publication; readonly edits: readonly Edit[] }> {
  const { submission, missingBucket, waiting, now } = request;
  const { bucket, creation } = await openBucket(registry, submission.bucket, missingBucket);
  const complaint = complainAboutPublisher(bucket.publishers, submission.publisher);
  if (complaint !== undefined)
    throw new AssayError("refused", complaint, {
      path: bucketPath(submission.bucket),
      hint: 'Add it to "publishers", or publish from a listed one.',
    });
  const index = store.locality === "local" ? await indexImages(registry) : undefined;
  if (index !== undefined) refuseKnownImages(submission, index);
  const builds = await withParents(submission.builds, request.parents, { registry, index });
  const sameRun =
    waiting.find((record) => isRun(record, submission)) ?? (await findRun(store, registry, submission));
  const newest = await newestWith(registry, submission.bucket, waiting);
  const publication = planPublication({ ...submission, builds }, { bucket, newest, sameRun, now });
  return {
    publication,
    edits: publication.kind === "unchanged" ? [] : [...creation, recordEdit(publication.record)],
  };
}

function isRun(
  record: VersionRecord,
  run: { readonly bucket: string; readonly fingerprint: string },
): boolean {
  return record.bucket === run.bucket && record.fingerprint === run.fingerprint;
}

/** The edit that writes a record. */
export function recordEdit(record: VersionRecord): Edit {
  return { path: versionPath(record.bucket, record.version), content: renderRecord(record) };
}

/** `publish: ubuntu-base v12`, with the trailers by which a later run finds the versions again. */
export function publishMessage(records: readonly VersionRecord[]): string {
  const names = records.map((record) => `${record.bucket} ${record.version}`);
  const subject = names.length <= 3 ? names.join(", ") : `${names.length} versions`;
  return renderMessage(`publish: ${subject}`, records.map(publishTrailer));
}

async function openBucket(
  registry: Registry,
  name: string,
  missing: PublishRequest["missingBucket"],
): Promise<{ readonly bucket: BucketSettings; readonly creation: readonly Edit[] }> {
  const present = await registry.bucket(name);
  if (present !== undefined) return { bucket: present, creation: [] };
  if (missing === "refuse") return { bucket: await needBucket(registry, name), creation: [] };
  const content = newBucketFile({ description: undefined });
  return {
    bucket: bucketFile.parse({ apiVersion: "assay/v1" }),
    creation: [{ path: bucketPath(name), content }],
  };
}
