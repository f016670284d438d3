import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { AssayError } from "../../format/error.ts";
import { isSystemError } from "./system-error.ts";

/** What a finished git command left behind. */
export interface GitResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a git command may be given besides its arguments. */
export interface GitOptions {
  readonly input?: string | Uint8Array;
  /** Whether it runs out of the terminal's reach, so that Ctrl-C cannot stop it half way. */
  readonly detached?: boolean;
}

// Hooks of the clone are for its people's commits, not for these; they could also wait for a terminal for ever.
const SETTINGS = [
  "core.quotePath=false",
  `core.hooksPath=${devNull}`,
  "core.fsmonitor=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "log.showRoot=true",
  "log.showSignature=false",
];
const HARDENING = [
  "--no-pager",
  "--no-replace-objects",
  "--literal-pathspecs",
  ...SETTINGS.flatMap((setting) => ["-c", setting]),
];

// Whoever starts us may itself run in a hook, whose environment points git to another index or repository.
const KEPT =
  /^GIT_(AUTHOR_|COMMITTER_|ASKPASS$|SSH|SSL_|HTTP_|PROXY_|EXEC_PATH$|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)$)/;

/** The environment of every git process: the caller's, less what would lead git elsewhere or let it ask questions. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_") || KEPT.test(name));
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    // A log comes in blocks; git would else write each commit by itself.
    GIT_FLUSH: "0",
    LC_ALL: "C",
  };
}

/** Starts git in a directory; the three streams are pipes. */
export function spawnGit(directory: string, args: readonly string[], { detached = false } = {}) {
  return spawn("git", [...HARDENING, ...args], { cwd: directory, env: gitEnvironment(), detached });
}

/** Runs git and waits for it, whatever its exit code. Throws `usage` where there is no git. */
export function tryGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawnGit(directory, args, options);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", (error) => reject(startError(error)));
    child.on("close", (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }),
    );
    // A command may end without reading its input; its exit code tells what went wrong.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Runs git and returns what it printed. Throws `invalid` with git's own words unless it exits 0. */
export async function runGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<Buffer> {
  const result = await tryGit(directory, args, options);
  if (result.code !== 0) throw gitError(directory, args, result.stderr);
  return result.stdout;
}

/** Runs git and hands on what it prints as it comes; the process ends when the reader stops. */
export async function* streamGit(directory: string, args: readonly string[]): AsyncGenerator<Buffer> {
  const child = spawnGit(directory, args);
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", (error) => reject(startError(error)));
    child.on("close", (code) => resolve(code ?? -1));
  });
  // Awaited only below, where a reader that stops early never comes.
  ended.catch(() => undefined);
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr = `${stderr}${chunk.toString()}`.slice(-4_000)));
  child.stdin.on("error", () => undefined);
  child.stdin.end();
  try {
    for await (const chunk of child.stdout) yield chunk;
    if ((await ended) !== 0) throw gitError(directory, args, stderr);
  } finally {
    child.kill();
  }
}

/** The error for a git command that failed for a reason that only a person can mend. */
export function gitError(directory: string, args: readonly string[], stderr: string): AssayError {
  const reason = stderr.trim() === "" ? "it was ended from outside" : stderr.trim();
  return new AssayError("invalid", `"git ${args[0] ?? ""}" failed in "${directory}": ${reason}`);
}

/** The error for a git program that does not start. */
export function startError(cause: Error): Error {
  if (!isSystemError(cause, "ENOENT")) return cause;
  return new AssayError("usage", `The program "git" was not found on the PATH.`, {
    hint: "Install git 2.27 or newer.",
    cause,
  });
}
