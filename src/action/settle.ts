import { setTimeout as sleep } from "node:timers/promises";
import type { GitHubRegistry } from "../flows/github-registry.ts";
import type { HandledPull } from "../flows/handle-pull.ts";
import { handlePull } from "../flows/handle-pull.ts";
import type { Verdict } from "../policy/finding.ts";
import { worstOf } from "../policy/finding.ts";
import { renderDecisionMarkdown } from "../report/decision-markdown.ts";
import type { Note } from "./edge.ts";

/** A pull request that was judged, told about and, where it was ready, merged. */
export type SettledPull = HandledPull;

// A check that was just posted, and whether a pull request can be merged, take GitHub a moment to notice.
const PAUSES_MS = [1_000, 4_000];

/** Judges a pull request, tells it, and merges it when it is ready; where GitHub is not ready yet, asks it again. */
export async function settlePull(
  registry: GitHubRegistry,
  pull: { readonly number: number; readonly headSha: string },
): Promise<SettledPull> {
  let handled = await handlePull(registry, pull, new Date());
  for (const pause of PAUSES_MS) {
    if (handled.merge.kind !== "stale" && handled.merge.kind !== "refused") break;
    await sleep(pause);
    handled = await handlePull(registry, pull, new Date());
  }
  return handled;
}

/** The worst verdict of several pull requests; undefined for none. */
export function verdictOfAll(settled: readonly SettledPull[]): Verdict | undefined {
  return settled.length === 0 ? undefined : worstOf(settled.map(({ judged }) => judged.decision.verdict));
}

/** The numbers of those that were merged, with commas. */
export function mergedNumbers(settled: readonly SettledPull[]): string {
  return settled
    .filter(({ merge }) => merge.kind === "merged")
    .map(({ judged }) => judged.pull.number)
    .join(",");
}

/** `#12 pass, merged`: what became of a pull request, for the log. */
export function renderSettled({ judged, merge }: SettledPull): string {
  const { pull, decision } = judged;
  return `#${pull.number} ${pull.title}: ${decision.verdict}, ${merge.kind === "merged" ? "merged" : "not merged"}`;
}

/** What people have to know of a merge that should have been and was not. */
export function notesOf({ judged, merge }: SettledPull): Note[] {
  const told = `#${judged.pull.number} is ready`;
  switch (merge.kind) {
    case "merged":
      return [];
    case "stale":
      return [
        { level: "warning", message: `${told} and got new commits in the meantime; they are judged next.` },
      ];
    case "refused":
      return [{ level: "warning", message: `${told}, and GitHub does not merge it: ${merge.reason}` }];
    case "left":
      return judged.decision.verdict === "pass" && judged.decision.subject !== "nothing"
        ? [{ level: "notice", message: `${told} and left to people: ${merge.reason}.` }]
        : [];
  }
}

/** The report of a pull request under its number. */
export function renderReport({ judged, merge }: SettledPull): string {
  const { pull, decision } = judged;
  const fate = merge.kind === "merged" ? " · merged" : "";
  return `#${pull.number}${fate}\n\n${renderDecisionMarkdown(decision)}`;
}
