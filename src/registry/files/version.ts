import * as z from "zod";
import { apiVersion, bucketName, fingerprint, labels, line, time, versionName } from "./scalars.ts";

// Records tolerate unknown keys, so that this program reads the registry of a newer one.

/** A text without control characters that names something in a cloud: an image, a region, an account. */
const identifier = z
  .string()
  .min(1)
  .max(1024)
  .refine((text) => !/[\p{Cc}\p{Cf}]/u.test(text), "must not have control or invisible characters");

/** One image: its id in a region, and what tells it from others of the same build. */
export const artifact = z.looseObject({
  region: identifier,
  id: identifier,
  account: identifier.optional(),
  arch: identifier.optional(),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 hexadecimal digits")
    .optional(),
});

/** The version that a build started from, and the channel through which it was resolved. */
export const parent = z.looseObject({
  bucket: bucketName,
  version: versionName,
  channel: z.string().optional(),
});

/** What is known of a piece of evidence without reading it. */
export const evidenceEntry = z.looseObject({
  kind: z.enum(["sbom", "vulnerabilities", "controls", "tests", "attestation"]),
  format: line,
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  tool: z.string().optional(),
  createdAt: time.optional(),
  counts: z.record(z.string(), z.number()).default({}),
});

/** One output of a version. */
export const build = z.looseObject({
  component: line,
  platform: line,
  status: z.enum(["done", "failed"]),
  createdAt: time,
  packerRunUuid: z.string().max(100).optional(),
  artifacts: z.array(artifact),
  labels: labels.default({}),
  sourceImage: identifier.optional(),
  parent: parent.optional(),
  metadata: z.looseObject({}).default({}),
  evidence: z.array(evidenceEntry).default([]),
});

/** Who published, as told by the run itself or (verified) by an identity that somebody checked. */
export const publisher = z.looseObject({
  verified: z.boolean(),
  repository: z.string().optional(),
  workflow: z.string().optional(),
  ref: z.string().optional(),
  sha: z.string().optional(),
  runId: z.int().optional(),
  runAttempt: z.int().optional(),
  actor: z.string().optional(),
});

/** The record of one version, `buckets/<bucket>/versions/<version>.json`. */
export const versionFile = z.looseObject({
  apiVersion,
  bucket: bucketName,
  version: versionName,
  fingerprint,
  status: z.enum(["running", "complete", "failed", "cancelled"]),
  createdAt: time,
  completedAt: time.optional(),
  publisher,
  builds: z.array(build),
});

export type VersionRecord = z.output<typeof versionFile>;
export type Build = z.output<typeof build>;
export type Artifact = z.output<typeof artifact>;
export type Parent = z.output<typeof parent>;
export type Publisher = z.output<typeof publisher>;
export type EvidenceEntry = z.output<typeof evidenceEntry>;
