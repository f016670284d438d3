import { spawn } from "node:child_process";

/** What a finished git command left behind. */
export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a git command may be given besides its arguments. */
export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** A git command that did not exit 0. */
export class GitFailure extends Error {
  readonly result: GitResult;

  constructor(args: readonly string[], result: GitResult) {
    super(`"git ${args.join(" ")}" exited ${result.code}: ${result.stderr.trim()}`);
    this.result = result;
  }
}

/** The environment of every git process: no settings of the machine or the user reach it. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    ...extra,
  };
}

/** Runs git in a repository and waits for it, whatever its exit code. */
export function tryGit(dir: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { cwd: dir, env: gitEnvironment(options.env) });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }),
    );
    // A command may end without reading its input; its exit code tells what went wrong.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Runs git in a repository; returns what it printed, throws GitFailure unless it exits 0. */
export async function runGit(
  dir: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<string> {
  const result = await tryGit(dir, args, options);
  if (result.code !== 0) throw new GitFailure(args, result);
  return result.stdout.toString();
}
