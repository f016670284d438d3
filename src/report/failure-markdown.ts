import { AssayError } from "../format/error.ts";
import { renderProblem } from "../format/problem.ts";
import { escapeMarkdown } from "./markdown.ts";

/** The report of a check that could not decide: no verdict is a failure, and its reason is told. */
export function renderFailureMarkdown(error: unknown): string {
  const lines =
    error instanceof AssayError
      ? error.problems.map((problem) => `- ${escapeMarkdown(renderProblem(problem))}`)
      : ["- An unexpected error; the log of Assay has it."];
  return `### ✖ Could not decide\n\nNo verdict is a failed check.\n\n${lines.slice(0, 40).join("\n")}\n`;
}
