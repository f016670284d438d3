import { runAction } from "../edge.ts";
import { readInputs } from "../inputs.ts";
import { openWriter } from "../writer.ts";
import { inputs, readTask } from "./inputs.ts";
import { promote } from "./promote.ts";
import { resultOf } from "./result.ts";

await runAction(async () => {
  const given = readInputs(inputs);
  const task = readTask(given, process.env);
  return resultOf(task, await promote(openWriter(given), task));
});
