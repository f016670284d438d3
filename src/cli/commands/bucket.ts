import { Command } from "commander";
import { createBucket } from "../../flows/create-bucket.ts";
import { bucketPath } from "../../registry/paths.ts";
import { refuseAsOf } from "../options.ts";
import type { Execute } from "../program.ts";

const EXAMPLES = `
Examples:
  assay bucket ubuntu-base --description "Ubuntu 24.04, hardened"
`;

/** `assay bucket`: a new bucket's settings. */
export function bucketCommand(execute: Execute): Command {
  return new Command("bucket")
    .summary("a new bucket's settings file")
    .description(
      "Writes the settings of a new bucket to the default branch. An existing file stays as it is.",
    )
    .argument("<name>", "1 to 36 lower-case letters, digits and hyphens")
    .option("--description <text>", "what its images are, in one line")
    .addHelpText("after", EXAMPLES)
    .action((name: string, options: { readonly description?: string }, command: Command) =>
      execute(command, async (session) => {
        refuseAsOf(session);
        const { branch, commit } = await createBucket(await session.store(), {
          name,
          description: options.description,
        });
        const path = bucketPath(name);
        return {
          verdict: "yes",
          json: { schema: 1 as const, branch, commit: commit ?? null, bucket: name, path },
          text: (terminal) =>
            commit === undefined
              ? `${terminal.paint("good", "✔")} "${name}" is already a bucket; nothing was written.`
              : `${terminal.paint("good", "✔")} ${path} written to ${branch} (${commit.slice(0, 7)})\nNext: say in it what a complete version contains, then: assay publish --bucket ${name} …`,
          notes: [],
        };
      }),
    );
}
