import type { Decision, MoveDecision } from "../policy/decide.ts";
import { findingsOfMove } from "../policy/decide.ts";
import type { ApprovalDecision } from "../policy/approval.ts";
import type { Finding, Level, Verdict } from "../policy/finding.ts";

/** A finding as JSON. */
export interface FindingJson {
  readonly rule: string;
  readonly level: Level;
  readonly message: string;
  readonly path: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly passesAt: string | null;
  readonly failsAt: string | null;
}

/** A judged move as JSON. */
export interface MoveJson {
  readonly bucket: string;
  readonly channel: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly verdict: Verdict;
  readonly findings: readonly FindingJson[];
}

/** A decision as JSON: every key always, each finding once (a move's in the move, all others in `findings`). */
export interface DecisionJson {
  readonly schema: 1;
  readonly verdict: Verdict;
  readonly approvals: "given" | "needed" | "none" | "unknown";
  readonly subject: Decision["subject"];
  readonly moves: readonly MoveJson[];
  readonly records: readonly string[];
  readonly findings: readonly FindingJson[];
  readonly nextChange: string | null;
}

/** The JSON of a decision on a proposed change. */
export function renderDecisionJson(decision: Decision): DecisionJson {
  return {
    schema: 1,
    verdict: decision.verdict,
    approvals: approvalsOf(decision.approval),
    subject: decision.subject,
    moves: decision.moves.map(renderMoveJson),
    records: decision.records,
    findings: [...decision.findings, ...decision.approval.findings].map(renderFindingJson),
    nextChange: decision.nextChange ?? null,
  };
}

/** The JSON of one judged move. */
export function renderMoveJson(decision: MoveDecision): MoveJson {
  const { bucket, channel, from, to } = decision.move;
  return {
    bucket,
    channel,
    from: from ?? null,
    to: to ?? null,
    verdict: decision.verdict,
    findings: findingsOfMove(decision).map(renderFindingJson),
  };
}

function approvalsOf({ known, groups }: ApprovalDecision): DecisionJson["approvals"] {
  if (groups.length === 0) return "none";
  if (!known) return "unknown";
  return groups.some((group) => group.missing > 0) ? "needed" : "given";
}

function renderFindingJson(finding: Finding): FindingJson {
  return {
    rule: finding.rule,
    level: finding.level,
    message: finding.message,
    path: finding.path ?? null,
    line: finding.line ?? null,
    column: finding.column ?? null,
    passesAt: finding.passesAt ?? null,
    failsAt: finding.failsAt ?? null,
  };
}
