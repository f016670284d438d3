import * as z from "zod";
import { bucketName, line, time, versionName } from "./scalars.ts";

/** An expiring, approved exception from one rule, `waivers/<name>.yml`. */
export const waiverFile = z.strictObject({
  rule: line,
  reason: line,
  expires: time,
  bucket: bucketName.optional(),
  versions: z.array(versionName).min(1).optional(),
  ids: z.array(line).min(1).optional(),
  inherit: z.boolean().default(false),
});

export type Waiver = z.output<typeof waiverFile>;
