import type { Terminal } from "../report/terminal.ts";

/** What a command answers; `main` prints it in the form that was asked for. */
export interface Answer {
  /** `no` is a verdict: an empty channel, a revoked version, a check that fails. */
  readonly verdict: "yes" | "no";
  readonly json: object;
  /** What a person reads on the standard output; nothing is printed for the empty string. */
  readonly text: (terminal: Terminal) => string;
  /** What a person must not miss, on the standard error whatever the form. */
  readonly notes: readonly Note[];
}

/** One line beside the answer. */
export interface Note {
  readonly tone: "bad" | "warning" | "waiting";
  readonly text: string;
}
