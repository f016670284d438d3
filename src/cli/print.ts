import { styleText } from "node:util";
import { renderErrorJson, renderErrorText } from "../report/error.ts";
import type { Terminal, Tone } from "../report/terminal.ts";
import { cleanLines } from "../report/terminal.ts";
import type { Answer, Note } from "./answer.ts";
import type { Format } from "./options.ts";

const COLOURS: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  good: "green",
  bad: "red",
  waiting: "cyan",
  warning: "yellow",
  strong: "bold",
  faint: "dim",
};

const MARKS: Readonly<Record<Note["tone"], string>> = { bad: "✖", warning: "!", waiting: "◷" };

/** Prints an answer: the answer itself on the standard output, notes on the standard error. */
export function printAnswer(answer: Answer, format: Format): void {
  const text =
    format === "json" ? JSON.stringify(answer.json, null, 2) : answer.text(terminalOf(process.stdout));
  if (text !== "") process.stdout.write(`${text}\n`);
  const terminal = terminalOf(process.stderr);
  for (const { tone, text: note } of answer.notes)
    process.stderr.write(`${terminal.paint(tone, MARKS[tone])} ${cleanLines(note)}\n`);
}

/** Prints what was thrown: as JSON on the standard output, else in words on the standard error. */
export function printFailure(error: unknown, format: Format): void {
  if (format === "json") process.stdout.write(`${JSON.stringify(renderErrorJson(error), null, 2)}\n`);
  else process.stderr.write(`${renderErrorText(error, terminalOf(process.stderr))}\n`);
  if (process.env["DEBUG"] !== undefined && error instanceof Error)
    process.stderr.write(`${error.stack ?? ""}\n`);
}

/** Colours where the stream is a terminal that wants them; `NO_COLOR` turns them off. */
function terminalOf(stream: NodeJS.WriteStream): Terminal {
  return {
    paint: (tone, text) => styleText(COLOURS[tone], text, { stream }),
    columns: stream.isTTY ? stream.columns : undefined,
  };
}
