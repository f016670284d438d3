import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { channelPath } from "../../src/registry/paths.ts";
import { git } from "../git.ts";
import type { Command } from "../measure/command.ts";
import { readPeakMemory, runCommand } from "../measure/command.ts";
import { compare } from "../measure/comparison.ts";
import type { ObjectsRead } from "../measure/objects.ts";
import { readObjects } from "../measure/objects.ts";
import type { Row } from "../measure/row.ts";
import type { GeneratedRegistry } from "../registry/generate.ts";
import { CHANNELS } from "../registry/history.ts";
import { bucketsOf } from "../registry/shape.ts";
import type { Bundles } from "./bundles.ts";
import { SOURCE_CLI } from "./bundles.ts";

const FLOOR = fileURLToPath(new URL("../floors/status.mjs", import.meta.url));

/** Compares `assay status` over a whole registry with a script that only reads the same. */
export async function benchStatus(
  registry: GeneratedRegistry,
  { cli }: Bundles,
  runs: number,
): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "assay-bench-status-"));
  try {
    const commandOf = (entry: string): Command => ({
      args: [entry, "status", "--registry", registry.clone, "--format", "json"],
    });
    const read = await readObjects(commandOf(SOURCE_CLI), registry.clone);
    const wanted = join(folder, "wanted.json");
    await writeFile(wanted, await renderWanted(registry, read));
    const floor: Command = { args: [FLOOR, registry.clone, wanted] };
    const compareWith = (entry: string) =>
      compare(
        async () => (await runCommand(commandOf(entry))).ms,
        async () => (await runCommand(floor)).ms,
        { runs },
      );
    const common = { kind: "time", floor: "bare script", limit: 2 } as const;
    const note = `${read.blobs.length} blobs, ${read.trees} trees, ${read.processes} git processes`;
    const memory = await Promise.all([commandOf(cli), floor].map(readPeakMemory));
    const [subject = 0, least = 0] = memory.map(Math.round);
    return [
      { ...common, measure: "status, bundle", comparison: await compareWith(cli), note },
      { ...common, measure: "status, sources", comparison: await compareWith(SOURCE_CLI), note: "" },
      {
        kind: "figure",
        measure: "status, peak memory",
        figure: `${subject} MiB`,
        note: `floor ${least} MiB`,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function renderWanted({ clone, shape }: GeneratedRegistry, { blobs }: ObjectsRead): Promise<string> {
  const commit = (await git(clone, ["rev-parse", "HEAD"])).trim();
  const listed = await git(clone, ["ls-tree", "-r", "--name-only", commit]);
  const files = new Set(listed.split("\n"));
  const channels = bucketsOf(shape)
    .flatMap(({ name }) => CHANNELS.map((channel) => channelPath(name, channel)))
    .filter((path) => files.has(path));
  return JSON.stringify({ commit, blobs, channels });
}
