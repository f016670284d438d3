import type { Resolution, Resolved } from "../lineage/resolution.ts";
import { renderStanding } from "./standing.ts";
import { renderTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { clean } from "./terminal.ts";

/** The images of a resolution as a table under what they belong to. */
export function renderResolutionText(resolution: Resolution, terminal: Terminal): string {
  const { artifacts, fingerprint, status, parentToken } = resolution;
  const arch = artifacts.some((artifact) => artifact.arch !== undefined);
  const account = artifacts.some((artifact) => artifact.account !== undefined);
  const header = [
    "platform",
    "region",
    "id",
    "component",
    ...(arch ? ["arch"] : []),
    ...(account ? ["account"] : []),
  ];
  const rows = artifacts.map((artifact) =>
    [
      artifact.platform,
      artifact.region,
      artifact.id,
      artifact.component,
      ...(arch ? [artifact.arch ?? "–"] : []),
      ...(account ? [artifact.account ?? "–"] : []),
    ].map(clean),
  );
  const title = terminal.paint("strong", renderName(resolution));
  return [
    `${title} · ${status} · fingerprint ${clean(fingerprint)}`,
    "",
    renderTable({ header, rows }, terminal),
    "",
    `What is built from it is published with: --parent ${parentToken}`,
  ].join("\n");
}

/** Why the answer is no: nothing on the channel, a revoked version, one that is not complete. */
export function renderRefusal(resolved: Exclude<Resolved, { readonly kind: "resolved" }>): string {
  switch (resolved.kind) {
    case "empty": {
      const { bucket, channel } = resolved;
      return channel === "latest"
        ? `"${bucket}" has no complete version that is not revoked. Publish one with: assay publish --bucket ${bucket} …`
        : `"${channel}" of "${bucket}" points to no version. Promote one with: assay promote ${bucket}@latest --to ${channel}`;
    }
    case "revoked":
      return `${renderName(resolved.resolution)} is ${renderStanding(resolved.resolution.standing)}. Use another version, or say --allow-revoked.`;
    case "unfinished":
      return `${renderName(resolved.resolution)} is ${resolved.resolution.status}, not complete. Wait for the rest of its builds, or use another version.`;
  }
}

/**
 * What a user should know of a version that may be used all the same; empty where there is nothing. That its lifetime
 * will end some day is no news to somebody who uses it today.
 */
export function renderCaution(resolution: Resolution): string {
  const { standing } = resolution;
  if (standing.kind === "active") return "";
  if (standing.kind === "scheduled" && standing.cause.kind === "lifetime") return "";
  return `${renderName(resolution)} ${standing.kind === "revoked" ? "is " : ""}${renderStanding(standing)}.`;
}

/** `ubuntu-base v12 (stable)`. */
function renderName({ bucket, version, channel }: Resolution): string {
  return `${bucket} ${version}${channel === undefined ? "" : ` (${channel})`}`;
}
