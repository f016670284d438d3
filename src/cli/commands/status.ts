import { Command } from "commander";
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
        // While the store is being opened, the rest is loaded.
        const [store, { answerStatus }] = await Promise.all([session.store(), import("../overview.ts")]);
        return await answerStatus(store, session, bucket);
      }),
    );
}
