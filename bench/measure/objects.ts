import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { git } from "../git.ts";
import type { Command } from "./command.ts";
import { runCommand } from "./command.ts";

/** What a command read of a repository. */
export interface ObjectsRead {
  /** The blobs, each once, in the order in which they were asked for. */
  readonly blobs: readonly string[];
  readonly trees: number;
  /** How many git processes it started. */
  readonly processes: number;
}

const SHIM = fileURLToPath(new URL("../probes/git.sh", import.meta.url));

/** Runs a command with a git on its PATH that notes what is asked of it. */
export async function readObjects(command: Command, repository: string): Promise<ObjectsRead> {
  const folder = await mkdtemp(join(tmpdir(), "assay-bench-probe-"));
  const path = process.env["PATH"] ?? "";
  try {
    await symlink(SHIM, join(folder, "git"));
    await runCommand({
      ...command,
      env: { ...command.env, PATH: `${folder}:${path}`, BENCH_PATH: path, BENCH_LOG: folder },
    });
    // The note of the last object may be written a moment after its answer was read.
    await sleep(200);
    const ids = [...new Set(await readLines(join(folder, "objects")))];
    const answers = await git(repository, ["cat-file", "--batch-check"], `${ids.join("\n")}\n`);
    const types = answers.split("\n").map((line) => line.split(" ")[1]);
    return {
      blobs: ids.filter((_id, index) => types[index] === "blob"),
      trees: types.filter((type) => type === "tree").length,
      processes: (await readLines(join(folder, "commands"))).length + 1,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8");
  return text.split("\n").filter((line) => line !== "");
}
