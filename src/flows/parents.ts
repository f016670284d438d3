import { AssayError } from "../format/error.ts";
import { renderTime } from "../format/time.ts";
import type { ParentToken } from "../format/reference.ts";
import { renderParentToken } from "../format/reference.ts";
import type { Build, VersionRecord } from "../registry/files/version.ts";
import { isGloballyUnique } from "../registry/publish/platform.ts";
import type { Registry } from "../store/open-registry.ts";
import { needVersion } from "./lookup.ts";

/** Where an image stands in the registry. */
interface Owner {
  readonly record: VersionRecord;
  readonly build: Build;
}

/** The images of a whole registry by platform and id; only ids that mean the same image everywhere. */
export type ImageIndex = ReadonlyMap<string, Owner>;

/** Indexes every image of the registry. Reads every record: for clones, where reading is free. */
export async function indexImages(registry: Registry): Promise<ImageIndex> {
  const buckets = await registry.buckets();
  const records = await Promise.all(
    buckets.map(async (bucket) => {
      const versions = await registry.versions(bucket);
      return Promise.all(versions.map((version) => registry.version(bucket, version)));
    }),
  );
  const index = new Map<string, Owner>();
  for (const record of records.flat()) {
    for (const build of record?.builds ?? []) {
      for (const { id } of build.artifacts) {
        if (record !== undefined && isGloballyUnique(build.platform, id))
          index.set(imageKey(build.platform, id), { record, build });
      }
    }
  }
  return index;
}

/**
 * Gives builds the parents that were told, and those that their source image proves where the index is at hand.
 * Throws `not-found` for a parent that is not in the registry and `conflict` for one that the source image contradicts.
 */
export async function withParents(
  builds: readonly Build[],
  told: readonly ParentToken[],
  facts: { readonly registry: Registry; readonly index: ImageIndex | undefined },
): Promise<Build[]> {
  for (const { bucket, version } of told) {
    // Whoever asks for what is not there is told what there is, and only he pays for that.
    if (!(await facts.registry.hasVersion(bucket, version)))
      await needVersion(facts.registry, bucket, version);
  }
  return builds.map((build) => {
    const owner =
      build.sourceImage === undefined
        ? undefined
        : facts.index?.get(imageKey(build.platform, build.sourceImage));
    const parent = owner === undefined ? onlyOne(build, told) : agreed(build, owner, told);
    return parent === undefined ? build : { ...build, parent };
  });
}

/** Refuses images that another version of the registry already has. Throws `conflict`. */
export function refuseKnownImages(
  submission: { readonly bucket: string; readonly fingerprint: string; readonly builds: readonly Build[] },
  index: ImageIndex,
): void {
  for (const build of submission.builds) {
    for (const { id } of build.artifacts) {
      const owner = index.get(imageKey(build.platform, id))?.record;
      if (
        owner === undefined ||
        (owner.bucket === submission.bucket && owner.fingerprint === submission.fingerprint)
      )
        continue;
      const by = owner.publisher.repository === undefined ? "" : ` by ${owner.publisher.repository}`;
      throw new AssayError(
        "conflict",
        `${id} is already ${owner.version} of "${owner.bucket}", published on ${renderTime(owner.createdAt)}${by}. Nothing was written.`,
      );
    }
  }
}

function agreed(build: Build, owner: Owner, told: readonly ParentToken[]): NonNullable<Build["parent"]> {
  const { bucket, version } = owner.record;
  const confirming = told.find((token) => token.bucket === bucket && token.version === version);
  if (told.length > 0 && confirming === undefined) {
    throw new AssayError(
      "conflict",
      `"${build.component}" was built from ${build.sourceImage ?? ""}, which is ${bucket}:${version}, not ${told.map(renderParentToken).join(" or ")}. Nothing was written.`,
      { hint: `Publish with --parent ${bucket}:${version}, or leave --parent out.` },
    );
  }
  return parentOf({ bucket, version, channel: confirming?.channel });
}

function onlyOne(build: Build, told: readonly ParentToken[]): Build["parent"] {
  const [token, ...more] = told;
  if (token === undefined || build.parent !== undefined) return build.parent;
  if (more.length === 0) return parentOf(token);
  throw new AssayError(
    "usage",
    `"${build.component}" has one parent, and ${told.length} were told: ${told.map(renderParentToken).join(", ")}.`,
    {
      hint: "Publish each build with its own --parent, under the same --fingerprint.",
    },
  );
}

function parentOf({ bucket, version, channel }: ParentToken): NonNullable<Build["parent"]> {
  return { bucket, version, ...(channel === undefined ? {} : { channel }) };
}

function imageKey(platform: string, id: string): string {
  return `${platform} ${id.toLowerCase()}`;
}
