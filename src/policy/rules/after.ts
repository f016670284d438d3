import type { Finding } from "../finding.ts";
import type { VersionFacts } from "../move.ts";

/** The version was on the channel that comes before. */
export function checkAfter({ move, record, step, arrivedOnAfter }: VersionFacts): Finding[] {
  if (step.after === undefined || arrivedOnAfter !== undefined) return [];
  const message = `${move.bucket} ${record.version} was never on "${step.after}", which comes before "${move.channel}". Run: assay promote ${move.bucket}:${record.version} --to ${step.after}`;
  return [{ rule: "after", level: "error", message }];
}
