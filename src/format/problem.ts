/** Something wrong with an input, told so that its author can mend it. Lines and columns count from 1. */
export interface Problem {
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly hint?: string;
}

/** The most problems that are told of one file: nobody reads more, and a hostile file has as many as it has characters. */
export const MAX_PROBLEMS = 100;

/** `path:line:column  message. hint`, leaving out what is not known. */
export function renderProblem(problem: Problem): string {
  const place = [problem.path, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const text = problem.hint === undefined ? problem.message : `${problem.message} ${problem.hint}`;
  return place === "" ? text : `${place}  ${text}`;
}
