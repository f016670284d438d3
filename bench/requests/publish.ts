import { publish } from "../../src/flows/publish.ts";
import type { ParentToken } from "../../src/format/reference.ts";
import { openGitHubStore } from "../../src/store/github/store.ts";
import type { GeneratedRegistry } from "../registry/generate.ts";
import { AFTERWARDS } from "../registry/history.ts";
import type { Bucket } from "../registry/shape.ts";
import { bucketsOf } from "../registry/shape.ts";
import type { RequestCount } from "./count.ts";
import { countRequests } from "./count.ts";
import { submissionOf } from "./submission.ts";
import type { World } from "./world.ts";
import { REPOSITORY, withWorld } from "./world.ts";

/** What publishes straight to the default branch cost, each in a process of its own. */
export interface PublishCounts {
  readonly plain: RequestCount;
  /** With `--parent`. */
  readonly withParent: RequestCount;
  /** A run that was published already and is published again. */
  readonly repeated: RequestCount;
}

/** Counts the requests of publishes to the last bucket of a registry. */
export async function countPublishes(registry: GeneratedRegistry): Promise<PublishCounts> {
  const bucket = bucketsOf(registry.shape).at(-1);
  if (bucket?.parent === undefined) throw new RangeError("the last bucket has no parent");
  const parent: ParentToken = { bucket: bucket.parent, version: "v1", channel: "stable" };
  return await withWorld(registry, async (world) => {
    const plain = await countPublish(world, bucket, { run: "first run", parents: [] });
    const withParent = await countPublish(world, bucket, { run: "second run", parents: [parent] });
    const repeated = await countPublish(world, bucket, { run: "first run", parents: [] });
    return { plain, withParent, repeated };
  });
}

async function countPublish(
  { box, as }: World,
  bucket: Bucket,
  { run, parents }: { readonly run: string; readonly parents: readonly ParentToken[] },
): Promise<RequestCount> {
  const store = openGitHubStore(as("builder"), REPOSITORY);
  const request = { submission: submissionOf(bucket, run), parents, missingBucket: "refuse" } as const;
  return await countRequests(box, async () => {
    const published = await publish(store, request, AFTERWARDS);
    if ("reason" in published) throw new Error(`The publish was refused: ${published.reason}`);
  });
}
