import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import type { Answer } from "./answer.ts";
import type { Format, GlobalOptions } from "./options.ts";
import { globalOptions, parseAsOf, readPlace } from "./options.ts";
import type { Session } from "./session.ts";
import { openSession } from "./session.ts";

/** Takes the answer of the command that ran. */
export type Deliver = (answer: Answer, format: Format) => void;

/** Runs a command's work in a session that is opened from its options and closed after it. */
export type Execute = (command: Command, work: (session: Session) => Promise<Answer>) => Promise<void>;

// Only the file of the command that is asked for is loaded: start-up time is what a user of a pipeline feels.
const COMMANDS: Readonly<Record<string, () => Promise<(execute: Execute) => Command>>> = {
  init: async () => (await import("./commands/init.ts")).initCommand,
  bucket: async () => (await import("./commands/bucket.ts")).bucketCommand,
  publish: async () => (await import("./commands/publish.ts")).publishCommand,
  resolve: async () => (await import("./commands/resolve.ts")).resolveCommand,
  promote: async () => (await import("./commands/promote.ts")).promoteCommand,
  check: async () => (await import("./commands/check.ts")).checkCommand,
  explain: async () => (await import("./commands/explain.ts")).explainCommand,
  history: async () => (await import("./commands/history.ts")).historyCommand,
  status: async () => (await import("./commands/status.ts")).statusCommand,
};

const ABOUT = `The registry of golden machine images in a git repository.

A channel promotion is a pull request, compliance a status check, approval a review, history git log.`;

const EXITS = `
Exit status: 0 yes, 1 no (a verdict), 2 could not decide (nothing was written).
A flag outranks the environment (ASSAY_REGISTRY, ASSAY_REPO, ASSAY_ROOT, ASSAY_FORMAT).\nWith --repo: GITHUB_TOKEN, GITHUB_API_URL, and ASSAY_IDENTITY, the App's login where it is not assay[bot].

Examples:
  assay init images                         a registry to start from
  assay bucket ubuntu-base                  its first bucket
  assay publish --bucket ubuntu-base --packer-manifest packer-manifest.json
  assay promote ubuntu-base:v1 --to dev
  assay resolve ubuntu-base@dev --platform aws --region us-east-1
`;

/** The command line with the commands that the words could mean; all of them where help is wanted or none is named. */
export async function buildProgram(argv: readonly string[], deliver: Deliver): Promise<Command> {
  const program = new Command("assay")
    .description(ABOUT)
    .version(manifest.version, "--version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: () => undefined })
    .addHelpText("after", EXITS)
    .exitOverride();
  for (const option of globalOptions()) program.addOption(option);
  const named = Object.keys(COMMANDS).filter((name) => argv.includes(name));
  const wantsAll = named.length === 0 || argv.includes("help");
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (!wantsAll && !named.includes(name)) continue;
    const define = await load();
    const command = define(executeFor(deliver));
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

function executeFor(deliver: Deliver): Execute {
  return async (command, work) => {
    const { format, asOf } = command.optsWithGlobals<GlobalOptions>();
    const session = openSession({
      place: readPlace(command),
      env: process.env,
      clock: new Date(),
      asOf: parseAsOf(asOf),
    });
    try {
      deliver(await work(session), format);
    } finally {
      session.close();
    }
  };
}
