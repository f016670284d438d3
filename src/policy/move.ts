import type { Place } from "../format/document.ts";
import type { VersionName } from "../format/names.ts";
import type { Time } from "../format/time.ts";
import type { Standing } from "../lineage/family.ts";
import type { BucketSettings } from "../registry/files/bucket.ts";
import type { ChannelSettings } from "../registry/files/settings.ts";
import type { VersionRecord } from "../registry/files/version.ts";

/** A change of what a channel points to; undefined stands for none. */
export interface Move {
  readonly bucket: string;
  readonly channel: string;
  readonly from: VersionName | undefined;
  readonly to: VersionName | undefined;
}

/** All that the rules know of a move, read from the base branch as it is now. */
export interface MoveFacts {
  readonly move: Move;
  /** The channel's file, and where in it the version stands. */
  readonly path: string;
  readonly place: Place | undefined;
  readonly step: ChannelSettings;
  readonly bucket: BucketSettings;
  /** The record of `to`; undefined when the bucket has no such version. */
  readonly record: VersionRecord | undefined;
  readonly newest: VersionName | undefined;
  readonly standing: Standing;
  /** When `to` first arrived on the step's `after` channel; undefined when it never did. */
  readonly arrivedOnAfter: Time | undefined;
  readonly now: Date;
}

/** The facts of a move whose version exists: what all rules but the first are asked. */
export interface VersionFacts extends MoveFacts {
  readonly record: VersionRecord;
}
