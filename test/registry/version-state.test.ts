import { expect, test } from "@jest/globals";
import { bucketFile } from "../../src/registry/files/bucket.ts";
import { platformOfBuilder, isGloballyUnique } from "../../src/registry/publish/platform.ts";
import { missingBuilds, renderExpectedBuild, statusAt } from "../../src/registry/version-state.ts";
import { aRecord } from "../builders/facts.ts";

const created = "2026-11-23T00:00:00Z";

test.each([
  ["running", "2026-11-24T00:00:00Z", "running"],
  ["running", "2026-11-24T00:00:01Z", "failed"],
  ["complete", "2027-11-24T00:00:00Z", "complete"],
  ["cancelled", "2027-11-24T00:00:00Z", "cancelled"],
])("a version that is %s counts at %s as %s", (status, now, expected) => {
  expect(statusAt(aRecord({ status, createdAt: created }), new Date(now))).toBe(expected);
});

test("what lacks is told with its regions", () => {
  const bucket = bucketFile.parse({
    apiVersion: "assay/v1",
    builds: [
      { component: "amazon-ebs.web", platform: "aws", regions: ["us-east-1", "xx-1", "xx-2"] },
      { component: "azure-arm.web", platform: "azure" },
    ],
  });
  const { builds } = aRecord();
  const missing = missingBuilds(bucket, builds).map(renderExpectedBuild);
  expect(missing).toEqual(["amazon-ebs.web (xx-1, xx-2)", "azure-arm.web"]);
});

test("a build that failed, or came from another platform, is still to come", () => {
  const bucket = bucketFile.parse({
    apiVersion: "assay/v1",
    builds: [{ component: "amazon-ebs.web", platform: "aws" }],
  });
  const { builds } = aRecord();
  expect(missingBuilds(bucket, builds)).toEqual([]);
  expect(
    missingBuilds(
      bucket,
      builds.map((build) => ({ ...build, status: "failed" as const })),
    ),
  ).toHaveLength(1);
  expect(
    missingBuilds(
      bucket,
      builds.map((build) => ({ ...build, platform: "gce" })),
    ),
  ).toHaveLength(1);
});

test.each([
  ["amazon-ebssurrogate", "aws"],
  ["googlecompute", "gce"],
  ["proxmox-clone", "proxmox"],
  ["something-new", "something-new"],
])("the builder %s makes images on %s", (builder, platform) => {
  expect(platformOfBuilder(builder)).toBe(platform);
});

test.each([
  ["aws", "ami-0123456789abcdef0", true],
  ["aws", "ami-1", false],
  ["azure", "/subscriptions/1/resourceGroups/x/providers/Microsoft.Compute/images/y", true],
  ["gce", "projects/acme/global/images/gold-1", true],
  ["gce", "gold-1", false],
  ["docker", `sha256:${"0".repeat(64)}`, true],
  ["docker", `ghcr.io/acme/web@sha256:${"0".repeat(64)}`, true],
  ["docker", "ghcr.io/acme/web:latest", false],
  ["proxmox", "900", false],
])("on %s the id %s alone names one image: %s", (platform, id, unique) => {
  expect(isGloballyUnique(platform, id)).toBe(unique);
});
