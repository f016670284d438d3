import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../measure/command.ts";

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** The command line as its sources. */
export const SOURCE_CLI = join(PROJECT, "src/cli/main.ts");

/** What users run: bundles of the sources as they are now, whatever lies in `dist`. */
export interface Bundles {
  readonly cli: string;
  readonly resolveAction: string;
  /** The JavaScript of all actions together, and of the command line, in bytes. */
  readonly actionBytes: number;
  readonly cliBytes: number;
}

/** Bundles into a temporary folder, runs work with it, and removes it. */
export async function withBundles<T>(work: (bundles: Bundles) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "assay-bench-bundles-"));
  try {
    await runCommand({ args: [join(PROJECT, "scripts/bundle.ts"), "--out", folder], cwd: PROJECT });
    // As in the project; without it Node would have to guess, which takes time.
    await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
    return await work({
      cli: join(folder, "dist/cli/assay.js"),
      resolveAction: join(folder, "action/dist/resolve.js"),
      actionBytes: await sizeOf(join(folder, "action/dist")),
      cliBytes: await sizeOf(join(folder, "dist/cli")),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
