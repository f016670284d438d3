import { createHash } from "node:crypto";
import { classifyPath } from "../registry/paths.ts";
import type { Difference, Store } from "../store/store.ts";

/**
 * A digest of what a change is: every changed path with its new blob, in the registry's folder and out of it, and what
 * its channels pointed to where it parted from the base. Two heads of the same digest ask for the same thing, so an
 * approval of one holds for the other.
 */
export async function contentDigest(store: Store, difference: Difference): Promise<string> {
  const before = store.at(difference.mergeBase);
  const lines = await Promise.all(
    difference.paths.map(async ({ path, id }) => {
      const from = classifyPath(path).kind === "channel" ? (await before.entry(path))?.id : undefined;
      return [path, id ?? "", from ?? ""];
    }),
  );
  return createHash("sha256")
    .update(JSON.stringify([lines, difference.outside.map(({ path, id }) => [path, id ?? ""])]))
    .digest("hex");
}
