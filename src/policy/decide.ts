import { formatTime } from "../format/time.ts";
import type { ApprovalDecision, ReviewFacts } from "./approval.ts";
import { decideApproval } from "./approval.ts";
import type { Subject } from "./files.ts";
import { checkFiles, subjectOfAll } from "./files.ts";
import type { Finding, Verdict } from "./finding.ts";
import { nextChangeOf, verdictOf, worstOf } from "./finding.ts";
import type { Move, MoveFacts } from "./move.ts";
import type { Proposal } from "./proposal.ts";
import { checkRecords } from "./records.ts";
import { requirementsOf } from "./requirements.ts";
import type { RuleResult } from "./rules.ts";
import { judgeMove } from "./rules.ts";

/** What was decided on one move, rule by rule. */
export interface MoveDecision {
  readonly move: Move;
  readonly path: string;
  readonly verdict: Verdict;
  readonly rules: readonly RuleResult[];
}

/** What was decided on a proposed change: plain data that every surface renders. */
export interface Decision {
  readonly subject: Subject;
  /** Of the content and the approvals together; where no reviews can be known, of what can. */
  readonly verdict: Verdict;
  /** Of the content alone: the check `assay/compliance`. */
  readonly compliance: Verdict;
  readonly moves: readonly MoveDecision[];
  /** The versions that the change adds or completes, as `bucket:v12`. */
  readonly records: readonly string[];
  /** What concerns the files, not a single move. */
  readonly findings: readonly Finding[];
  /** Of the people: the check `assay/approval`. */
  readonly approval: ApprovalDecision;
  /** Whether Assay merges this by itself once the verdict is `pass`. */
  readonly mergesItself: boolean;
  /** When time will next change the answer; undefined when it will not. */
  readonly nextChange: string | undefined;
}

/**
 * Decides on a proposed change. The App, the action and the command line all call this with facts that they read from
 * the base branch, so their verdicts cannot diverge.
 */
export function decide(proposal: Proposal, reviews: ReviewFacts): Decision {
  const policy = proposal.settings?.policy ?? [];
  const moves = proposal.moves.map((facts) => decideMove(facts, judgeMove(facts, policy)));
  const findings = [...checkFiles(proposal), ...checkRecords(proposal)];
  const subject = subjectOfAll(proposal.files);
  const approval = decideApproval(requirementsOf(proposal), reviews);
  const compliance = worstOf([verdictOf(findings), ...moves.map((move) => move.verdict)]);
  return {
    subject,
    mergesItself:
      proposal.settings?.merge === "when-ready" && (subject === "promotion" || subject === "records"),
    verdict: approval.known
      ? worstOf([compliance, approval.verdict])
      : verdictWithoutPeople([...findings, ...moves.flatMap(findingsOfMove)]),
    compliance,
    moves,
    records: proposal.records.map((record) => `${record.bucket}:${record.version}`),
    findings,
    approval,
    nextChange: nextChangeOf([...findings, ...moves.flatMap(findingsOfMove)], formatTime(proposal.now)),
  };
}

function verdictWithoutPeople(findings: readonly Finding[]): Verdict {
  return verdictOf(findings.filter((finding) => finding.level !== "pending"));
}

/** Decides on one move by its rules, as `explain` and automation do before anything is proposed. */
export function decideMove(facts: MoveFacts, rules: readonly RuleResult[]): MoveDecision {
  return {
    move: facts.move,
    path: facts.path,
    rules,
    verdict: verdictOf(rules.flatMap((result) => result.findings)),
  };
}

/** All findings of a move. */
export function findingsOfMove(move: MoveDecision): readonly Finding[] {
  return move.rules.flatMap((result) => result.findings);
}

/** All findings of a decision: of the files, of the moves, of the approvals. */
export function allFindings(decision: Decision): Finding[] {
  return [...decision.findings, ...decision.moves.flatMap(findingsOfMove), ...decision.approval.findings];
}
