import * as z from "zod";
import { apiVersion, bucketName, line, time, versionName } from "./scalars.ts";

/** What a consumer uses, `consumers/<name>.json`. */
export const consumerFile = z.looseObject({
  apiVersion,
  name: line,
  seenAt: time,
  images: z.array(
    z.looseObject({
      bucket: bucketName,
      version: versionName,
      channel: z.string().optional(),
      address: z.string().optional(),
    }),
  ),
});

export type Consumer = z.output<typeof consumerFile>;
