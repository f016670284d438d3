import * as z from "zod";
import { bucketName, channelName, duration, glob, line } from "./scalars.ts";

const common = {
  /** Only promotions to these channels; all when absent. */
  channels: z.array(channelName).min(1).optional(),
  /** Only these buckets; all when absent. */
  buckets: z.array(bucketName).min(1).optional(),
  /** A warning is told and blocks nothing. */
  level: z.enum(["error", "warning"]).default("error"),
  /** What the people of this registry want said beside the finding. */
  message: line.optional(),
};

/** The version completed no longer ago than `max`. */
export const maxAgeRule = z.strictObject({ rule: z.literal("max-age"), max: duration, ...common });

/** Every build carries these labels (its own, else the bucket's), each matching its glob. */
export const labelsRule = z.strictObject({
  rule: z.literal("labels"),
  require: z.record(z.string().min(1).max(63), glob),
  ...common,
});

/** One entry of `policy`; each kind is judged by the file of its name in `src/policy/rules`. */
export const policyRule = z.discriminatedUnion("rule", [maxAgeRule, labelsRule]);

export type PolicyRule = z.output<typeof policyRule>;
