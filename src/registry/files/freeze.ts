import * as z from "zod";
import { bucketName, channelName, line, time } from "./scalars.ts";

/** A window in which channels do not move, `freezes/<name>.yml`. */
export const freezeFile = z.strictObject({
  reason: line,
  from: time,
  until: time,
  channels: z.array(channelName).min(1).optional(),
  buckets: z.array(bucketName).min(1).optional(),
});

export type Freeze = z.output<typeof freezeFile>;
