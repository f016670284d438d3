import { AssayError } from "../format/error.ts";
import { invalid } from "../format/error.ts";
import { isName } from "../format/names.ts";
import { parseBucket } from "../registry/parse.ts";
import { bucketPath } from "../registry/paths.ts";
import { newBucketFile } from "../registry/templates/bucket.ts";
import type { Planned } from "../store/optimistic.ts";
import { writeOptimistically } from "../store/optimistic.ts";
import type { ObjectId, Store } from "../store/store.ts";
import { readHead } from "./change.ts";
import { needSettings } from "./lookup.ts";

/** Which bucket to make. */
export interface BucketRequest {
  readonly name: string;
  readonly description: string | undefined;
}

/** Where the bucket's settings were written; `commit` is undefined where it had some already. */
export interface CreatedBucket {
  readonly branch: string;
  readonly commit: ObjectId | undefined;
}

/**
 * Writes a new bucket's settings to the default branch; settings that are there stay as they are. Throws `usage` for
 * what cannot name a bucket, `invalid` for a description that does not fit, `protected` where the branch refuses.
 */
export async function createBucket(
  store: Store,
  { name, description }: BucketRequest,
): Promise<CreatedBucket> {
  if (!isName(name)) {
    throw new AssayError("usage", `"${name}" cannot name a bucket.`, {
      hint: "A name has 1 to 36 lower-case letters, digits and hyphens, with a letter or digit at both ends.",
    });
  }
  const path = bucketPath(name);
  const content = newBucketFile({ description });
  const parsed = parseBucket({ path, bytes: Buffer.from(content) });
  if (!parsed.ok) throw invalid(parsed.problems);
  let branch = "";
  const landed = await writeOptimistically(store, async (): Promise<Planned<undefined>> => {
    const head = await readHead(store);
    branch = head.branch;
    await needSettings(head.registry);
    if ((await head.registry.bucket(name)) !== undefined) return { kind: "done", result: undefined };
    const message = `bucket: ${name}`;
    const write = { branch, base: head.commit, tip: head.commit, edits: [{ path, content }], message };
    return { kind: "write", result: undefined, write };
  });
  if (landed.kind === "landed") return { branch, commit: landed.commit };
  throw new AssayError(
    "protected",
    `"${branch}" of ${store.name} does not take this change: ${landed.reason}`,
    {
      hint: `Add ${path} in a pull request.`,
    },
  );
}
