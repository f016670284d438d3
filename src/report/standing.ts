import { renderShortTime, timeToMs } from "../format/time.ts";
import type { Standing } from "../lineage/family.ts";
import { renderCause } from "../lineage/family.ts";
import { clean } from "./terminal.ts";

const NEAR = 30 * 86_400_000;

/** A revocation, in effect or to come, as JSON; `at` is null where it took effect when it was merged. */
export interface RevocationJson {
  readonly kind: "revoked" | "scheduled";
  readonly at: string | null;
  readonly bucket: string;
  readonly version: string;
  readonly inherited: boolean;
  readonly reason: string;
}

/** The JSON of why a version is, or will be, out of use; null where nothing speaks against it. */
export function renderRevocationJson(standing: Standing): RevocationJson | null {
  if (standing.kind === "active") return null;
  const { bucket, version, inherited, reason } = standing.cause;
  return { kind: standing.kind, at: standing.at ?? null, bucket, version, inherited, reason };
}

/** `revoked (inherited from …)` or `will be revoked on … (…)`; empty for a version that may be used. */
export function renderStanding(standing: Standing): string {
  switch (standing.kind) {
    case "active":
      return "";
    case "revoked": {
      const since = standing.at === undefined ? "" : ` since ${renderShortTime(standing.at)} UTC`;
      return `revoked${since} (${clean(renderCause(standing.cause))})`;
    }
    case "scheduled": {
      const at = `${renderShortTime(standing.at)} UTC`;
      return standing.cause.kind === "lifetime"
        ? `at the end of its lifetime on ${at}`
        : `will be revoked on ${at} (${clean(renderCause(standing.cause))})`;
    }
  }
}

/** Whether a standing is worth telling: every revocation is, the end of a lifetime only in its last 30 days. */
export function isNews(standing: Standing, now: Date): boolean {
  if (standing.kind !== "scheduled" || standing.cause.kind !== "lifetime") return standing.kind !== "active";
  return timeToMs(standing.at) - now.getTime() <= NEAR;
}
