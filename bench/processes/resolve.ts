import type { Command } from "../measure/command.ts";
import { readPeakMemory, runCommand } from "../measure/command.ts";
import { compare } from "../measure/comparison.ts";
import { readObjects } from "../measure/objects.ts";
import type { Row } from "../measure/row.ts";
import type { GeneratedRegistry } from "../registry/generate.ts";
import type { Bucket } from "../registry/shape.ts";
import { bucketsOf } from "../registry/shape.ts";
import type { Bundles } from "./bundles.ts";
import { SOURCE_CLI } from "./bundles.ts";

/** The least that a program of Node can take. */
export const NOTHING: Command = { args: ["-e", "0"] };

/** Compares `assay resolve` with starting Node, and counts the files that it reads. */
export async function benchResolve(
  registry: GeneratedRegistry,
  { cli }: Bundles,
  runs: number,
): Promise<readonly Row[]> {
  const bucket = bucketsOf(registry.shape).at(-1);
  if (bucket === undefined) throw new RangeError("the registry has no bucket");
  const image = [`${bucket.name}@stable`, "--platform", "aws", "--region", "us-east-1"];
  const commandOf = (entry: string): Command => ({
    args: [entry, "resolve", ...image, "--registry", registry.clone],
  });
  const { blobs, trees, processes } = await readObjects(commandOf(SOURCE_CLI), registry.clone);
  const ancestors = countAncestors(bucketsOf(registry.shape), bucket);
  const compareWith = (entry: string) =>
    compare(
      async () => (await runCommand(commandOf(entry))).ms,
      async () => (await runCommand(NOTHING)).ms,
      { runs },
    );
  const common = { kind: "time", floor: "node -e 0", limit: 4, note: "" } as const;
  return [
    {
      kind: "count",
      measure: "resolve, files read",
      counts: [blobs.length],
      // The channel, the record and bucket.yml; of each ancestor its record and a revocation.
      limit: 3 + 2 * ancestors,
      note: `${ancestors} ancestors, ${trees} trees, ${processes} git processes`,
    },
    { ...common, measure: "resolve, bundle", comparison: await compareWith(cli) },
    { ...common, measure: "resolve, sources", comparison: await compareWith(SOURCE_CLI) },
    {
      kind: "figure",
      measure: "resolve, peak memory",
      figure: `${Math.round(await readPeakMemory(commandOf(cli)))} MiB`,
      note: `node -e 0: ${Math.round(await readPeakMemory(NOTHING))} MiB`,
    },
  ];
}

function countAncestors(buckets: readonly Bucket[], bucket: Bucket): number {
  const parent = buckets.find(({ name }) => name === bucket.parent);
  return parent === undefined ? 0 : 1 + countAncestors(buckets, parent);
}
