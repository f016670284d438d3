import type { VersionName } from "../format/names.ts";
import type { Time } from "../format/time.ts";
import type { ChannelFile } from "../registry/files/channel.ts";
import type { AncestryStatus } from "./ancestry-status.ts";
import type { Standing } from "./family.ts";

/** What a channel points to, since when, and whether that may be used. */
export interface ChannelStatus {
  readonly channel: string;
  readonly version: VersionName | undefined;
  readonly since: Time | undefined;
  readonly completedAt: Time | undefined;
  readonly standing: Standing;
  readonly ancestry: AncestryStatus;
  readonly hold: ChannelFile["hold"];
}

/** One bucket at a glance; channels in the ladder's order. */
export interface BucketStatus {
  readonly bucket: string;
  readonly versions: number;
  readonly latest: VersionName | undefined;
  readonly channels: readonly ChannelStatus[];
}

/** A registry at a glance; buckets by name. */
export interface RegistryStatus {
  readonly name: string;
  readonly commit: string;
  readonly asOf: Date;
  readonly channels: readonly string[];
  readonly buckets: readonly BucketStatus[];
}
