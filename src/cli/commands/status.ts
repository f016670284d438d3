import { Command } from "commander";
import { readAsOf } from "../../flows/as-of.ts";
import { readStatus } from "../../flows/status.ts";
import { renderStatusJson } from "../../report/status-json.ts";
import { renderStatusText } from "../../report/status-text.ts";
import type { Execute } from "../program.ts";

const EXAMPLES = `
Examples:
  assay status
  assay status ubuntu-base
  assay status --repo acme/images
  assay status --as-of 2027-01-01T00:00:00Z     under a clock that has moved on: what will be revoked by then
`;

/** `assay status`: the registry at a glance. */
export function statusCommand(execute: Execute): Command {
  return new Command("status")
    .summary("the registry, or one bucket, at a glance")
    .description("Prints every bucket with its channels, their age and lineage, and what is wrong with them.")
    .argument("[bucket]", "only this bucket")
    .addHelpText("after", EXAMPLES)
    .action((bucket: string | undefined, _options: object, command: Command) =>
      execute(command, async (session) => {
        const store = await session.store();
        const moment = await readAsOf(store, session.asOf, session.clock);
        const status = await readStatus(store, moment, bucket);
        return {
          verdict: "yes",
          json: renderStatusJson(status),
          text: (terminal) => renderStatusText(status, terminal),
          notes: [],
        };
      }),
    );
}
