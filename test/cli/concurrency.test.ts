import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Workplace } from "./assay.ts";
import { aRegistryPlace, anArtifact } from "./assay.ts";

let place: Workplace;
beforeEach(async () => {
  place = await aRegistryPlace();
});
afterEach(() => place.remove());

function publishAll(count: number, argsOf: (job: number) => readonly string[]) {
  const jobs = Array.from({ length: count }, (_, job) => job);
  return Promise.all(
    jobs.map((job) => place.json(["publish", "--bucket", "ubuntu", ...argsOf(job)], { in: "images" })),
  );
}

function versions(): readonly string[] {
  return readdirSync(join(place.directory, "images/buckets/ubuntu/versions"));
}

function aRecord(version: string): {
  readonly status: string;
  readonly builds: readonly object[];
  readonly fingerprint: string;
} {
  return JSON.parse(place.read(`images/buckets/ubuntu/versions/${version}`));
}

test("of 20 publishes at once none is lost and no number is given twice", async () => {
  const runs = await publishAll(20, (job) => ["--fingerprint", `run-${job}`, ...anArtifact(`ami-${job}`)]);
  expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
  const numbers = runs.map(({ value }) => String(value["version"]));
  expect(new Set(numbers).size).toBe(20);
  expect(versions().toSorted()).toEqual(numbers.map((name) => `${name}.json`).toSorted());
  expect(new Set(versions().map((name) => aRecord(name).fingerprint)).size).toBe(20);
  expect(place.git(["status", "--porcelain"], "images")).toBe("");
  expect(place.git(["fsck", "--strict"], "images")).not.toContain("error");
  expect(place.git(["rev-list", "--count", "main"], "images")).toBe("22");
}, 300_000);

test("the 10 jobs of a matrix that publish at once make one complete version", async () => {
  const declared = Array.from(
    { length: 10 },
    (_, job) => `  - { component: qemu.part-${job}, platform: aws }\n`,
  );
  place.write("images/buckets/ubuntu/bucket.yml", `apiVersion: assay/v1\nbuilds:\n${declared.join("")}`);
  place.git(["commit", "-qam", "declare"], "images");
  const runs = await publishAll(10, (job) => [
    "--fingerprint",
    "gha-1",
    ...anArtifact(`ami-${job}`, "us-east-1", `qemu.part-${job}`),
  ]);
  expect(runs.map(({ code, value }) => [code, value["version"]])).toEqual(runs.map(() => [0, "v1"]));
  expect(versions()).toEqual(["v1.json"]);
  expect(aRecord("v1.json")).toMatchObject({ status: "complete", builds: { length: 10 } });
  expect(runs.filter(({ value }) => value["status"] === "complete")).toHaveLength(1);
  expect(place.git(["status", "--porcelain"], "images")).toBe("");
}, 300_000);
