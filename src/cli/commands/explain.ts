import { Command } from "commander";
import { AssayError } from "../../format/error.ts";
import type { Moment } from "../../flows/as-of.ts";
import { readAsOf } from "../../flows/as-of.ts";
import { needChannel, needSettings, needVersion } from "../../flows/lookup.ts";
import { readMoveFacts } from "../../flows/move-facts.ts";
import type { VersionReference } from "../../format/reference.ts";
import { renderApprovers } from "../../policy/approval.ts";
import type { MoveDecision } from "../../policy/decide.ts";
import { decideMove } from "../../policy/decide.ts";
import { judgeMove } from "../../policy/rules.ts";
import type { Approvers } from "../../registry/files/settings.ts";
import { renderMoveJson } from "../../report/decision-json.ts";
import { renderMoveText } from "../../report/decision-text.ts";
import { clean } from "../../report/terminal.ts";
import type { Store } from "../../store/store.ts";
import { parseVersionOnly } from "../options.ts";
import type { Execute } from "../program.ts";

const EXAMPLES = `
Examples:
  assay explain ubuntu-base:v12 --to stable
  assay explain ubuntu-base:v12 --to stable --as-of 2026-12-24T00:00:00Z     would it pass then?
`;

/** `assay explain`: would this promotion pass? */
export function explainCommand(execute: Execute): Command {
  return new Command("explain")
    .summary("the verdict on a promotion that nobody proposed; nothing is written")
    .description("Judges a promotion by the rules of the registry and says why. Nothing is written.")
    .argument("<version>", "bucket:vN")
    .requiredOption("--to <channel>", "the channel that it would go to")
    .addHelpText("after", EXAMPLES)
    .action((version: string, options: { readonly to: string }, command: Command) =>
      execute(command, async (session) => {
        const store = await session.store();
        const moment = await readAsOf(store, session.asOf, session.clock);
        const move = { ...parseVersionOnly(version), channel: options.to };
        const { decision, approvers } = await judge(store, moment, move);
        return {
          verdict: decision.verdict === "pass" ? "yes" : "no",
          json: { schema: 1, ...renderMoveJson(decision), approvers: approvers ?? null },
          text: (terminal) => {
            const then =
              approvers === undefined ? "" : `\n\nThe promotion then needs ${renderNeed(approvers)}.`;
            return `${renderMoveText(decision, terminal)}${then}`;
          },
          notes: [],
        };
      }),
    );
}

interface Judged {
  readonly decision: MoveDecision;
  /** Whose approvals the channel asks for; undefined where it asks for none. */
  readonly approvers: Approvers | undefined;
}

async function judge(
  store: Store,
  { registry, now }: Moment,
  { bucket, version, channel }: VersionReference & { readonly channel: string },
): Promise<Judged> {
  await needChannel(registry, bucket, channel);
  await needVersion(registry, bucket, version);
  const [settings, pointer] = await Promise.all([needSettings(registry), registry.channel(bucket, channel)]);
  const from = pointer === undefined || pointer.version === "none" ? undefined : pointer.version;
  const move = { bucket, channel, from, to: version };
  const facts = await readMoveFacts(store, registry, { move, place: undefined, now });
  if (facts === undefined)
    throw new AssayError("not-found", `"${channel}" of "${bucket}" cannot be judged: its settings are gone.`);
  const { restricted } = facts.step;
  return {
    decision: decideMove(facts, judgeMove(facts, settings.policy)),
    approvers:
      restricted === undefined
        ? undefined
        : { teams: restricted.teams, users: restricted.users, approvals: restricted.approvals },
  };
}

function renderNeed(approvers: Approvers): string {
  const { approvals } = approvers;
  return `${approvals} ${approvals === 1 ? "approval" : "approvals"} of ${clean(renderApprovers(approvers))}`;
}
