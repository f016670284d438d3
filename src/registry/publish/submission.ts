import type { Time } from "../../format/time.ts";
import type { Build, Publisher } from "../files/version.ts";

/** Whether the publisher says that this is all of the version, that more will come, or leaves it to the rules. */
export type Completion = "complete" | "incomplete" | "unsaid";

/** What a build run hands in. */
export interface Submission {
  readonly bucket: string;
  readonly fingerprint: string;
  readonly builds: readonly Build[];
  readonly publisher: Publisher;
  readonly completion: Completion;
}

/** One image of a submission before it is grouped into builds. */
export interface SubmittedImage {
  readonly component: string;
  readonly platform: string;
  readonly region: string;
  readonly id: string;
  readonly account?: string;
  readonly arch?: string;
  readonly digest?: string;
}

/** The build that a component's first image begins. */
export function newBuild(image: SubmittedImage, createdAt: Time): Build {
  return {
    component: image.component,
    platform: image.platform,
    status: "done",
    createdAt,
    artifacts: [artifactOf(image)],
    labels: {},
    metadata: {},
    evidence: [],
  };
}

/** The image as a build's artifact. */
export function artifactOf(image: SubmittedImage): Build["artifacts"][number] {
  return {
    region: image.region,
    id: image.id,
    ...(image.account === undefined ? {} : { account: image.account }),
    ...(image.arch === undefined ? {} : { arch: image.arch }),
    ...(image.digest === undefined ? {} : { digest: image.digest }),
  };
}

/** Groups images into builds by component, in the order in which the components first appear. */
export function buildsOf(images: readonly SubmittedImage[], createdAt: Time): Build[] {
  const builds = new Map<string, Build>();
  for (const image of images) {
    const build = builds.get(image.component);
    if (build === undefined) builds.set(image.component, newBuild(image, createdAt));
    else build.artifacts.push(artifactOf(image));
  }
  return [...builds.values()];
}
