import { parseDuration, renderDuration } from "../../format/duration.ts";
import { formatTime, renderTime, timeToMs } from "../../format/time.ts";
import type { Finding } from "../finding.ts";
import type { VersionFacts } from "../move.ts";

/** The version arrived on the channel before long enough ago. */
export function checkSoak({ step, arrivedOnAfter, now }: VersionFacts): Finding[] {
  const soak = step.soak === undefined ? undefined : parseDuration(step.soak);
  if (soak === undefined || arrivedOnAfter === undefined || step.after === undefined) return [];
  const since = now.getTime() - timeToMs(arrivedOnAfter);
  if (since >= soak) return [];
  const passesAt = formatTime(new Date(timeToMs(arrivedOnAfter) + soak));
  const message = `${renderDuration(since)} of ${renderDuration(soak)} on "${step.after}". Passes by itself on ${renderTime(passesAt)}.`;
  return [{ rule: "soak", level: "error", message, passesAt }];
}
