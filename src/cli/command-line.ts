import { CommanderError } from "commander";
import { AssayError } from "../format/error.ts";
import type { Answer } from "./answer.ts";
import type { Format } from "./options.ts";
import { printAnswer, printFailure } from "./print.ts";
import { buildProgram } from "./program.ts";

/**
 * Runs one command and prints what it answers. Resolves to the exit code: 0 yes, 1 no, 2 could not decide.
 * It is the one place where what was thrown ends.
 */
export async function runCommandLine(argv: readonly string[]): Promise<0 | 1 | 2> {
  let answered: { readonly answer: Answer; readonly format: Format } | undefined;
  try {
    const program = await buildProgram(argv, (answer, format) => {
      answered = { answer, format };
    });
    await program.parseAsync([...argv], { from: "user" });
    if (answered === undefined) return 0;
    printAnswer(answered.answer, answered.format);
    return answered.answer.verdict === "yes" ? 0 : 1;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    printFailure(error instanceof CommanderError ? usageError(error) : error, formatOf(argv));
    return 2;
  }
}

/** Commander's words for a wrong command line, as one of our errors. */
function usageError(error: CommanderError): AssayError {
  if (error.code === "commander.help")
    return new AssayError("usage", "No command was given.", { hint: "See: assay --help" });
  const [message = "", ...more] = error.message
    .replace(/^error: /, "")
    .replaceAll("'", '"')
    .split("\n");
  const guess = more.join(" ").replaceAll(/[()]/g, "");
  return new AssayError("usage", sentence(message), { hint: guess === "" ? "See: assay --help" : guess });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.*$/, "")}.`;
}

/** The form that was asked for, told from words that could not be parsed as a whole. */
function formatOf(argv: readonly string[]): Format {
  const at = argv.findLastIndex((word) => word === "--format" || word.startsWith("--format="));
  const word = at < 0 ? process.env["ASSAY_FORMAT"] : (argv[at]?.split("=")[1] ?? argv[at + 1]);
  return word === "json" ? "json" : "text";
}
