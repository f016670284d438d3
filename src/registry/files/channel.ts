import * as z from "zod";
import { line, time, versionName } from "./scalars.ts";

/** Automation keeps its hands off the channel; people may go on. */
export const hold = z.strictObject({ reason: line, by: line.optional(), until: time.optional() });

/** A channel's pointer, `buckets/<bucket>/channels/<channel>.yml`. */
export const channelFile = z.strictObject({
  version: z.union([z.literal("none"), versionName], 'must be a version such as "v12", or none'),
  hold: hold.optional(),
});

export type ChannelFile = z.output<typeof channelFile>;
