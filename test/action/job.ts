import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a step of a job came to. */
export interface Step {
  readonly code: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A step to run: the action's inputs, the event, and what else the runner sets. */
export interface StepOptions {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: object;
  /** Files of the workspace. */
  readonly files?: Readonly<Record<string, string>>;
}

const ACTIONS = join(import.meta.dirname, "..", "..", "action", "dist");

/** Runs the built bundle of an action as a runner does, with an environment of its own. */
export async function runStep(
  verb: string,
  { inputs, env = {}, event = {}, files = {} }: StepOptions,
): Promise<Step> {
  const folder = await mkdtemp(join(tmpdir(), "assay-step-"));
  try {
    const at = (name: string): string => join(folder, name);
    const given = Object.entries({ output: "", summary: "", "event.json": JSON.stringify(event), ...files });
    await Promise.all(given.map(([name, content]) => writeFile(at(name), content)));
    const runner = {
      GITHUB_ACTIONS: "true",
      GITHUB_OUTPUT: at("output"),
      GITHUB_STEP_SUMMARY: at("summary"),
      GITHUB_EVENT_PATH: at("event.json"),
      GITHUB_ACTOR: "olivia",
      GITHUB_RUN_ID: "4711",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_REPOSITORY: "acme/images",
      GITHUB_WORKFLOW_REF: "acme/images/.github/workflows/build.yml@refs/heads/main",
      GITHUB_REF: "refs/heads/main",
      GITHUB_EVENT_NAME: "workflow_dispatch",
      ...env,
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
    };
    const { code, log } = await run(join(ACTIONS, `${verb}.js`), { cwd: folder, env: runner });
    return {
      code,
      log,
      outputs: parseOutputs(await readFile(at("output"), "utf8")),
      summary: await readFile(at("summary"), "utf8"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  file: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ code: number; log: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [file],
      { ...options, timeout: 50_000, killSignal: "SIGKILL" },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, log: stdout + stderr });
      },
    );
  });
}

/** `name<<delimiter`, the value, `delimiter`: what the runner reads. */
function parseOutputs(text: string): Record<string, string> {
  const found = text.matchAll(/^([\w-]+)<<(ghadelimiter_[0-9a-f-]+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...found].map(([, name = "", , value = ""]) => [name, value]));
}
