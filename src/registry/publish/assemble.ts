import type { Problem } from "../../format/problem.ts";
import type { Time } from "../../format/time.ts";
import type { Parsed, Source } from "../../format/text.ts";
import { parsed, unparsed } from "../../format/text.ts";
import type { Build } from "../files/version.ts";
import { build as buildSchema } from "../files/version.ts";
import { parseArtifactFlag } from "./artifact-flag.ts";
import { parsePackerManifest } from "./packer-manifest.ts";
import { buildsOf } from "./submission.ts";

/** What a publisher hands in, as it was given. */
export interface PublishInputs {
  readonly manifests: readonly Source[];
  /** `platform=aws,region=us-east-1,id=ami-…`, one an image. */
  readonly artifacts: readonly string[];
  /** `key=value`, for every build. */
  readonly labels: readonly string[];
  readonly metadata: Build["metadata"];
  /** When images that are told one by one were made. */
  readonly createdAt: Time;
}

/** The builds of a submission, fit to be recorded; every problem of every input otherwise. */
export function assembleBuilds(inputs: PublishInputs): Parsed<Build[]> {
  const labels = parseLabels(inputs.labels);
  const manifests = inputs.manifests.map((source) => readManifest(source));
  const images = inputs.artifacts.map(parseArtifactFlag);
  const problems = [labels, ...manifests, ...images].flatMap((part) => (part.ok ? [] : part.problems));
  if (!labels.ok || problems.length > 0) return unparsed(...problems);
  const told = buildsOf(
    images.flatMap((image) => (image.ok ? [image.value] : [])),
    inputs.createdAt,
  );
  const builds = [...manifests.flatMap((manifest) => (manifest.ok ? manifest.value : [])), ...told].map(
    (build) => ({
      ...build,
      labels: { ...build.labels, ...labels.value },
      metadata: { ...build.metadata, ...inputs.metadata },
    }),
  );
  return checkBuilds(builds, undefined);
}

function readManifest(source: Source): Parsed<Build[]> {
  const builds = parsePackerManifest(source);
  return builds.ok ? checkBuilds(builds.value, source.path) : builds;
}

/** What another program or a flag said may still not fit a record: a label's form, a control character in an id. */
function checkBuilds(builds: readonly Build[], path: string | undefined): Parsed<Build[]> {
  const results = builds.map((build) => ({ build, result: buildSchema.safeParse(build) }));
  const problems = results.flatMap(({ build, result }): Problem[] =>
    (result.error?.issues ?? []).map((issue) => ({
      ...(path === undefined ? {} : { path }),
      message: `The build "${build.component}" cannot be recorded: ${issue.path.join(".")} ${issue.message}.`,
    })),
  );
  return problems.length > 0 ? unparsed(...problems) : parsed([...builds]);
}

function parseLabels(texts: readonly string[]): Parsed<Build["labels"]> {
  const labels = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf("=");
    const key = text.slice(0, Math.max(0, at));
    if (key === "")
      return unparsed({
        message: `The label "${text}" has no key.`,
        hint: "Write it as key=value, such as os=ubuntu.",
      });
    if (labels.has(key)) return unparsed({ message: `The label "${key}" is given twice.` });
    labels.set(key, text.slice(at + 1));
  }
  return parsed(Object.fromEntries(labels));
}
