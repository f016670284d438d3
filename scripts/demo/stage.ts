import { styleText } from "node:util";

/** Counts and shows what happens, a line a step. */
export interface Stage {
  /** Opens a part of the story. */
  chapter(title: string): void;
  /** Runs one step, in the words of who does it; once one fails, those that build on it are failed unseen. */
  step<T>(who: string, what: string, act: () => Promise<T>): Promise<T>;
  /** Shows text as it is, indented. */
  show(text: string): void;
  /** Prints the totals; true when nothing failed. */
  close(): boolean;
}

/** Thrown by a step that failed, after it was told; what depends on it is not tried. */
export class StepFailed extends Error {}

/** Opens a stage on the standard output. `expected` is how many steps a whole run has. */
export function openStage(expected: number): Stage {
  let passed = 0;
  let failed = 0;
  // What a step shows stands below its line, which is written when it is done.
  let shown: string[] | undefined;
  return {
    chapter(title) {
      process.stdout.write(`\n${styleText("bold", title)}\n`);
    },
    async step(who, what, act) {
      const line = `${styleText("cyan", who)} ${what}`;
      if (process.stdout.isTTY) process.stdout.write(`  … ${line}`);
      const start = performance.now();
      shown = [];
      try {
        const result = await act();
        passed += 1;
        write(styleText("green", "✔"), line, start);
        for (const text of shown) print(text);
        return result;
      } catch (error) {
        failed += 1;
        write(styleText("red", "✖"), line, start);
        process.stdout.write(
          `${indent(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
        );
        throw new StepFailed(what, { cause: error });
      } finally {
        shown = undefined;
      }
    },
    show(text) {
      if (shown === undefined) print(text);
      else shown.push(text);
    },
    close() {
      const unseen = Math.max(0, expected - passed - failed);
      if (unseen > 0) process.stdout.write(`\n${unseen} further steps were not reached.\n`);
      process.stdout.write(`\n${passed} passed, ${failed + unseen} failed\n`);
      return failed + unseen === 0;
    },
  };
}

function write(symbol: string, line: string, start: number): void {
  const took = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const clear = process.stdout.isTTY ? "\r\u001B[2K" : "";
  process.stdout.write(`${clear}  ${symbol} ${line} ${styleText("dim", took)}\n`);
}

function print(text: string): void {
  process.stdout.write(`\n${indent(text.trimEnd())}\n\n`);
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => `    ${styleText("dim", "│")} ${line}`)
    .join("\n");
}
