import type { Resolution, Resolved } from "../lineage/resolution.ts";
import type { RevocationJson } from "./standing.ts";
import { renderRevocationJson } from "./standing.ts";

/** One image as JSON. */
export interface ArtifactJson {
  readonly platform: string;
  readonly region: string;
  readonly id: string;
  readonly component: string;
  readonly account: string | null;
  readonly arch: string | null;
  readonly digest: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a channel or version stands for, as JSON. `artifacts` is empty where none of them may be used. */
export interface ResolutionJson {
  readonly schema: 1;
  readonly bucket: string;
  readonly channel: string | null;
  readonly version: string | null;
  readonly fingerprint: string | null;
  readonly status: string | null;
  readonly artifacts: readonly ArtifactJson[];
  readonly revocation: RevocationJson | null;
  /** What to hand to `publish --parent` of an image that is built from this one. */
  readonly parent: string | null;
}

/** The JSON of an answer; images are told only where the answer is yes, so that nobody takes one by oversight. */
export function renderResolutionJson(resolved: Resolved, answer: "yes" | "no"): ResolutionJson {
  if (resolved.kind === "empty") {
    const { bucket, channel } = resolved;
    return {
      schema: 1,
      bucket,
      channel,
      version: null,
      fingerprint: null,
      status: null,
      artifacts: [],
      revocation: null,
      parent: null,
    };
  }
  const { resolution } = resolved;
  return {
    schema: 1,
    bucket: resolution.bucket,
    channel: resolution.channel ?? null,
    version: resolution.version,
    fingerprint: resolution.fingerprint,
    status: resolution.status,
    artifacts: answer === "yes" ? resolution.artifacts.map(renderArtifactJson) : [],
    revocation: renderRevocationJson(resolution.standing),
    parent: resolution.parentToken,
  };
}

function renderArtifactJson(artifact: Resolution["artifacts"][number]): ArtifactJson {
  const { platform, region, id, component, account, arch, digest, labels } = artifact;
  return {
    platform,
    region,
    id,
    component,
    account: account ?? null,
    arch: arch ?? null,
    digest: digest ?? null,
    labels,
  };
}
