import { renderTime } from "../format/time.ts";
import type { Decision, MoveDecision } from "../policy/decide.ts";
import type { Finding } from "../policy/finding.ts";
import type { Approvers } from "../registry/files/settings.ts";
import { codeSpan, escapeMarkdown, renderHandle, renderTable } from "./markdown.ts";
import { SYMBOLS, outcomeOfFinding, outcomeOfRule, outcomeOfVerdict, renderTally } from "./outcome.ts";

/** The most rows of a table; a report is one screen, and the rest is said as a number. */
const MAX_ROWS = 40;

/** The report of a decision on a proposed change, as Markdown: the check's summary, the comment and the job's summary. */
export function renderDecisionMarkdown(decision: Decision): string {
  const parts = [
    `### ${renderHeadline(decision)}`,
    renderCounts(decision),
    ...decision.moves.map((move) => renderRules(move, decision.moves.length > 1)),
    renderFileFindings(decision.findings),
    renderApproval(decision.approval),
    renderNext(decision),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** The headline of a decision in words, without Markdown: the check's title. */
export function renderTitle(decision: Decision): string {
  return `${wordOf(decision)}: ${plainSubjectOf(decision)}`;
}

function renderHeadline(decision: Decision): string {
  return `${SYMBOLS[outcomeOfVerdict(decision.verdict)]} ${wordOf(decision)}: ${subjectOf(decision)}`;
}

function wordOf({ verdict, compliance, subject }: Decision): string {
  if (verdict === "pass") return subject === "nothing" ? "Nothing to check" : "Ready";
  return verdict === "fail" || compliance !== "pass" ? "Not yet" : "Waiting for approval";
}

function subjectOf(decision: Decision): string {
  const [first, ...more] = decision.moves;
  if (first !== undefined) {
    const { bucket, channel, from, to } = first.move;
    const rest = more.length === 0 ? "" : ` and ${more.length} more`;
    return `${codeSpan(bucket)} ${from ?? "none"} → **${to ?? "none"}** on ${codeSpan(channel)}${rest}`;
  }
  if (decision.records.length === 1) return `publishing ${codeSpan(decision.records[0] ?? "")}`;
  return escapeMarkdown(plainSubjectOf(decision));
}

function plainSubjectOf({ moves, records, subject }: Decision): string {
  const [first, ...more] = moves;
  if (first !== undefined) {
    const { bucket, channel, from, to } = first.move;
    return `${bucket} ${from ?? "none"} → ${to ?? "none"} on ${channel}${more.length === 0 ? "" : ` and ${more.length} more`}`;
  }
  switch (subject) {
    case "records":
      return records.length === 1
        ? `publishing ${records[0] ?? ""}`
        : `publishing ${records.length} versions`;
    case "settings":
      return "a change of settings";
    case "revocation":
      return "a revocation";
    case "promotion":
      return "a change of channels";
    case "nothing":
      return "no file of the registry is changed";
  }
}

/** `1 fails · 1 waits · 10 pass · needs 1 more approval of @acme/image-release` */
function renderCounts(decision: Decision): string {
  const needed = decision.approval.groups
    .filter((group) => group.missing > 0)
    .map(
      ({ missing, requirement }) =>
        `needs ${missing} more ${missing === 1 ? "approval" : "approvals"} of ${renderPeople(requirement.approvers)}`,
    );
  return [renderTally(decision), ...needed].filter((part) => part !== "").join(" · ");
}

function renderRules(move: MoveDecision, named: boolean): string {
  const told = move.rules.filter((result) => outcomeOfRule(result) !== "pass");
  const passing = move.rules.filter((result) => outcomeOfRule(result) === "pass");
  const rows = told.map((result) => [
    SYMBOLS[outcomeOfRule(result)],
    escapeMarkdown(result.rule),
    renderMessages(result.findings),
  ]);
  if (passing.length > 0)
    rows.push([
      "✔",
      passing.map((result) => escapeMarkdown(result.rule)).join(", "),
      renderMessages(passing.flatMap((result) => result.findings)),
    ]);
  if (rows.length === 0) return "";
  const { bucket, channel, from, to } = move.move;
  const title = named
    ? `**${codeSpan(`${bucket}@${channel}`)}** ${from ?? "none"} → ${to ?? "none"}\n\n`
    : "";
  return `${title}${renderTable(["", "rule", "result"], rows)}`;
}

function renderMessages(findings: readonly Finding[]): string {
  const told = findings.slice(0, MAX_ROWS).map((finding) => escapeMarkdown(finding.message));
  return [...told, ...(findings.length > MAX_ROWS ? [`and ${findings.length - MAX_ROWS} more`] : [])].join(
    "<br>",
  );
}

function renderFileFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const rows = findings
    .slice(0, MAX_ROWS)
    .map((finding) => [
      SYMBOLS[outcomeOfFinding(finding)],
      renderPlace(finding),
      escapeMarkdown(finding.message),
    ]);
  const rest = findings.length > MAX_ROWS ? `\n\n${findings.length - MAX_ROWS} more are left out.` : "";
  return `${renderTable(["", "where", "what"], rows)}${rest}`;
}

function renderPlace({ path, line }: Finding): string {
  if (path === undefined) return "";
  return codeSpan(line === undefined ? path : `${path}:${line}`);
}

function renderApproval(approval: Decision["approval"]): string {
  if (approval.groups.length === 0) return "";
  const rows = approval.groups.map(({ requirement, approvedBy, missing }) => [
    missing === 0 ? "✔" : "◷",
    `${renderPeople(requirement.approvers)} (${escapeMarkdown(requirement.reason)})`,
    `${requirement.approvers.approvals - missing} of ${requirement.approvers.approvals}${approvedBy.length === 0 ? "" : `: ${approvedBy.map(renderHandle).join(", ")}`}`,
  ]);
  const ignored = approval.notCounted.map(
    ({ author, why }) => `The review of ${renderHandle(author)} does not count: ${escapeMarkdown(why)}.`,
  );
  return [renderTable(["", "who must agree", "approvals"], rows), ...ignored].join("\n\n");
}

function renderPeople({ teams, users }: Approvers): string {
  return [...teams, ...users].map(renderHandle).join(" or ");
}

function renderNext(decision: Decision): string {
  const steps: string[] = [];
  if (decision.subject === "nothing" && decision.verdict === "pass") return "";
  if (decision.verdict === "pass")
    steps.push(decision.mergesItself ? "nothing to do by hand: Assay merges it" : "merge it");
  if (decision.compliance === "fail") steps.push("mend what fails above");
  if (decision.compliance === "pending" && decision.nextChange !== undefined)
    steps.push(`wait until ${renderTime(decision.nextChange)}: that is judged again by itself`);
  const missing = decision.approval.groups.filter((group) => group.missing > 0);
  if (missing.length > 0)
    steps.push(
      `ask ${missing.map((group) => renderPeople(group.requirement.approvers)).join(" and ")} for a review`,
    );
  return steps.length === 0 ? "" : `**Next**: ${steps.join("; ")}.`;
}

/** The title of the approvals' check. */
export function renderApprovalTitle(approval: Decision["approval"]): string {
  if (approval.groups.length === 0) return "Nobody has to agree";
  const missing = approval.groups.reduce((sum, group) => sum + group.missing, 0);
  if (missing === 0) return "Approved";
  return missing === 1 ? "Needs 1 more approval" : `Needs ${missing} more approvals`;
}

/** The approvals' check: who agreed, who is still needed, and why a review does not count. */
export function renderApprovalMarkdown(approval: Decision["approval"]): string {
  if (approval.groups.length === 0) return "Nothing in this change needs anyone's approval.\n";
  return `${renderApproval(approval)}\n`;
}
