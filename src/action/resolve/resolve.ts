import { readHead } from "../../flows/change.ts";
import type { Resolution, Resolved } from "../../lineage/resolution.ts";
import { resolveImage } from "../../flows/resolve.ts";
import { renderResolutionJson } from "../../report/resolution-json.ts";
import { renderCaution, renderRefusal } from "../../report/resolution-text.ts";
import { renderStanding } from "../../report/standing.ts";
import { codeSpan, escapeMarkdown, renderTable } from "../../report/markdown.ts";
import type { Store } from "../../store/store.ts";
import type { ActionResult, Note } from "../edge.ts";
import type { ResolveInputs, outputs } from "./inputs.ts";

type Outputs = Readonly<Record<(typeof outputs)[number], string>>;

/** Answers which image a channel or a version stands for. */
export async function resolve(store: Store, given: ResolveInputs, now: Date): Promise<ActionResult> {
  const { image, platform, region, arch, account, component } = given;
  const filter = Object.fromEntries(
    Object.entries({ platform, region, arch, account, component }).filter(([, value]) => value !== undefined),
  );
  const { registry } = await readHead(store);
  const resolved = await resolveImage(registry, { reference: image, filter }, now);
  if (resolved.kind === "resolved" || (resolved.kind === "revoked" && given["allow-revoked"]))
    return answer(resolved, resolved.resolution);
  return refuse(resolved);
}

function answer(resolved: Resolved, resolution: Resolution): ActionResult {
  const { bucket, version, fingerprint, status, artifacts, parentToken } = resolution;
  const [first, ...more] = artifacts;
  const values: Outputs = {
    id: first !== undefined && more.length === 0 ? first.id : "",
    version,
    fingerprint,
    status: resolved.kind === "revoked" ? "revoked" : status,
    parent: parentToken,
    json: JSON.stringify(renderResolutionJson(resolved, "yes")),
  };
  const several: Note = {
    level: "notice",
    message: `${bucket} ${version} has ${artifacts.length} images, so the output "id" is empty.`,
    hint: "Narrow it down with the inputs platform, region, arch, account or component, or read the output json.",
  };
  const caution = renderCaution(resolution);
  return {
    outputs: values,
    log: artifacts.map(({ id, platform, region }) => `${bucket} ${version}: ${platform} ${region} ${id}`),
    notes: [
      ...(more.length > 0 ? [several] : []),
      ...(caution === "" ? [] : [{ level: "warning", message: caution } as const]),
    ],
    summary: renderSummary(resolution, caution),
    failure: undefined,
  };
}

function refuse(resolved: Exclude<Resolved, { readonly kind: "resolved" }>): ActionResult {
  const reason =
    resolved.kind === "revoked"
      ? `${resolved.resolution.bucket} ${resolved.resolution.version} is ${renderStanding(resolved.resolution.standing)}. Use another version, or set the input allow-revoked.`
      : renderRefusal(resolved);
  return {
    outputs: { json: JSON.stringify(renderResolutionJson(resolved, "no")) },
    log: [],
    notes: [],
    summary: `### ✖ No image\n\n${escapeMarkdown(reason)}\n`,
    failure: reason,
  };
}

function renderSummary({ bucket, channel, version, artifacts }: Resolution, caution: string): string {
  const name = channel === undefined ? bucket : `${bucket}@${channel}`;
  const rows = artifacts.map(({ platform, region, id, component }) =>
    [platform, region, id, component].map(codeSpan),
  );
  const warning = caution === "" ? "" : `\n\n! ${escapeMarkdown(caution)}`;
  return `### ✔ ${codeSpan(name)} is **${version}**${warning}\n\n${renderTable(["platform", "region", "image", "component"], rows)}\n`;
}
