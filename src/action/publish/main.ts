import { runAction } from "../edge.ts";
import { readInputs } from "../inputs.ts";
import { openWriter } from "../writer.ts";
import { inputs } from "./inputs.ts";
import { publish } from "./publish.ts";
import { readRequest } from "./request.ts";
import { resultOf } from "./result.ts";

await runAction(async () => {
  const given = readInputs(inputs);
  const request = await readRequest(given, process.env, new Date());
  return resultOf(await publish(openWriter(given), request, given.wait));
});
