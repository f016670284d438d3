import { compareText } from "../format/names.ts";
import type { Time } from "../format/time.ts";

/**
 * How much a finding weighs. An `error` blocks; one with `passesAt` only until then. `pending` waits for people.
 * A `warning` and a `notice` are told and block nothing.
 */
export type Level = "error" | "warning" | "notice" | "pending";

/** What a rule says. */
export interface Finding {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
  /** When time alone makes the finding go away. */
  readonly passesAt?: Time;
  /** When time alone turns the answer into an error. */
  readonly failsAt?: Time;
}

/** `pass`: may go on. `fail`: something must be changed. `pending`: waits for time or people. */
export type Verdict = "pass" | "fail" | "pending";

/** The verdict of findings: errors fail, those that only wait keep pending. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => finding.level === "error" && finding.passesAt === undefined)) return "fail";
  return findings.some((finding) => finding.level === "error" || finding.level === "pending")
    ? "pending"
    : "pass";
}

/** The gravest of verdicts. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("fail")) return "fail";
  return verdicts.includes("pending") ? "pending" : "pass";
}

/** When time will next change what these findings say; undefined when it will not. */
export function nextChangeOf(findings: readonly Finding[], now: Time): Time | undefined {
  const times = findings
    .flatMap(({ passesAt, failsAt }) => [passesAt, failsAt])
    .filter((time) => time !== undefined)
    .filter((time) => time > now);
  return times.toSorted(compareText)[0];
}
