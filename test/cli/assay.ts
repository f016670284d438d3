import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** What a run of the command line left behind. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder to work in, with the command line as a user has it: no colours, no token, no identity of this machine's. */
export interface Workplace {
  readonly directory: string;
  /** Runs `assay` in a folder of the workplace. */
  assay(args: readonly string[], options?: RunOptions): Promise<Run>;
  /** Runs `assay … --format json` and reads what it printed. */
  json(
    args: readonly string[],
    options?: RunOptions,
  ): Promise<{ readonly code: number | null; readonly value: Json }>;
  git(args: readonly string[], folder?: string): string;
  /** Commits everything in the registry "images"; `at` is the commit's time. */
  commit(message: string, at?: string): void;
  write(path: string, content: string | Uint8Array): string;
  read(path: string): string;
  remove(): void;
}

/** How to run a command. */
export interface RunOptions {
  readonly in?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A value of JSON that a test looks into. */
export type Json = Readonly<Record<string, unknown>>;

/** Makes a workplace, empty or like another one; it must be removed. */
export function aWorkplace(like?: Workplace): Workplace {
  const directory = mkdtempSync(join(tmpdir(), "assay-cli-"));
  if (like !== undefined) cpSync(like.directory, directory, { recursive: true });
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: join(directory, ".gitconfig"),
  };
  writeFileSync(environment.GIT_CONFIG_GLOBAL, "[user]\n\tname = Ana\n\temail = ana@example.test\n");

  function assay(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    return run(args, join(directory, options.in ?? "."), { ...environment, ...options.env });
  }
  return {
    directory,
    assay,
    async json(args, options) {
      const { code, stdout } = await assay([...args, "--format", "json"], options);
      return { code, value: parse(stdout) };
    },
    git: (args, folder = ".") =>
      execFileSync("git", args, { cwd: join(directory, folder), env: environment, encoding: "utf8" }).trim(),
    commit(message, at) {
      const options = { cwd: join(directory, "images"), env: { ...environment, ...atTime(at) } };
      execFileSync("git", ["add", "."], options);
      execFileSync("git", ["commit", "-qm", message], options);
    },
    write(path, content) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
      return join(directory, path);
    },
    read: (path) => readFileSync(join(directory, path), "utf8"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The environment in which git commits at a time. */
export function atTime(at: string | undefined): Readonly<Record<string, string>> {
  return at === undefined ? {} : { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
}

function run(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
  });
}

function parse(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new Error(`no JSON object was printed: ${text}`);
}

/** Makes a workplace with the registry "images" and its bucket "ubuntu"; each test works on one like it. */
export async function aRegistryPlace(): Promise<Workplace> {
  const place = aWorkplace();
  await place.assay(["init", "images"]);
  await place.assay(["bucket", "ubuntu"], { in: "images" });
  return place;
}

/** The flags of an artifact in AWS. */
export function anArtifact(id: string, region = "us-east-1", component = "amazon-ebs.ubuntu"): string[] {
  return ["--artifact", `platform=aws,region=${region},id=${id},component=${component}`];
}
