import { Command } from "commander";
import type { Execute } from "../program.ts";
import type { ResolveOptions } from "../resolution.ts";

const EXAMPLES = `
With any of --platform, --region, --arch, --account, --component one image is meant, and only its id is printed.

Examples:
  assay resolve ubuntu-base@stable                                       all images of what is on stable
  assay resolve ubuntu-base@stable --platform aws --region us-east-1     one id
  assay resolve ubuntu-base:v12 --format json
  assay resolve ubuntu-base@latest --repo acme/images
  assay resolve ubuntu-base@stable --as-of 2026-03-01T00:00:00Z          what it was then
`;

/** `assay resolve`: which image is it? */
export function resolveCommand(execute: Execute): Command {
  return new Command("resolve")
    .summary("which image a channel or version stands for")
    .description("Prints which images a channel or a version of a bucket stands for.")
    .argument("<reference>", "bucket@channel or bucket:vN; the channel latest is computed")
    .option("--platform <platform>", "only images of this platform, such as aws")
    .option("--region <region>", "only images of this region")
    .option("--arch <arch>", "only images of this architecture")
    .option("--account <account>", "only images of this account")
    .option("--component <component>", "only images of this build, such as amazon-ebs.ubuntu")
    .option("--allow-revoked", "answer although the version is revoked")
    .addHelpText("after", EXAMPLES)
    .action((reference: string, options: ResolveOptions, command: Command) =>
      execute(command, async (session) => {
        // While the store is being opened, the rest is loaded.
        const [store, { answerResolve }] = await Promise.all([session.store(), import("../resolution.ts")]);
        return await answerResolve(store, session, { reference, options });
      }),
    );
}
