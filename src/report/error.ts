import { AssayError } from "../format/error.ts";
import type { FailureCode } from "../format/error.ts";
import type { Problem } from "../format/problem.ts";
import { renderProblem } from "../format/problem.ts";
import type { Terminal } from "./terminal.ts";
import { clean, cleanLines } from "./terminal.ts";

/** One problem as JSON. */
export interface ProblemJson {
  readonly message: string;
  readonly path: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly hint: string | null;
}

/** An error as JSON; `problems` has all of an input's, `error` the first. `bug` is no fault of the input. */
export interface ErrorJson {
  readonly schema: 1;
  readonly error: ProblemJson & { readonly code: FailureCode };
  readonly problems: readonly ProblemJson[];
}

/** The JSON of whatever was thrown. */
export function renderErrorJson(error: unknown): ErrorJson {
  const problems = problemsOf(error).map(renderProblemJson);
  const [first = renderProblemJson({ message: "Unknown." })] = problems;
  return {
    schema: 1,
    error: { code: error instanceof AssayError ? error.code : "bug", ...first },
    problems,
  };
}

/** What was thrown, for a terminal: `path:line:column  message` for each problem with a place, else `error: message`. */
export function renderErrorText(error: unknown, terminal: Terminal): string {
  const prefix = terminal.paint("bad", "error:");
  const lines = problemsOf(error).map((problem) => {
    const text = cleanLines(renderProblem(problem));
    return problem.path === undefined ? `${prefix} ${text}` : text;
  });
  return [...lines, ...causesOf(error)].join("\n");
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof AssayError) return error.problems;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return [
    {
      message: `This is a bug in Assay: ${message}`,
      hint: "Report it with the command that showed it; DEBUG=1 adds the stack.",
    },
  ];
}

/** The causes beneath an error, each once, the nearest first. */
function causesOf(error: unknown): string[] {
  const lines: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; cause !== undefined && depth < 8; depth += 1) {
    if (cause instanceof Error) lines.push(`  because: ${clean(cause.message)}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}

function renderProblemJson({ message, path, line, column, hint }: Problem): ProblemJson {
  return {
    message,
    path: path ?? null,
    line: line ?? null,
    column: column ?? null,
    hint: hint ?? null,
  };
}
