import { Command } from "commander";
import { readAsOf } from "../../flows/as-of.ts";
import { checkRevisions } from "../../flows/check.ts";
import type { Decision } from "../../policy/decide.ts";
import { renderDecisionJson } from "../../report/decision-json.ts";
import { renderDecisionText } from "../../report/decision-text.ts";
import type { Execute } from "../program.ts";
import type { Session } from "../session.ts";

interface CheckOptions {
  readonly base?: string;
  readonly head: string;
}

const EXAMPLES = `
In a clone no reviews are known: approvals that are needed are told and do not count against the verdict.
With --repo a head that has an open pull request is judged with its reviews.

Examples:
  assay check                                                  what HEAD would change on the default branch
  assay check --head assay/promote/ubuntu-base/stable
  assay check --head assay/promote/ubuntu-base/stable --as-of 2026-12-24T00:00:00Z
`;

/** `assay check`: may this change go in? */
export function checkCommand(execute: Execute): Command {
  return new Command("check")
    .summary("judge a change by the rules of the registry")
    .description("Judges what a branch or commit would change, by the settings and history of the base.")
    .option("--base <rev>", "hold against this branch or commit (default: the default branch)")
    .option("--head <rev>", "the branch or commit to judge", "HEAD")
    .addHelpText("after", EXAMPLES)
    .action((options: CheckOptions, command: Command) =>
      execute(command, async (session) => {
        const decision = await decideOn(session, options);
        return {
          verdict: decision.verdict === "pass" ? "yes" : "no",
          json: renderDecisionJson(decision),
          text: (terminal) => renderDecisionText(decision, terminal),
          notes: [],
        };
      }),
    );
}

async function decideOn(session: Session, { base, head }: CheckOptions): Promise<Decision> {
  const github = base === undefined ? await session.github() : undefined;
  if (github !== undefined) {
    const { judgeBranch } = await import("../judge-branch.ts");
    const judged = await judgeBranch(github, head, session.asOf ?? session.clock);
    if (judged !== undefined) return judged;
  }
  const store = await session.store();
  const { commit, now } = await readAsOf(store, session.asOf, session.clock);
  return checkRevisions(store, { base: base ?? commit, head }, now);
}
