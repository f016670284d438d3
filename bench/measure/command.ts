import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program to run, by its arguments to Node. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a finished process left behind. */
export interface Finished {
  /** From the start of the process to its end. */
  readonly ms: number;
  readonly stdout: string;
}

const PEAK_MEMORY = fileURLToPath(new URL("../probes/peak-memory.mjs", import.meta.url));

/** Runs a command to its end. Throws unless it exits 0. */
export async function runCommand({ args, cwd, env }: Command): Promise<Finished> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const ended = new Promise<number>((resolve) => child.once("exit", () => resolve(performance.now())));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const ms = (await ended) - begun;
  if (code === 0) return { ms, stdout: Buffer.concat(out).toString() };
  throw new Error(`"node ${args.join(" ")}" exited ${String(code)}: ${Buffer.concat(err).toString().trim()}`);
}

/** The most memory that a command's Node process held, in MiB; measured by a probe inside it. */
export async function readPeakMemory(command: Command): Promise<number> {
  const { stdout } = await runCommand({ ...command, args: ["--import", PEAK_MEMORY, ...command.args] });
  const kib = /peak-memory-kib=(\d+)\n$/.exec(stdout)?.[1];
  if (kib === undefined) throw new Error(`"node ${command.args.join(" ")}" did not tell its peak memory.`);
  return Number(kib) / 1_024;
}
