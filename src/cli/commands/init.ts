import { Command, Option } from "commander";
import { AssayError } from "../../format/error.ts";
import type { Preset } from "../../registry/templates/settings.ts";
import { newRegistryFiles } from "../../registry/templates/registry.ts";
import type { Terminal } from "../../report/terminal.ts";
import { clean } from "../../report/terminal.ts";
import type { Added } from "../new-repository.ts";
import { addFiles, prepareRepository } from "../new-repository.ts";
import { refuseAsOf } from "../options.ts";
import type { Execute } from "../program.ts";
import { readStarterWorkflows } from "../workflows.ts";

const EXAMPLES = `
In a repository, or a folder of one, only what is missing is added; existing files stay as they are.

Examples:
  assay init images
  assay init images --preset regulated     with roles, soak times, restricted channels and policy
  assay init .
`;

/** `assay init`: a registry to start from. */
export function initCommand(execute: Execute): Command {
  return new Command("init")
    .summary("a registry to start from")
    .description("Makes a registry: settings, workflows, CODEOWNERS, rulesets, in one commit.")
    .argument("<dir>", "the folder; it and a git repository are made where they are missing")
    .addOption(
      new Option("--preset <preset>", "how much is set").choices(["minimal", "regulated"]).default("minimal"),
    )
    .addHelpText("after", EXAMPLES)
    .action((directory: string, options: { readonly preset: Preset }, command: Command) =>
      execute(command, async (session) => {
        refuseAsOf(session);
        if (session.place.kind === "github")
          throw new AssayError("usage", "A registry is made in a folder on this machine, and then pushed.", {
            hint: "Leave --repo out.",
          });
        const { top, root, name } = await prepareRepository(directory);
        const workflows = await readStarterWorkflows();
        const files = newRegistryFiles({ name, root, preset: options.preset, workflows });
        const added = await addFiles(top, files, `init: the registry ${name}`);
        return {
          verdict: "yes",
          json: {
            schema: 1 as const,
            branch: added.branch,
            commit: added.commit ?? null,
            directory: top,
            root,
            added: added.added,
            kept: added.kept,
          },
          text: (terminal) => renderText({ ...added, directory, root }, terminal),
          notes: [],
        };
      }),
    );
}

function renderText(
  {
    branch,
    commit,
    added,
    kept,
    directory,
    root,
  }: Added & { readonly directory: string; readonly root: string },
  { paint }: Terminal,
): string {
  const good = paint("good", "✔");
  const left = kept.map((path) => `  ${paint("faint", `${clean(path)} was there and stays as it is`)}`);
  if (commit === undefined) return [`${good} Everything is there; nothing was written.`, ...left].join("\n");
  const where = `${branch} (${commit.slice(0, 7)})`;
  const at = directory === "." ? "" : ` --registry ${clean(directory)}`;
  return [
    `${good} ${paint("strong", `A registry in ${clean(directory)}`)}, committed to ${where}${root === "" ? "" : `, root ${clean(root)}`}`,
    ...added.map((path) => `  ${clean(path)}`),
    ...left,
    "",
    "Next:",
    "  1. say in assay.yml which channels there are and who must agree",
    `  2. make a bucket:        assay bucket ubuntu-base${at}`,
    `  3. publish a version:    assay publish --bucket ubuntu-base --packer-manifest packer-manifest.json${at}`,
    "  4. push it to GitHub and protect its branches: README.md has the commands",
  ].join("\n");
}
