import type { PublishRequest } from "../../flows/publish.ts";
import { AssayError, invalid } from "../../format/error.ts";
import { formatTime } from "../../format/time.ts";
import type { Environment } from "../../registry/publish/actions-run.ts";
import { actionsFingerprint, actionsMetadata, actionsPublisher } from "../../registry/publish/actions-run.ts";
import { assembleBuilds } from "../../registry/publish/assemble.ts";
import { MAX_MANIFEST_BYTES } from "../../registry/publish/packer-manifest.ts";
import { readInputFile } from "./input-file.ts";
import type { PublishInputs } from "./inputs.ts";

/** What the inputs ask to publish. Throws `invalid` with all that is wrong with the files and texts they name. */
export async function readRequest(
  given: PublishInputs,
  env: Environment,
  now: Date,
): Promise<PublishRequest> {
  const paths = given["packer-manifest"];
  const builds = assembleBuilds({
    manifests: await Promise.all(paths.map((path) => readInputFile(path, MAX_MANIFEST_BYTES))),
    artifacts: given.artifacts,
    labels: given.labels,
    metadata: actionsMetadata(env),
    createdAt: formatTime(now),
  });
  if (!builds.ok) throw invalid(builds.problems);
  return {
    submission: {
      bucket: given.bucket,
      fingerprint: given.fingerprint ?? needRun(env),
      builds: builds.value,
      publisher: actionsPublisher(env),
      completion: given.complete,
    },
    parents: given.parents,
    missingBucket: given["create-bucket"] ? "create" : "refuse",
  };
}

function needRun(env: Environment): string {
  const fingerprint = actionsFingerprint(env);
  if (fingerprint !== undefined) return fingerprint;
  throw new AssayError("usage", "Outside GitHub Actions there is no run to take the fingerprint from.", {
    hint: 'Set the input "fingerprint".',
  });
}
