import * as z from "zod";
import { validate } from "../../format/document.ts";
import { parseJson } from "../../format/json.ts";
import { formatTime } from "../../format/time.ts";
import type { Parsed, Source } from "../../format/text.ts";
import { parsed, unparsed } from "../../format/text.ts";
import type { Build } from "../files/version.ts";
import { GLOBAL_REGION, platformOfBuilder } from "./platform.ts";
import type { SubmittedImage } from "./submission.ts";
import { artifactOf, newBuild } from "./submission.ts";

/** The largest Packer manifest that is read, in bytes. */
export const MAX_MANIFEST_BYTES = 8_388_608;

// Source: https://developer.hashicorp.com/packer/docs/post-processors/manifest and Packer's own output.
const manifestFile = z.looseObject({
  builds: z.array(
    z.looseObject({
      name: z.string(),
      builder_type: z.string().min(1),
      // Seconds; until the year 9999, beyond which times have another form.
      build_time: z.number().min(0).max(253_402_300_799).optional(),
      files: z.array(z.looseObject({ name: z.string(), size: z.number().optional() })).nullish(),
      artifact_id: z.string(),
      packer_run_uuid: z.string(),
      custom_data: z.record(z.string(), z.string()).nullish(),
    }),
  ),
  last_run_uuid: z.string(),
});

type ManifestBuild = z.output<typeof manifestFile>["builds"][number];

// What builders write where an image has no id of its own; the files are the artifact then.
const PLACEHOLDER_IDS = ["VM", "File", "Null", ""];
// custom_data that says something Assay has a place for; the rest becomes labels.
const KNOWN_DATA = ["region", "account", "arch", "source_image"];

/**
 * The builds of the manifest's last run: the file accumulates one entry per build and run, and only the entries of
 * `last_run_uuid` belong to what was just built. Entries of one component become one build with several artifacts.
 */
export function parsePackerManifest(source: Source): Parsed<Build[]> {
  const document = parseJson(source);
  if (!document.ok) return document;
  const manifest = validate(manifestFile, document.value);
  if (!manifest.ok) return manifest;
  const { builds: entries, last_run_uuid: lastRun } = manifest.value;
  const latest = entries.filter((entry) => entry.packer_run_uuid === lastRun);
  if (latest.length === 0) {
    return unparsed({
      path: source.path,
      message: `The manifest has no build of its last run "${lastRun}": nothing was built.`,
    });
  }
  return parsed([...groupByComponent(latest).values()]);
}

function groupByComponent(entries: readonly ManifestBuild[]): Map<string, Build> {
  const builds = new Map<string, Build>();
  for (const entry of entries) {
    const component =
      entry.name === entry.builder_type || entry.name === ""
        ? entry.builder_type
        : `${entry.builder_type}.${entry.name}`;
    for (const image of imagesOf(entry, component)) {
      const build = builds.get(component);
      if (build === undefined)
        builds.set(component, { ...newBuild(image, timeOf(entry)), ...detailsOf(entry) });
      else build.artifacts.push(artifactOf(image));
    }
  }
  return builds;
}

function timeOf(entry: ManifestBuild): string {
  return formatTime(new Date((entry.build_time ?? 0) * 1000));
}

function detailsOf(entry: ManifestBuild): Pick<Build, "packerRunUuid" | "labels" | "sourceImage"> {
  const data = entry.custom_data ?? {};
  return {
    packerRunUuid: entry.packer_run_uuid,
    labels: Object.fromEntries(Object.entries(data).filter(([key]) => !KNOWN_DATA.includes(key))),
    ...(data["source_image"] === undefined ? {} : { sourceImage: data["source_image"] }),
  };
}

function imagesOf(entry: ManifestBuild, component: string): SubmittedImage[] {
  const platform = platformOfBuilder(entry.builder_type);
  const data = entry.custom_data ?? {};
  const common = {
    component,
    platform,
    ...(data["account"] === undefined ? {} : { account: data["account"] }),
    ...(data["arch"] === undefined ? {} : { arch: data["arch"] }),
  };
  return idsOf(entry, platform).map(({ region, id }) => ({
    ...common,
    region: region ?? data["region"] ?? GLOBAL_REGION,
    id,
    ...(/^sha256:[0-9a-f]{64}$/.test(id) ? { digest: id } : {}),
  }));
}

interface RegionalId {
  readonly region?: string;
  readonly id: string;
}

function idsOf(entry: ManifestBuild, platform: string): RegionalId[] {
  const id = entry.artifact_id.trim();
  if (PLACEHOLDER_IDS.includes(id)) {
    const files = (entry.files ?? []).map((file) => ({ id: file.name }));
    return files.length > 0 ? files : [{ id: id === "" ? entry.builder_type : id }];
  }
  return platform === "aws" || platform === "alicloud" ? regionalIds(id) : [{ id }];
}

/** `us-east-1:ami-1,eu-west-1:ami-2`; an id without a region stays whole. */
function regionalIds(text: string): RegionalId[] {
  return text.split(",").map((part) => {
    const [region = "", ...rest] = part.trim().split(":");
    return rest.length === 0 ? { id: region } : { region, id: rest.join(":") };
  });
}
