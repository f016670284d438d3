import { missingBuilds, renderExpectedBuild, statusAt } from "../../registry/version-state.ts";
import type { Finding } from "../finding.ts";
import type { VersionFacts } from "../move.ts";

/** The version is complete. */
export function checkComplete({ move, record, bucket, now }: VersionFacts): Finding[] {
  const status = statusAt(record, now);
  if (status === "complete") return [];
  const missing = missingBuilds(bucket, record.builds).map(renderExpectedBuild);
  const lacks = missing.length === 0 ? "" : ` It lacks ${missing.join(", ")}.`;
  const mend = status === "running" ? "Publish the rest of it first." : "Build a new version.";
  return [
    {
      rule: "complete",
      level: "error",
      message: `${move.bucket} ${record.version} is ${status}.${lacks} ${mend}`,
    },
  ];
}
