import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that everything else comes from the cache the next time.
enableCompileCache();
const { runCommandLine } = await import("./command-line.ts");

// A reader that has seen enough, such as head, is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
process.exitCode = await runCommandLine(process.argv.slice(2));
