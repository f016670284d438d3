import { readFile, readdir } from "node:fs/promises";

// The same number of folders up from the sources and from the bundle.
const FOLDER = new URL("../../workflows/registry/", import.meta.url);

/** The starter workflows for a registry that come with this program, by file name. */
export async function readStarterWorkflows(): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(FOLDER).catch(() => [])).filter((name) => name.endsWith(".yml")).toSorted();
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(new URL(name, FOLDER), "utf8")] as const),
  );
  return new Map(files);
}
