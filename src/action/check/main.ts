import { runAction } from "../edge.ts";
import { readInputs } from "../inputs.ts";
import { openWriter } from "../writer.ts";
import { check } from "./check.ts";
import { inputs } from "./inputs.ts";
import { resultOf } from "./result.ts";
import { readTask } from "./task.ts";

await runAction(async () => {
  const given = readInputs(inputs);
  const task = readTask(given["pull-request"]);
  return resultOf(task, await check(openWriter(given), task));
});
