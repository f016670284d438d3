import { spawn } from "node:child_process";
import { devNull } from "node:os";

/** The environment of git in a bench: no settings of the machine or the user reach it. */
export function quietEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  return { ...Object.fromEntries(kept), GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: devNull, LC_ALL: "C" };
}

/** Runs git and returns what it printed. Throws unless it exits 0. */
export async function git(directory: string, args: readonly string[], input = ""): Promise<string> {
  const child = spawn("git", args, { cwd: directory, env: quietEnvironment() });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return Buffer.concat(out).toString();
  throw new Error(
    `"git ${args.join(" ")}" failed in "${directory}": ${Buffer.concat(err).toString().trim()}`,
  );
}
