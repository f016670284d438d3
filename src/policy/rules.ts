import type { PolicyRule } from "../registry/files/policy.ts";
import type { Finding } from "./finding.ts";
import type { MoveFacts, VersionFacts } from "./move.ts";
import { checkAfter } from "./rules/after.ts";
import { checkComplete } from "./rules/complete.ts";
import { checkExists } from "./rules/exists.ts";
import { checkLabels } from "./rules/labels.ts";
import { checkMaxAge } from "./rules/max-age.ts";
import { checkNotRevoked } from "./rules/not-revoked.ts";
import { checkSoak } from "./rules/soak.ts";

/** What one rule said of one move; no finding means that it passed. */
export interface RuleResult {
  readonly rule: string;
  readonly findings: readonly Finding[];
}

interface Rule {
  readonly name: string;
  readonly applies: (facts: MoveFacts) => boolean;
  readonly check: (facts: VersionFacts) => readonly Finding[];
}

/** Judged at every promotion, whatever the policy says. */
const ALWAYS: readonly Rule[] = [
  { name: "complete", applies: () => true, check: checkComplete },
  { name: "not-revoked", applies: () => true, check: checkNotRevoked },
  { name: "after", applies: ({ step }) => step.after !== undefined, check: checkAfter },
  { name: "soak", applies: ({ step }) => step.soak !== undefined, check: checkSoak },
];

/**
 * Judges one move by the rules that are always judged and by the registry's policy, in this order.
 * A channel that is emptied promotes nothing, so no rule speaks of it.
 */
export function judgeMove(facts: MoveFacts, policy: readonly PolicyRule[]): RuleResult[] {
  const { move, record } = facts;
  if (move.to === undefined) return [];
  if (record === undefined) return [resultOf("exists", checkExists(facts), facts)];
  const known: VersionFacts = { ...facts, record };
  const always = ALWAYS.filter((rule) => rule.applies(facts)).map((rule) =>
    resultOf(rule.name, rule.check(known), facts),
  );
  const chosen = policy.filter((rule) => concerns(rule, facts));
  return [
    ...always,
    ...chosen.map((rule) => resultOf(rule.rule, explain(rule, checkPolicy(rule, known)), facts)),
  ];
}

function checkPolicy(rule: PolicyRule, facts: VersionFacts): Finding[] {
  switch (rule.rule) {
    case "max-age":
      return checkMaxAge(rule, facts);
    case "labels":
      return checkLabels(rule, facts);
  }
}

function concerns(rule: PolicyRule, { move }: MoveFacts): boolean {
  return (rule.channels?.includes(move.channel) ?? true) && (rule.buckets?.includes(move.bucket) ?? true);
}

function explain(rule: PolicyRule, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) =>
    rule.message === undefined || finding.level === "notice"
      ? finding
      : { ...finding, message: `${finding.message} ${rule.message}` },
  );
}

function resultOf(rule: string, findings: readonly Finding[], { path, place }: MoveFacts): RuleResult {
  return { rule, findings: findings.map((finding) => ({ ...finding, path, ...place })) };
}
