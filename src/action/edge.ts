import * as core from "@actions/core";
import { AssayError } from "../format/error.ts";
import type { Problem } from "../format/problem.ts";
import { renderProblem } from "../format/problem.ts";
import { escapeMarkdown } from "../report/markdown.ts";
import { cleanLines } from "../report/terminal.ts";

/** A remark that GitHub shows with the run, at a place in a file where one is known. */
export interface Note extends Problem {
  readonly level: "notice" | "warning" | "error";
}

/** All that an action has to say: plain data that the edge hands to the runner. */
export interface ActionResult {
  readonly outputs: Readonly<Record<string, string>>;
  /** What the log says, a line each. */
  readonly log: readonly string[];
  readonly notes: readonly Note[];
  /** The job's summary, Markdown. */
  readonly summary: string;
  /** Why the job fails; undefined where it does not. */
  readonly failure: string | undefined;
}

/** Runs an action and tells the runner what came of it. This is the one place that catches. */
export async function runAction(act: () => Promise<ActionResult>): Promise<void> {
  const token = core.getInput("token");
  if (token !== "") core.setSecret(token);
  let result: ActionResult;
  try {
    result = await act();
  } catch (error) {
    result = failureOf(error);
    if (!(error instanceof AssayError) && error instanceof Error) core.debug(error.stack ?? "");
  }
  await tell(result);
}

async function tell({ outputs, log, notes, summary, failure }: ActionResult): Promise<void> {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value);
  for (const line of log) core.info(harmless(line));
  for (const note of notes) annotate(note);
  if (process.env["GITHUB_STEP_SUMMARY"] === undefined) core.info(harmless(summary));
  else await core.summary.addRaw(summary).write();
  if (failure !== undefined) core.setFailed(cleanLines(failure));
}

function annotate(note: Note): void {
  const { level, path, line, column } = note;
  const place = {
    ...(path === undefined ? {} : { file: path }),
    ...(line === undefined ? {} : { startLine: line }),
    ...(column === undefined ? {} : { startColumn: column }),
  };
  TELL[level](cleanLines(renderProblem(note)), place);
}

const TELL = { notice: core.notice, warning: core.warning, error: core.error } as const;

/** Text for the log: no line of it is a command to the runner. `::` begins one; `##[` does so anywhere. */
function harmless(text: string): string {
  return cleanLines(text).replaceAll("::", ":\u200B:").replaceAll("##[", "##\u200B[");
}

function failureOf(error: unknown): ActionResult {
  const problems = error instanceof AssayError ? error.problems : [];
  const told =
    error instanceof AssayError
      ? [...problems.map(renderProblem), ...reasonOf(error)]
      : [`This is a bug in Assay: ${String(error)}. Run the job again with debug logging for its stack.`];
  const items = told.slice(0, 40).map((text) => `- ${escapeMarkdown(text)}`);
  return {
    outputs: {},
    log: [],
    notes: problems
      .filter(({ path }) => path !== undefined)
      .map((problem) => ({ ...problem, level: "error" })),
    summary: `### ✖ Assay could not do this\n\n${items.join("\n")}\n`,
    failure: told.join("\n"),
  };
}

function reasonOf({ cause }: AssayError): string[] {
  return cause instanceof Error ? [`because: ${cause.message}`] : [];
}
