import { once } from "node:events";
import { join } from "node:path";
import { StepFailed, openStage } from "./stage.ts";
import { STEPS, renderAddresses, tellStory } from "./story.ts";
import { startWorld } from "./world.ts";

/** `npm run demo [-- --stay]`: the life of an image, for real, on this machine alone. */
const stay = process.argv.includes("--stay");
const stage = openStage(STEPS);
const start = performance.now();
const world = await startWorld();
try {
  await tellStory(stage, world);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
}
process.stdout.write(`\nThe whole story took ${((performance.now() - start) / 1000).toFixed(1)} s.\n`);
if (!stage.close()) process.exitCode = 1;
if (stay) {
  process.stdout.write(
    `\nEverything stays up; Ctrl-C ends it.\n\n${await renderAddresses(world, join(world.folder, "images"))}\n`,
  );
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
}
await world.stop();
