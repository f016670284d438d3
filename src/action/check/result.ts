import { allFindings } from "../../policy/decide.ts";
import type { Finding } from "../../policy/finding.ts";
import { renderFailureMarkdown } from "../../report/failure-markdown.ts";
import type { ActionResult, Note } from "../edge.ts";
import { mergedNumbers, notesOf, renderReport, renderSettled, verdictOfAll } from "../settle.ts";
import type { Checked } from "./check.ts";
import type { outputs } from "./inputs.ts";
import type { Task } from "./task.ts";

type Outputs = Readonly<Record<(typeof outputs)[number], string>>;

/**
 * What a check tells the job. The job fails when the one pull request that it was asked about does not pass; where it
 * looks after all open ones, only when it could not decide on one.
 */
export function resultOf(task: Task, { settled, failures }: Checked): ActionResult {
  const verdict = failures.length > 0 ? "fail" : (verdictOfAll(settled) ?? "pass");
  const values: Outputs = { verdict, merged: mergedNumbers(settled) };
  const undecided = failures.map(({ number, error }) => `#${number}: ${error.message}`);
  const nothing = settled.length + failures.length === 0;
  return {
    outputs: values,
    log: nothing ? ["There is no open pull request."] : settled.map(renderSettled),
    notes: [
      ...settled.flatMap(notesOf),
      ...(task.kind === "open"
        ? []
        : settled.flatMap(({ judged }) => allFindings(judged.decision).flatMap(noteOf))),
    ],
    summary: nothing
      ? "### ✔ There is no open pull request\n"
      : [
          ...settled.map(renderReport),
          ...failures.map(({ number, error }) => `#${number}\n\n${renderFailureMarkdown(error)}`),
        ].join("\n"),
    failure: failureOf({ task, verdict, undecided }),
  };
}

interface Answer {
  readonly task: Task;
  readonly verdict: string;
  readonly undecided: readonly string[];
}

function failureOf({ task, verdict, undecided }: Answer): string | undefined {
  if (undecided.length > 0) return `Could not decide on ${undecided.join("; ")}`;
  if (task.kind === "open" || verdict === "pass") return undefined;
  return verdict === "pending"
    ? `Pull request #${task.number} waits: its report says for what.`
    : `Pull request #${task.number} does not pass: its report says why and what to do.`;
}

function noteOf({ level, message, path, line, column }: Finding): Note[] {
  if (path === undefined) return [];
  return [
    {
      level: level === "pending" ? "notice" : level,
      message,
      path,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    },
  ];
}
