import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What a program answered. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a program runs. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export function run(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: RunOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...cleanEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", reject);
    child.once("close", (code) =>
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
}

/** Runs a program that must succeed, and answers what it printed. */
export async function need(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** Runs the command line as somebody in a checkout does. */
export function assay(args: readonly string[], options: RunOptions): Promise<Answer> {
  return run(process.execPath, [join(ROOT, "src/cli/main.ts"), ...args], options);
}

/** Runs the command line, which must answer yes. */
export async function needAssay(args: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await assay(args, options);
  if (code !== 0) throw new Error(`assay ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** What a step of a workflow left behind. */
export interface ActionAnswer extends Answer {
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
}

/** Runs a built action as a runner does: inputs and context in the environment, outputs and summary in files. */
export async function runAction(
  verb: string,
  inputs: Readonly<Record<string, string>>,
  options: RunOptions,
): Promise<ActionAnswer> {
  const folder = await mkdtemp(join(tmpdir(), "assay-action-"));
  try {
    const [output, summary] = [join(folder, "output"), join(folder, "summary")];
    await Promise.all([writeFile(output, ""), writeFile(summary, "")]);
    const given = Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
      value,
    ]);
    const env = {
      ...options.env,
      ...Object.fromEntries(given),
      GITHUB_ACTIONS: "true",
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    };
    const answer = await run(process.execPath, [await mainOf(verb)], { cwd: options.cwd, env });
    return {
      ...answer,
      outputs: parseOutputs(await readFile(output, "utf8")),
      summary: await readFile(summary, "utf8"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file that `action.yml` says a runner starts. */
async function mainOf(verb: string): Promise<string> {
  const folder = join(ROOT, "action", verb);
  const main = /^\s*main:\s*["']?([^"'\n]+)/m.exec(await readFile(join(folder, "action.yml"), "utf8"))?.[1];
  if (main === undefined) throw new Error(`action/${verb}/action.yml names no main.`);
  return join(folder, main.trim());
}

/** `name<<delimiter`, the value's lines, `delimiter`: how `@actions/core` writes outputs. */
function parseOutputs(text: string): Map<string, string> {
  const outputs = new Map<string, string>();
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, delimiter] = /^([^<=]+)<<(.+)$/.exec(lines[at] ?? "") ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, at + 1);
    outputs.set(name, lines.slice(at + 1, end).join("\n"));
    at = end;
  }
  return outputs;
}

/** No program of the demo sees this machine's accounts, tokens or git settings. */
function cleanEnvironment(): Record<string, string> {
  const kept = ["PATH", "LANG", "TERM", "TMPDIR"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    HOME: tmpdir(),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Pat",
    GIT_AUTHOR_EMAIL: "pat@acme.example",
    GIT_COMMITTER_NAME: "Pat",
    GIT_COMMITTER_EMAIL: "pat@acme.example",
    CHECKPOINT_DISABLE: "1",
  };
}
