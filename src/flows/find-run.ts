import type { VersionRecord } from "../registry/files/version.ts";
import { bucketFolder } from "../registry/paths.ts";
import { publishedAs } from "../registry/trailers.ts";
import type { Registry } from "../store/open-registry.ts";
import type { Store } from "../store/store.ts";

/**
 * The version of a bucket that has a fingerprint; undefined when none has. In a clone every record is read. Where a
 * read costs a request, the messages of the last 100 publishes say where to look, and the record itself decides.
 */
export async function findRun(
  store: Store,
  registry: Registry,
  run: { readonly bucket: string; readonly fingerprint: string },
): Promise<VersionRecord | undefined> {
  const { bucket, fingerprint } = run;
  const candidates =
    store.locality === "local"
      ? (await registry.versions(bucket)).toReversed()
      : publishedAs(
          await store.messages(registry.commit, `${bucketFolder(bucket)}/versions`),
          bucket,
          fingerprint,
        );
  for (const version of candidates) {
    const record = await registry.version(bucket, version);
    if (record?.fingerprint === fingerprint) return record;
  }
  return undefined;
}
