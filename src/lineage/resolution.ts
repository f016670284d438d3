import type { VersionName } from "../format/names.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import type { Standing } from "./family.ts";

/** One image of a version. */
export interface ResolvedArtifact {
  readonly platform: string;
  readonly region: string;
  readonly id: string;
  readonly component: string;
  readonly account: string | undefined;
  readonly arch: string | undefined;
  readonly digest: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a channel or version stands for; artifacts by platform, region, component and id. */
export interface Resolution {
  readonly bucket: string;
  readonly channel: string | undefined;
  readonly version: VersionName;
  readonly fingerprint: string;
  readonly status: VersionRecord["status"];
  readonly standing: Standing;
  readonly artifacts: readonly ResolvedArtifact[];
  /** `bucket:v7@channel`, to hand to the publish of what is built from it. */
  readonly parentToken: string;
}

/** The answer: an image, or why there is none that may be used. */
export type Resolved =
  | { readonly kind: "resolved"; readonly resolution: Resolution }
  | { readonly kind: "revoked"; readonly resolution: Resolution }
  | { readonly kind: "unfinished"; readonly resolution: Resolution }
  | { readonly kind: "empty"; readonly bucket: string; readonly channel: string };
