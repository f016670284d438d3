import { renderTime } from "../../format/time.ts";
import { renderCause } from "../../lineage/family.ts";
import type { Finding } from "../finding.ts";
import type { VersionFacts } from "../move.ts";

/** The version is not revoked; a scheduled revocation is told. */
export function checkNotRevoked({ move, record, standing }: VersionFacts): Finding[] {
  const name = `${move.bucket} ${record.version}`;
  switch (standing.kind) {
    case "active":
      return [];
    case "scheduled":
      return [
        {
          rule: "not-revoked",
          level: "warning",
          message: `${name} will be revoked on ${renderTime(standing.at)} (${renderCause(standing.cause)}).`,
          failsAt: standing.at,
        },
      ];
    case "revoked": {
      const mend = standing.cause.inherited ? "Rebuild it from a good parent." : "Promote another version.";
      return [
        {
          rule: "not-revoked",
          level: "error",
          message: `${name} is revoked (${renderCause(standing.cause)}). ${mend}`,
        },
      ];
    }
  }
}
