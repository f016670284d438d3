import * as z from "zod";
import { DURATION, parseDuration } from "../../format/duration.ts";
import {
  FINGERPRINT,
  NAME,
  VERSION,
  isChannelName,
  isFingerprint,
  isName,
  isVersionName,
} from "../../format/names.ts";
import { parseVersionReference } from "../../format/reference.ts";
import { TIME, isTime } from "../../format/time.ts";

// `meta` carries into the JSON Schema, and so to editors, what only a function says here.

/** The version of the formats in this folder; every settings file and record names it. */
export const apiVersion = z.literal("assay/v1");

/** One line of text for people, 1–500 characters without control characters. */
export const line = z
  .string()
  .min(1)
  .max(500)
  .refine((text) => !/\p{Cc}/u.test(text), "must be one line without control characters")
  .meta({ pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$" });

export const bucketName = z
  .string()
  .refine(
    isName,
    "must be 1 to 36 lower-case letters, digits and hyphens, with a letter or digit at both ends",
  )
  .meta({ pattern: NAME.source });

export const channelName = z
  .string()
  .refine(
    isChannelName,
    'must be 1 to 36 lower-case letters, digits and hyphens, and not "latest", which is computed',
  )
  .meta({ pattern: NAME.source.replace("^", "^(?!latest$)") });

export const versionName = z
  .templateLiteral(["v", z.int()], 'must be a version such as "v12"')
  .refine(isVersionName, 'must be a version such as "v12"')
  .meta({ pattern: VERSION.source });

export const fingerprint = z
  .string()
  .refine(
    isFingerprint,
    "must be 1 to 40 letters, digits, dots, underscores and hyphens, with a letter or digit at both ends",
  )
  .meta({ pattern: FINGERPRINT.source });

export const time = z
  .string()
  .refine(isTime, "must be a time such as 2026-12-01T00:00:00Z, in UTC")
  .meta({ pattern: TIME.source });

export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'must be a duration such as "30d" (m, h, d or w)')
  .meta({ pattern: DURATION.source });

export const versionReference = z
  .string()
  .refine(
    (text) => parseVersionReference(text) !== undefined,
    'must be a version of a bucket such as "web:v31"',
  )
  .meta({ pattern: `${NAME.source.slice(0, -1)}:${VERSION.source.slice(1)}` });

/** A glob over names with slashes; see `matchesGlob`. */
export const glob = z.string().min(1).max(200);

/** A GitHub team's slug, of the organisation that owns the registry. */
export const teamSlug = z
  .string()
  .regex(
    /^[A-Za-z0-9_-]{1,100}$/,
    'must be a team\'s slug such as "image-release", without the organisation',
  );

/** A GitHub login; an App's is `name[bot]`. */
export const login = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?$/, "must be a GitHub login");

/** `owner/name` of a GitHub repository. */
export const repositoryName = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/,
    'must be a repository such as "acme/images"',
  );

const labelKey = z
  .string()
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/,
    "must be a label of 1 to 63 letters, digits, dots, slashes, underscores and hyphens",
  );

/** Labels, at most 64: a short key and up to 256 characters. */
export const labels = z
  .record(labelKey, z.string().max(256))
  .refine((value) => Object.keys(value).length <= 64, "must have at most 64 labels");
