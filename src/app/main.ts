import { readFileSync } from "node:fs";
import { startApp } from "./app.ts";
import { parseConfig } from "./config.ts";

/** Exits when work does not end: whoever stops a container kills it soon after. */
const MAX_STOP_MS = 25_000;

const parsed = parseConfig(process.env, (path) => readFileSync(path, "utf8"));
if (parsed.ok) {
  try {
    const app = await startApp({ config: parsed.config });
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop(app.stop));
    await app.recover();
  } catch (error) {
    refuse([`Assay cannot start: ${error instanceof Error ? error.message : String(error)}`]);
  }
} else {
  refuse(parsed.problems);
}

function stop(end: () => Promise<void>): void {
  setTimeout(() => process.exit(1), MAX_STOP_MS).unref();
  end().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}

function refuse(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
  process.exitCode = 2;
}
