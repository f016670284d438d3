import type { Finding } from "../finding.ts";
import type { MoveFacts } from "../move.ts";

/** The version that a channel shall point to is one of the bucket's. */
export function checkExists({ move, record, newest }: MoveFacts): Finding[] {
  if (move.to === undefined || record !== undefined) return [];
  const known = newest === undefined ? `"${move.bucket}" has no version yet.` : `The newest is "${newest}".`;
  const message = `Channel "${move.channel}" of "${move.bucket}" names "${move.to}", which the bucket does not have. ${known}`;
  return [{ rule: "exists", level: "error", message }];
}
