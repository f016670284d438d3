import * as z from "zod";
import { apiVersion, duration, glob, labels, line, repositoryName, teamSlug } from "./scalars.ts";
import { channelSettings } from "./settings.ts";

/** One build that a complete version must contain. */
export const expectedBuild = z.strictObject({
  component: line,
  platform: line,
  regions: z.array(line).min(1).optional(),
});

/** Whose builds are accepted: every pattern that is given must match. */
export const publisherPattern = z.strictObject({
  repository: glob,
  workflow: glob.optional(),
  ref: glob.optional(),
});

/** A bucket's `bucket.yml`. */
export const bucketFile = z.strictObject({
  apiVersion,
  description: line.optional(),
  owners: z.array(teamSlug).default([]),
  labels: labels.default({}),
  builds: z.array(expectedBuild).default([]),
  publishers: z.array(publisherPattern).default([]),
  rebuild: z
    .strictObject({ repository: repositoryName, workflow: line, ref: line.default("main") })
    .optional(),
  lifetime: duration.optional(),
  /** Only tighter than the registry's: see `ladderOf`. */
  channels: z.record(z.string(), channelSettings).default({}),
});

export type BucketSettings = z.output<typeof bucketFile>;
export type ExpectedBuild = z.output<typeof expectedBuild>;
export type PublisherPattern = z.output<typeof publisherPattern>;
