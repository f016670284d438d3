// Loaded before a program: tells at its end how much memory it held at most.
import { writeSync } from "node:fs";

process.once("exit", () => {
  writeSync(1, `\npeak-memory-kib=${process.resourceUsage().maxRSS}\n`);
});
