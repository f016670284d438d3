import type { Decision } from "../policy/decide.ts";
import type { Finding, Verdict } from "../policy/finding.ts";
import type { RuleResult } from "../policy/rules.ts";
import type { Tone } from "./terminal.ts";

/** What a rule or a finding comes down to for its reader. */
export type Outcome = "fail" | "wait" | "warn" | "pass";

/** The symbol that stands before an outcome, always beside words. */
export const SYMBOLS: Readonly<Record<Outcome, string>> = { fail: "✖", wait: "◷", warn: "!", pass: "✔" };

/** How an outcome is coloured. */
export const TONES: Readonly<Record<Outcome, Tone>> = {
  fail: "bad",
  wait: "waiting",
  warn: "warning",
  pass: "good",
};

/** The outcome of one finding: an error that time will mend waits. */
export function outcomeOfFinding(finding: Finding): Outcome {
  if (finding.level === "error") return finding.passesAt === undefined ? "fail" : "wait";
  if (finding.level === "pending") return "wait";
  return finding.level === "warning" ? "warn" : "pass";
}

/** The outcome of a rule: its gravest finding's. */
export function outcomeOfRule({ findings }: RuleResult): Outcome {
  const outcomes = findings.map(outcomeOfFinding);
  return (["fail", "wait", "warn"] as const).find((outcome) => outcomes.includes(outcome)) ?? "pass";
}

/** The outcome that a verdict is. */
export function outcomeOfVerdict(verdict: Verdict): Outcome {
  switch (verdict) {
    case "pass":
      return "pass";
    case "pending":
      return "wait";
    case "fail":
      return "fail";
  }
}

/** `1 fails · 1 waits for time · 10 pass`: how many rules and findings came to what; empty where nothing was judged. */
export function renderTally(decision: Pick<Decision, "moves" | "findings">): string {
  const outcomes = [
    ...decision.moves.flatMap((move) => move.rules.map(outcomeOfRule)),
    ...decision.findings.map(outcomeOfFinding),
  ];
  const count = (outcome: Outcome, one: string, many: string): string => {
    const number = outcomes.filter((candidate) => candidate === outcome).length;
    return number === 0 ? "" : `${number} ${number === 1 ? one : many}`;
  };
  return [
    count("fail", "fails", "fail"),
    count("wait", "waits", "wait"),
    count("warn", "warns", "warn"),
    count("pass", "passes", "pass"),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}
