import { Command } from "commander";
import { readAsOf } from "../../flows/as-of.ts";
import { readAssignments } from "../../flows/channel-history.ts";
import { needChannel } from "../../flows/lookup.ts";
import { renderHistoryJson, renderHistoryText } from "../../report/history.ts";
import { parseChannelOnly } from "../options.ts";
import type { Execute } from "../program.ts";

const EXAMPLES = `
Examples:
  assay history ubuntu-base@stable
  assay history ubuntu-base@stable --as-of 2026-03-01T00:00:00Z     up to then
  assay history ubuntu-base@stable --format json
`;

/** `assay history`: what was a channel, when, and who says so? */
export function historyCommand(execute: Execute): Command {
  return new Command("history")
    .summary("what a channel pointed to, from when until when")
    .description("Prints what a channel pointed to, from when until when, by which commit, newest first.")
    .argument("<channel>", "bucket@channel")
    .addHelpText("after", EXAMPLES)
    .action((channel: string, _options: object, command: Command) =>
      execute(command, async (session) => {
        const store = await session.store();
        const reference = parseChannelOnly(channel);
        const { registry, commit, now } = await readAsOf(store, session.asOf, session.clock);
        const assignments = await readAssignments(store, commit, reference);
        if (assignments.length === 0) await needChannel(registry, reference.bucket, reference.channel);
        const history = { ...reference, asOf: now, assignments };
        return {
          verdict: "yes",
          json: renderHistoryJson(history),
          text: (terminal) => renderHistoryText(history, terminal),
          notes: [],
        };
      }),
    );
}
