import { matchesGlob } from "../../format/glob.ts";
import type { PolicyRule } from "../../registry/files/policy.ts";
import type { Finding } from "../finding.ts";
import type { VersionFacts } from "../move.ts";

type Labels = Extract<PolicyRule, { readonly rule: "labels" }>;

/** Every build carries the labels that the rule requires; what the bucket says holds for all its builds. */
export function checkLabels(rule: Labels, { record, bucket }: VersionFacts): Finding[] {
  return record.builds.flatMap((build) => {
    const labels = new Map([...Object.entries(bucket.labels), ...Object.entries(build.labels)]);
    return Object.entries(rule.require).flatMap(([key, pattern]) => {
      const value = labels.get(key);
      if (value !== undefined && matchesGlob(pattern, value)) return [];
      const is = value === undefined ? `has no label "${key}"` : `has the label "${key}" = "${value}"`;
      const message = `Build "${build.component}" ${is}; "${pattern}" is required. Publish with --label ${key}=…, or set it in bucket.yml.`;
      return [{ rule: rule.rule, level: rule.level, message }];
    });
  });
}
