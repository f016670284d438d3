import type { Proposal } from "../policy/proposal.ts";
import type { VersionRecord } from "../registry/files/version.ts";

/** The readable version records of a proposed change. */
export function versionRecordsIn(proposal: Proposal): VersionRecord[] {
  return proposal.records.flatMap(({ after }) => (after === undefined ? [] : [after]));
}
