import { renderTime } from "../format/time.ts";
import type { GroupApproval } from "../policy/approval.ts";
import { renderApprovers } from "../policy/approval.ts";
import type { Decision, MoveDecision } from "../policy/decide.ts";
import type { Finding } from "../policy/finding.ts";
import { renderTitle } from "./decision-markdown.ts";
import type { Outcome } from "./outcome.ts";
import { SYMBOLS, TONES, outcomeOfFinding, outcomeOfRule, outcomeOfVerdict, renderTally } from "./outcome.ts";
import type { Terminal } from "./terminal.ts";
import { clean } from "./terminal.ts";

/** The most lines of one kind; a report is one screen, and the rest is said as a number. */
const MAX_LINES = 40;

/** The report of a decision on a proposed change for a terminal: the answer first, then why, then what to do. */
export function renderDecisionText(decision: Decision, terminal: Terminal): string {
  const several = decision.moves.length > 1;
  const outcome = outcomeOfVerdict(decision.verdict);
  const parts = [
    `${mark(outcome, terminal)} ${terminal.paint("strong", clean(renderTitle(decision)))}`,
    renderCounts(decision),
    ...decision.moves.map(
      (move) => `${several ? `\n${renderMoveName(move)}` : ""}${renderRules(move, terminal)}`,
    ),
    renderFileFindings(decision.findings, terminal),
    renderApprovals(decision, terminal),
    renderNext(decision),
  ];
  return parts.filter((part) => part.trim() !== "").join("\n");
}

/** The verdict on one move that nobody proposed yet, for a terminal. */
export function renderMoveText(decision: MoveDecision, terminal: Terminal): string {
  const outcome = outcomeOfVerdict(decision.verdict);
  const word = { pass: "Yes", wait: "Not yet", warn: "Yes", fail: "No" }[outcome];
  const headline = terminal.paint("strong", `${word}: ${renderMoveName(decision)}`);
  const tally = renderTally({ moves: [decision], findings: [] });
  return [`${mark(outcome, terminal)} ${headline}`, tally, renderRules(decision, terminal)].join("\n");
}

function renderMoveName({ move }: MoveDecision): string {
  return `${move.bucket} ${move.from ?? "none"} → ${move.to ?? "none"} on ${move.channel}`;
}

function renderCounts(decision: Decision): string {
  const needs = decision.approval.groups
    .filter((group) => group.missing > 0)
    .map((group) => `needs ${countApprovals(group, decision)} of ${peopleOf(group)}`);
  return [renderTally(decision), ...needs].filter((part) => part !== "").join(" · ");
}

function countApprovals({ missing }: GroupApproval, { approval }: Decision): string {
  const noun = missing === 1 ? "approval" : "approvals";
  return approval.known ? `${missing} more ${noun}` : `${missing} ${noun}`;
}

function peopleOf({ requirement }: GroupApproval): string {
  return clean(renderApprovers(requirement.approvers));
}

function renderRules({ rules }: MoveDecision, terminal: Terminal): string {
  const told = rules.flatMap((result) =>
    result.findings.map((finding) => ({ rule: result.rule, finding, outcome: outcomeOfFinding(finding) })),
  );
  const silent = rules.filter((result) => result.findings.length === 0 && outcomeOfRule(result) === "pass");
  const width = Math.max(0, ...told.map(({ rule }) => rule.length));
  const lines = told
    .slice(0, MAX_LINES)
    .map(
      ({ rule, finding, outcome }) =>
        `  ${mark(outcome, terminal)} ${rule.padEnd(width)}  ${clean(finding.message)}`,
    );
  if (told.length > MAX_LINES) lines.push(`  and ${told.length - MAX_LINES} more`);
  if (silent.length > 0)
    lines.push(`  ${mark("pass", terminal)} ${silent.map(({ rule }) => rule).join(", ")}`);
  return lines.length === 0 ? "" : `\n${lines.join("\n")}`;
}

function renderFileFindings(findings: readonly Finding[], terminal: Terminal): string {
  if (findings.length === 0) return "";
  const lines = findings
    .slice(0, MAX_LINES)
    .map(
      (finding) =>
        `  ${mark(outcomeOfFinding(finding), terminal)} ${renderPlace(finding)}${clean(finding.message)}`,
    );
  if (findings.length > MAX_LINES) lines.push(`  and ${findings.length - MAX_LINES} more`);
  return `\n${lines.join("\n")}`;
}

function renderPlace({ path, line, column }: Finding): string {
  const place = [path, line, column].filter((part) => part !== undefined).join(":");
  return place === "" ? "" : `${clean(place)}  `;
}

function renderApprovals({ approval }: Decision, terminal: Terminal): string {
  if (approval.groups.length === 0) return "";
  const lines = approval.groups.map((group) => {
    const { requirement, approvedBy, missing } = group;
    const needed = requirement.approvers.approvals;
    const state = approval.known
      ? `${needed - missing} of ${needed}${approvedBy.length === 0 ? "" : `: ${approvedBy.map(clean).join(", ")}`}`
      : `${needed} needed; a clone does not know who reviewed`;
    const outcome = missing === 0 ? "pass" : "wait";
    return `  ${mark(outcome, terminal)} ${peopleOf(group)} (${clean(requirement.reason)})  ${state}`;
  });
  const ignored = approval.notCounted.map(
    ({ author, why }) => `  ! The review of ${clean(author)} does not count: ${clean(why)}.`,
  );
  return `\nApprovals\n${[...lines, ...ignored].join("\n")}`;
}

function renderNext(decision: Decision): string {
  const missing = decision.approval.groups.filter((group) => group.missing > 0);
  const steps: string[] = [];
  if (decision.compliance === "fail") steps.push("mend what fails above");
  const timed = decision.moves.flatMap((move) => move.rules).some((rule) => outcomeOfRule(rule) === "wait");
  if (decision.compliance !== "fail" && timed && decision.nextChange !== undefined)
    steps.push(`wait until ${renderTime(decision.nextChange)}`);
  if (missing.length > 0)
    steps.push(`ask ${missing.map(peopleOf).join(" and ")} for a review of the pull request`);
  if (steps.length === 0 && decision.subject !== "nothing") steps.push(mergeStep(decision));
  return steps.length === 0 ? "" : `\nNext: ${steps.join("; ")}.`;
}

function mergeStep({ approval, mergesItself }: Decision): string {
  if (approval.known) return mergesItself ? "nothing; Assay merges it by itself" : "merge it";
  return mergesItself ? "propose it; Assay merges it once its checks pass" : "propose it, and merge it";
}

function mark(outcome: Outcome, { paint }: Terminal): string {
  return paint(TONES[outcome], SYMBOLS[outcome]);
}
