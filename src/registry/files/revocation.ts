import * as z from "zod";
import { line, time, versionReference } from "./scalars.ts";

/** A revocation, `buckets/<bucket>/revocations/<version>.yml`. */
export const revocationFile = z.strictObject({
  reason: line,
  cves: z.array(z.string().regex(/^CVE-\d{4}-\d{4,}$/, 'must be an id such as "CVE-2026-1234"')).default([]),
  /** When it takes effect; without it, at its merge. */
  effective: time.optional(),
  inherit: z.boolean().default(true),
  except: z.array(versionReference).default([]),
  rollback: z.boolean().default(true),
});

export type Revocation = z.output<typeof revocationFile>;
