import { isFatal, renderTable } from "./measure/row.ts";
import type { Row } from "./measure/row.ts";
import { benchAction } from "./processes/action.ts";
import { withBundles } from "./processes/bundles.ts";
import { benchResolve } from "./processes/resolve.ts";
import { benchStatus } from "./processes/status.ts";
import type { GeneratedRegistry } from "./registry/generate.ts";
import { openRegistryOf } from "./registry/generate.ts";
import type { Shape } from "./registry/shape.ts";
import { scaleOf } from "./registry/shape.ts";
import { benchChecks, benchPublishes } from "./requests/rows.ts";

const scale = scaleOf(process.env["BENCH_SIZE"]);

async function openAll(shapes: readonly Shape[]): Promise<readonly GeneratedRegistry[]> {
  const registries: GeneratedRegistry[] = [];
  for (const shape of shapes) registries.push(await openRegistryOf(shape));
  return registries;
}

/** Runs one part after the other, so that none disturbs the times of another. */
async function runBenches(): Promise<readonly Row[]> {
  const growing = await openAll(scale.growing);
  const deep = await openRegistryOf(scale.deep);
  const clone = await openRegistryOf(scale.clone);
  const processes = await withBundles(async (bundles) => [
    ...(await benchStatus(clone, bundles, scale.runs)),
    ...(await benchResolve(clone, bundles, scale.runs)),
    ...(await benchAction(bundles, scale.runs)),
  ]);
  return [...(await benchChecks(growing)), ...(await benchPublishes([...growing, deep])), ...processes];
}

const rows = await runBenches();
const sizes = scale.growing.map(({ versions }) => versions.toLocaleString("en")).join(", ");
process.stdout.write(
  `Requests on registries of ${sizes} versions; publishes also on one with a bucket of 1,200.\n`,
);
process.stdout.write(
  `Times on ${scale.clone.versions.toLocaleString("en")} versions; ratios are medians (least–most) of ${scale.runs} pairs.\n\n`,
);
process.stdout.write(`${renderTable(rows)}\n`);
process.exitCode = rows.some(isFatal) ? 1 : 0;
