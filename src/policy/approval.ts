import { compareText } from "../format/names.ts";
import type { Approvers } from "../registry/files/settings.ts";
import type { Finding, Verdict } from "./finding.ts";
import { verdictOf } from "./finding.ts";
import type { Requirement } from "./requirements.ts";

/** A review as GitHub tells it, oldest first in a list; `current` says that it was of this very content. */
export interface Review {
  readonly author: string;
  readonly state: "approved" | "changes-requested" | "dismissed" | "commented";
  readonly current: boolean;
}

/** Who reviewed and who belongs to what. In a local clone no reviews are known. */
export type ReviewFacts =
  | { readonly kind: "unknown" }
  | {
      readonly kind: "known";
      readonly reviews: readonly Review[];
      /** The logins of each team's members; a team that is missing here does not exist or cannot be seen. */
      readonly members: ReadonlyMap<string, readonly string[]>;
      /** Whose review does not count, and why: who opened or asked for the change, pushed its content or published the version. */
      readonly excluded: ReadonlyMap<string, string>;
    };

/** How far one group of people has agreed. */
export interface GroupApproval {
  readonly requirement: Requirement;
  readonly approvedBy: readonly string[];
  readonly missing: number;
}

/** Whether those who must agree have agreed. */
export interface ApprovalDecision {
  readonly verdict: Verdict;
  readonly known: boolean;
  readonly groups: readonly GroupApproval[];
  /** Approving reviews that do not count, and why. */
  readonly notCounted: readonly { readonly author: string; readonly why: string }[];
  readonly findings: readonly Finding[];
}

/** Decides whether every group has given as many approvals as it must. */
export function decideApproval(requirements: readonly Requirement[], facts: ReviewFacts): ApprovalDecision {
  const known = facts.kind === "known";
  const standing = known ? standingReviews(facts.reviews) : new Map<string, Review>();
  const groups = requirements.map((requirement) => groupOf(requirement, facts, standing));
  const findings = groups.flatMap(findingsOf(facts));
  return {
    verdict: verdictOf(findings),
    known,
    groups,
    notCounted: notCounted(facts, requirements, standing),
    findings,
  };
}

/** Each person's last word; a comment is none. */
function standingReviews(reviews: readonly Review[]): Map<string, Review> {
  const last = new Map<string, Review>();
  for (const review of reviews) if (review.state !== "commented") last.set(review.author, review);
  return last;
}

function groupOf(
  requirement: Requirement,
  facts: ReviewFacts,
  standing: ReadonlyMap<string, Review>,
): GroupApproval {
  if (facts.kind === "unknown")
    return { requirement, approvedBy: [], missing: requirement.approvers.approvals };
  const approvedBy = [...standing.values()]
    .filter((review) => whyNotCounted(review, facts, [requirement]) === undefined)
    .map((review) => review.author)
    .toSorted(compareText);
  return {
    requirement,
    approvedBy,
    missing: Math.max(0, requirement.approvers.approvals - approvedBy.length),
  };
}

type Known = Extract<ReviewFacts, { readonly kind: "known" }>;

function whyNotCounted(
  review: Review,
  facts: Known,
  requirements: readonly Requirement[],
): string | undefined {
  if (review.state !== "approved") return "it does not approve";
  const exclusion = facts.excluded.get(review.author.toLowerCase());
  if (exclusion !== undefined) return exclusion;
  if (!review.current) return "it was of other content";
  if (!requirements.some(({ approvers }) => belongsTo(review.author, approvers, facts)))
    return "not one of those who must agree";
  return undefined;
}

function belongsTo(login: string, approvers: Approvers, facts: Known): boolean {
  const same = (other: string): boolean => other.toLowerCase() === login.toLowerCase();
  return (
    approvers.users.some(same) || approvers.teams.some((team) => (facts.members.get(team) ?? []).some(same))
  );
}

function notCounted(
  facts: ReviewFacts,
  requirements: readonly Requirement[],
  standing: ReadonlyMap<string, Review>,
): ApprovalDecision["notCounted"] {
  if (facts.kind === "unknown") return [];
  return [...standing.values()].flatMap((review) => {
    const why = review.state === "approved" ? whyNotCounted(review, facts, requirements) : undefined;
    return why === undefined ? [] : [{ author: review.author, why }];
  });
}

function findingsOf(facts: ReviewFacts): (group: GroupApproval) => Finding[] {
  return ({ requirement, missing }) => {
    const { approvers, reason } = requirement;
    const unseen = facts.kind === "known" ? approvers.teams.filter((team) => !facts.members.has(team)) : [];
    const findings = unseen.map((team): Finding => {
      const message = `The members of team "${team}" cannot be seen. Does it exist, and may Assay read the organisation's members?`;
      return { rule: "approval", level: "pending", message };
    });
    if (missing === 0) return findings;
    const count = missing === 1 ? "1 more approval" : `${missing} more approvals`;
    return [
      ...findings,
      {
        rule: "approval",
        level: "pending",
        message: `Needs ${count} of ${renderApprovers(approvers)} (${reason}).`,
      },
    ];
  };
}

/** `team image-release or ana`: the people of a group. */
export function renderApprovers({ teams, users }: Approvers): string {
  return [...teams.map((team) => `team ${team}`), ...users].join(" or ");
}
