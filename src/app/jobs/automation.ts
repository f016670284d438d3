import { promoteAutomatically } from "../../flows/automate.ts";
import { readHead } from "../../flows/change.ts";
import { AssayError } from "../../format/error.ts";
import { ladderOf } from "../../registry/ladder.ts";
import type { Registry } from "../../store/open-registry.ts";
import { errorFields } from "../log.ts";
import type { AutomationTask } from "../task.ts";
import type { Job, Outcome } from "./job.ts";
import { DONE } from "./job.ts";
import { isRegistry } from "./registry-gate.ts";

/** How often it is asked again whether time alone has let a version qualify. */
const PERIOD_MS = 900_000;

/** Opens the promotions that automation wants now, and comes back where only time is missing. */
export async function runAutomation(job: Job, _task: AutomationTask): Promise<Outcome> {
  if (!(await isRegistry(job.registry))) return DONE;
  const next = await promoteWanted(job, undefined);
  return next === undefined ? DONE : { kind: "later", at: next };
}

/**
 * Opens the promotions that automation wants in these buckets, or in all. What cannot be read in one bucket holds up
 * no other. Answers when to ask again; undefined where time changes nothing.
 */
export async function promoteWanted(
  job: Job,
  buckets: readonly string[] | undefined,
): Promise<Date | undefined> {
  const { registry: head } = await readHead(job.registry.store);
  for (const bucket of buckets ?? (await head.buckets())) await promoteIn(job, bucket);
  return (await waitsForTime(head)) ? new Date(job.now.getTime() + PERIOD_MS) : undefined;
}

async function promoteIn({ registry, now, log }: Job, bucket: string): Promise<void> {
  try {
    for (const pull of await promoteAutomatically(registry, [bucket], now))
      log.info({ bucket, pull: pull.number, branch: pull.headRef }, "promotion opened by automation");
  } catch (error) {
    if (!(error instanceof AssayError) || error.code !== "invalid") throw error;
    log.warn({ bucket, ...errorFields(error) }, "automation cannot read the bucket");
  }
}

/** Whether an automatic channel asks for something that only time brings. */
async function waitsForTime(registry: Registry): Promise<boolean> {
  const settings = await registry.settings();
  if (settings === undefined) return false;
  const automatic = Object.entries(settings.channels).filter(([, step]) => step.auto === true);
  for (const bucket of automatic.length === 0 ? [] : await registry.buckets()) {
    const own = await registry.bucket(bucket).catch(() => undefined);
    const ladder = own === undefined ? undefined : ladderOf(settings, own);
    if (automatic.some(([name, step]) => (ladder?.get(name) ?? step).soak !== undefined)) return true;
  }
  return false;
}
