import { openConnection } from "../connection.ts";
import { runAction } from "../edge.ts";
import { readInputs } from "../inputs.ts";
import { inputs } from "./inputs.ts";

await runAction(async () => {
  const given = readInputs(inputs);
  const { store } = openConnection(given);
  // Asked before the rest of the program loads, so that a wrong token or name fails at once.
  await store.defaultBranch();
  const { resolve } = await import("./resolve.ts");
  return resolve(store, given, new Date());
});
