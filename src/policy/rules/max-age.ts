import { parseDuration, renderDuration } from "../../format/duration.ts";
import { formatTime, timeToMs } from "../../format/time.ts";
import type { PolicyRule } from "../../registry/files/policy.ts";
import { ageBaseOf } from "../../registry/version-state.ts";
import type { Finding } from "../finding.ts";
import type { VersionFacts } from "../move.ts";

type MaxAge = Extract<PolicyRule, { readonly rule: "max-age" }>;

/** The version completed no longer ago than the rule allows. */
export function checkMaxAge(rule: MaxAge, { move, record, now }: VersionFacts): Finding[] {
  const max = parseDuration(rule.max) ?? 0;
  const completed = timeToMs(ageBaseOf(record));
  const age = now.getTime() - completed;
  const text = `${move.bucket} ${record.version} is ${renderDuration(age)} old`;
  if (age > max) {
    return [
      {
        rule: rule.rule,
        level: rule.level,
        message: `${text}, of at most ${renderDuration(max)}. Build a new version.`,
      },
    ];
  }
  const failsAt = formatTime(new Date(completed + max + 1000));
  return [
    { rule: rule.rule, level: "notice", message: `${text}, of at most ${renderDuration(max)}.`, failsAt },
  ];
}
