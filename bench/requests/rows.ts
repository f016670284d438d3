import type { Row } from "../measure/row.ts";
import type { GeneratedRegistry } from "../registry/generate.ts";
import { countChecks } from "./check.ts";
import type { RequestCount } from "./count.ts";
import { countPublishes } from "./publish.ts";

const MAX_READS = 5;
// Two check runs and a comment.
const OUTPUTS = 3;
const MAX_PUBLISH = 10;

/** The requests of promotion checks; each row has one count for each registry. */
export async function benchChecks(registries: readonly GeneratedRegistry[]): Promise<readonly Row[]> {
  const all = await inTurn(registries, countChecks);
  const warm = (measure: string, counts: readonly RequestCount[], writes: number): Row[] => [
    {
      kind: "count",
      measure: `check, ${measure}: reads`,
      counts: counts.map(({ reads }) => reads),
      limit: MAX_READS,
      note: counts[0]?.summary ?? "",
    },
    {
      kind: "figure",
      measure: `check, ${measure}: blobs`,
      figure: counts.map(({ blobs }) => blobs).join(" "),
      note: "never seen before, one read each",
    },
    {
      kind: "count",
      measure: `check, ${measure}: writes`,
      counts: counts.map(({ writes: made }) => made),
      limit: writes,
      note: "",
    },
  ];
  return [
    ...warm(
      "again",
      all.map(({ again }) => again),
      0,
    ),
    ...warm(
      "reviewed",
      all.map(({ reviewed }) => reviewed),
      OUTPUTS,
    ),
    ...warm(
      "a minute later",
      all.map(({ minuteLater }) => minuteLater),
      0,
    ),
    ...warm(
      "base moved",
      all.map(({ baseMoved }) => baseMoved),
      OUTPUTS,
    ),
    ...warm(
      "bucket moved",
      all.map(({ bucketMoved }) => bucketMoved),
      OUTPUTS,
    ),
    totalOf(
      "check, another pull request",
      all.map(({ otherPull }) => otherPull),
    ),
    totalOf(
      "check, cold",
      all.map(({ cold }) => cold),
    ),
  ];
}

/** The requests of publishes, each in a cold process; the last registry is the one with long folders. */
export async function benchPublishes(registries: readonly GeneratedRegistry[]): Promise<readonly Row[]> {
  const all = await inTurn(registries, countPublishes);
  const row = (measure: string, counts: readonly RequestCount[]): Row => ({
    kind: "count",
    measure: `publish, ${measure}`,
    counts: counts.map(totalRequests),
    limit: MAX_PUBLISH,
    note: counts[0]?.summary ?? "",
  });
  return [
    row(
      "straight",
      all.map(({ plain }) => plain),
    ),
    row(
      "with --parent",
      all.map(({ withParent }) => withParent),
    ),
    row(
      "repeated",
      all.map(({ repeated }) => repeated),
    ),
  ];
}

async function inTurn<T>(
  registries: readonly GeneratedRegistry[],
  count: (registry: GeneratedRegistry) => Promise<T>,
): Promise<readonly T[]> {
  const counts: T[] = [];
  for (const registry of registries) counts.push(await count(registry));
  return counts;
}

function totalOf(measure: string, counts: readonly RequestCount[]): Row {
  const figure = counts.map(totalRequests).join(" ");
  return { kind: "figure", measure, figure, note: counts[0]?.summary ?? "" };
}

function totalRequests({ reads, blobs, writes }: RequestCount): number {
  return reads + blobs + writes;
}
