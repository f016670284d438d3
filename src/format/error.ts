import type { Problem } from "./problem.ts";

/**
 * Why Assay could not decide or act. The list is closed: programs may branch on it.
 *
 * - `usage` the command or an input of an action is wrong
 * - `invalid` a file or a value does not have the form it must have
 * - `not-found` a bucket, version, channel, artifact or file that was named does not exist
 * - `ambiguous` more than one thing matches where one was asked for
 * - `refused` the request is understood and against the rules of the registry
 * - `conflict` the change contradicts what the registry already holds, or lost every race for it
 * - `dirty` uncommitted work stands where the change would have to be written
 * - `shallow` the clone lacks history that the answer needs
 * - `protected` the branch does not accept the write from this identity
 * - `forbidden` the credentials are missing or do not suffice
 * - `unavailable` GitHub or another service did not answer in time
 */
export type ErrorCode =
  | "usage"
  | "invalid"
  | "not-found"
  | "ambiguous"
  | "refused"
  | "conflict"
  | "dirty"
  | "shallow"
  | "protected"
  | "forbidden"
  | "unavailable";

/** The code of any failure as programs see it: `bug` is what no user can mend. */
export type FailureCode = ErrorCode | "bug";

/** Where the error lies and how to mend it. */
export interface ErrorDetails extends Partial<Omit<Problem, "message">> {
  readonly cause?: unknown;
  /** All problems, when the input had several; the error's own message then speaks of the first. */
  readonly problems?: readonly Problem[];
}

/** The one error that is thrown for what a user or an operator must mend; anything else that is thrown is a bug. */
export class AssayError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const { cause, problems, ...place } = details;
    super(message, cause === undefined ? {} : { cause });
    this.name = "AssayError";
    this.code = code;
    this.problems = problems ?? [{ ...place, message }];
  }
}

/** An error of code `invalid` that carries every problem of an input; at least one must be given. */
export function invalid(problems: readonly Problem[]): AssayError {
  const [first] = problems;
  if (first === undefined) throw new TypeError("an invalid input has at least one problem");
  return new AssayError("invalid", first.message, { problems });
}
