import type { RegistryStatus } from "../lineage/registry-status.ts";
import { formatTime } from "../format/time.ts";
import type { RevocationJson } from "./standing.ts";
import { renderRevocationJson } from "./standing.ts";

/** A registry at a glance, as JSON. */
export interface StatusJson {
  readonly schema: 1;
  readonly name: string;
  readonly commit: string;
  readonly asOf: string;
  readonly buckets: readonly {
    readonly bucket: string;
    readonly versions: number;
    readonly latest: string | null;
    readonly channels: readonly {
      readonly channel: string;
      readonly version: string | null;
      readonly since: string | null;
      readonly completedAt: string | null;
      readonly ancestry: string;
      readonly revocation: RevocationJson | null;
      readonly hold: {
        readonly reason: string;
        readonly by: string | null;
        readonly until: string | null;
      } | null;
    }[];
  }[];
}

/** The JSON of a registry's state. */
export function renderStatusJson(status: RegistryStatus): StatusJson {
  return {
    schema: 1,
    name: status.name,
    commit: status.commit,
    asOf: formatTime(status.asOf),
    buckets: status.buckets.map(({ bucket, versions, latest, channels }) => ({
      bucket,
      versions,
      latest: latest ?? null,
      channels: channels.map(({ channel, version, since, completedAt, ancestry, standing, hold }) => ({
        channel,
        version: version ?? null,
        since: since ?? null,
        completedAt: completedAt ?? null,
        ancestry,
        revocation: renderRevocationJson(standing),
        hold:
          hold === undefined ? null : { reason: hold.reason, by: hold.by ?? null, until: hold.until ?? null },
      })),
    })),
  };
}
