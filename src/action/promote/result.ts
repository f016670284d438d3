import type { ActionResult } from "../edge.ts";
import { mergedNumbers, notesOf, renderReport, renderSettled, verdictOfAll } from "../settle.ts";
import type { Task, outputs } from "./inputs.ts";
import type { Proposed } from "./promote.ts";

type Outputs = Readonly<Record<(typeof outputs)[number], string>>;

/** What promotions tell the job. One that a person asked for fails the job when it fails its check. */
export function resultOf(task: Task, proposed: readonly Proposed[]): ActionResult {
  const settled = proposed.flatMap((one) => (one.settled === undefined ? [] : [one.settled]));
  const verdict = verdictOfAll(settled);
  const values: Outputs = {
    "pull-request": proposed.map(({ pull }) => pull.number).join(","),
    branch: proposed.map(({ pull }) => pull.headRef).join(","),
    verdict: verdict ?? "",
    merged: mergedNumbers(settled),
  };
  const failed = task.kind === "one" && verdict === "fail";
  return {
    outputs: values,
    log: proposed.length === 0 ? ["Nothing has to move."] : proposed.map(renderProposed),
    notes: settled.flatMap(notesOf),
    summary: proposed.length === 0 ? "### ✔ Nothing has to move\n" : proposed.map(renderSummary).join("\n"),
    failure: failed
      ? `The promotion does not pass its check. The report says why: ${proposed.map(({ pull }) => pull.url).join(", ")}`
      : undefined,
  };
}

function renderProposed({ pull, settled }: Proposed): string {
  return settled === undefined
    ? `#${pull.number} ${pull.title}: opened; the registry checks it`
    : renderSettled(settled);
}

function renderSummary({ pull, settled }: Proposed): string {
  return settled === undefined
    ? `### ◷ #${pull.number} is opened and waits for its check\n`
    : renderReport(settled);
}
