import type { Submission } from "../../src/registry/publish/submission.ts";
import { AFTERWARDS } from "../registry/history.ts";
import { makeRecord } from "../registry/record.ts";
import type { Bucket } from "../registry/shape.ts";

/** What a build run of a bucket hands in: all that makes a version complete. */
export function submissionOf({ name: bucket }: Bucket, run: string): Submission {
  // Only its images have to be new; the version's name is the registry's to give.
  const { builds, publisher } = makeRecord({
    bucket: `${bucket} ${run}`,
    version: "v1",
    parent: undefined,
    at: AFTERWARDS,
  });
  return {
    bucket,
    fingerprint: run.replaceAll(" ", "-"),
    builds,
    publisher: { ...publisher, verified: false, repository: `acme/image-${bucket}` },
    completion: "unsaid",
  };
}
