import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { BucketSettings } from "../../../src/registry/files/bucket.ts";
import { bucketFile } from "../../../src/registry/files/bucket.ts";
import type { Build, VersionRecord } from "../../../src/registry/files/version.ts";
import type { PublicationState } from "../../../src/registry/publish/plan.ts";
import { planPublication, renderRecord } from "../../../src/registry/publish/plan.ts";
import type { Submission, SubmittedImage } from "../../../src/registry/publish/submission.ts";
import { buildsOf } from "../../../src/registry/publish/submission.ts";

const NOW = new Date("2026-11-23T09:10:00.500Z");

function anImage(change: Partial<SubmittedImage> = {}): SubmittedImage {
  return { component: "amazon-ebs.web", platform: "aws", region: "us-east-1", id: "ami-1", ...change };
}

function builds(...images: readonly SubmittedImage[]): Build[] {
  return buildsOf(images, "2026-11-23T09:00:00Z");
}

function aSubmission(change: Partial<Submission> = {}): Submission {
  return {
    bucket: "web",
    fingerprint: "gha-1",
    builds: builds(anImage()),
    publisher: { verified: false },
    completion: "unsaid",
    ...change,
  };
}

function aBucket(change: Record<string, unknown> = {}): BucketSettings {
  return bucketFile.parse({ apiVersion: "assay/v1", ...change });
}

function aState(change: Partial<PublicationState> = {}): PublicationState {
  return { bucket: aBucket(), newest: undefined, sameRun: undefined, now: NOW, ...change };
}

const declared = aBucket({
  builds: [
    { component: "amazon-ebs.web", platform: "aws", regions: ["us-east-1", "eu-west-1"] },
    { component: "googlecompute.web", platform: "gce" },
  ],
});
const gce = anImage({ component: "googlecompute.web", platform: "gce", region: "global", id: "web-1" });
const europe = anImage({ region: "eu-west-1", id: "ami-2" });

function publish(
  steps: readonly Partial<Submission>[],
  state: Partial<PublicationState> = {},
): VersionRecord {
  let record: VersionRecord | undefined;
  for (const step of steps)
    ({ record } = planPublication(aSubmission(step), aState({ ...state, sameRun: record })));
  if (record === undefined) throw new Error("nothing was published");
  return record;
}

describe("a new version", () => {
  test("is v1 where there is none, else one more than the newest", () => {
    expect(planPublication(aSubmission(), aState())).toMatchObject({
      kind: "created",
      record: { version: "v1" },
    });
    expect(planPublication(aSubmission(), aState({ newest: "v99" }))).toMatchObject({
      record: { version: "v100" },
    });
  });

  test("is complete at once where nothing is declared and nobody says that more will come", () => {
    expect(publish([{}])).toMatchObject({
      status: "complete",
      createdAt: "2026-11-23T09:10:00Z",
      completedAt: "2026-11-23T09:10:00Z",
    });
    expect(publish([{ completion: "incomplete" }])).toMatchObject({ status: "running" });
  });

  test("runs until the last declared build, with its last region, has come", () => {
    const steps = [{ builds: builds(gce) }, { builds: builds(anImage()) }, { builds: builds(europe) }];
    const statuses = steps.map((_, index) => publish(steps.slice(0, index + 1), { bucket: declared }).status);
    expect(statuses).toEqual(["running", "running", "complete"]);
  });

  test("is not complete by anybody's word while a declared build lacks", () => {
    expect(() => publish([{ completion: "complete" }], { bucket: declared })).toThrow(
      "The version is not complete: amazon-ebs.web (eu-west-1), googlecompute.web of bucket.yml did not arrive.",
    );
  });

  test("needs something to hold", () => {
    expect(() => publish([{ builds: [], completion: "complete" }])).toThrow(
      '"web" has no version with the fingerprint "gha-1" to complete',
    );
  });
});

describe("the same run again", () => {
  test("writes nothing where all of it is there, complete or not", () => {
    const complete = publish([{}]);
    const running = publish([{ completion: "incomplete" }]);
    for (const sameRun of [complete, running])
      expect(planPublication(aSubmission(), aState({ sameRun }))).toEqual({
        kind: "unchanged",
        record: sameRun,
      });
  });

  test("adds builds while it runs, keeps its number, and is complete by a word alone", () => {
    const steps = [{ completion: "incomplete" as const }, { builds: builds(gce) }];
    expect(publish(steps, { newest: "v4" })).toMatchObject({
      version: "v5",
      status: "running",
      builds: { length: 2 },
    });
    expect(publish([...steps, { builds: [], completion: "complete" }])).toMatchObject({
      status: "complete",
      completedAt: "2026-11-23T09:10:00Z",
    });
  });

  test.each<[string, Partial<Submission>, string]>([
    ["another image in the same place", { builds: builds(anImage({ id: "ami-9" })) }, "already has ami-1"],
    ["another platform", { builds: builds(anImage({ platform: "gce" })) }, "on aws, not gce"],
  ])("is refused with %s", (_what, change, message) => {
    expect(() => publish([{ completion: "incomplete" }, change])).toThrow(message);
  });

  test("is refused with another parent", () => {
    const from = (version: `v${number}`): Build[] =>
      builds(anImage()).map((build) => ({ ...build, parent: { bucket: "base", version } }));
    expect(() => publish([{ builds: from("v1"), completion: "incomplete" }, { builds: from("v2") }])).toThrow(
      "built from base:v1, not base:v2",
    );
  });

  test("adds nothing to a version that is complete, or that ran for more than a day", () => {
    expect(() => publish([{}, { builds: builds(gce) }])).toThrow("is complete and does not change any more");
    const sameRun = publish([{ completion: "incomplete" }]);
    const now = new Date(NOW.getTime() + 86_400_001);
    expect(() => planPublication(aSubmission({ builds: builds(gce) }), aState({ sameRun, now }))).toThrow(
      "is failed and does not change any more",
    );
  });
});

test("the parts of a version give the same record in whatever order they come", () => {
  const parts = [anImage(), europe, gce, anImage({ region: "us-west-2", id: "ami-3" })];
  const whole = renderRecord(
    publish(parts.map((image) => ({ builds: builds(image), completion: "incomplete" as const }))),
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
      const steps = shuffled.map((image) => ({ builds: builds(image), completion: "incomplete" as const }));
      expect(renderRecord(publish(steps))).toBe(whole);
    }),
  );
});

test("a record is written with its keys, builds, images and labels in one order", () => {
  const record = publish([
    { builds: builds(gce, europe, anImage()).map((build) => ({ ...build, labels: { b: "2", a: "1" } })) },
  ]);
  const text = renderRecord(record);
  expect(text.endsWith("}\n")).toBe(true);
  expect([...text.matchAll(/"(?:component|region|a|b|id)": "([^"]*)"/g)].map(([, value]) => value)).toEqual([
    "amazon-ebs.web",
    "eu-west-1",
    "ami-2",
    "us-east-1",
    "ami-1",
    "1",
    "2",
    "googlecompute.web",
    "global",
    "web-1",
    "1",
    "2",
  ]);
});
