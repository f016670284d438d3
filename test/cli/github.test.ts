import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { TestRegistry } from "../action/registry.ts";
import { aRecord, protect, startRegistry } from "../action/registry.ts";
import type { Workplace } from "./assay.ts";
import { aWorkplace, anArtifact } from "./assay.ts";

let registry: TestRegistry;
let place: Workplace;
beforeEach(async () => {
  registry = await startRegistry({
    "buckets/web/versions/v1.json": aRecord("v1", "run-1"),
    "buckets/web/channels/dev.yml": "version: v1\n",
  });
  place = aWorkplace();
});
afterEach(async () => {
  place.remove();
  await registry.stop();
});

/** Runs a command on acme/images with the token of somebody who may write. */
function onGitHub(args: readonly string[]) {
  const env = { GITHUB_TOKEN: registry.box.userToken("olivia"), GITHUB_API_URL: registry.box.url };
  return place.json([...args, "--repo", "acme/images"], { env });
}

const IMAGE = anArtifact("ami-0123456789abcdef0");

test("what needs no clone is answered from GitHub", async () => {
  const resolved = await onGitHub(["resolve", "web@dev", "--region", "us-east-1"]);
  expect(resolved).toMatchObject({ code: 0, value: { version: "v1", artifacts: [{ region: "us-east-1" }] } });
  expect(await onGitHub(["resolve", "web@stable"])).toMatchObject({ code: 1 });
  expect(await onGitHub(["resolve", "nope@dev"])).toMatchObject({
    code: 2,
    value: { error: { code: "not-found" } },
  });
  expect(await onGitHub(["status"])).toMatchObject({
    code: 0,
    value: { buckets: [{ bucket: "web", latest: "v1" }] },
  });
  expect(await onGitHub(["history", "web@dev"])).toMatchObject({
    code: 0,
    value: { assignments: [{ version: "v1" }] },
  });
});

test("publish writes to the default branch, and writes nothing the second time", async () => {
  const publish = ["publish", "--bucket", "web", "--fingerprint", "run-2", ...IMAGE];
  const first = await onGitHub(publish);
  expect(first).toMatchObject({
    code: 0,
    value: { branch: "main", version: "v2", status: "complete", change: "created" },
  });
  expect(await registry.read("buckets/web/versions/v2.json")).toContain('"fingerprint": "run-2"');
  expect(await onGitHub(publish)).toMatchObject({ code: 0, value: { commit: null, change: "unchanged" } });
});

test("where the default branch is protected, publish goes through a pull request", async () => {
  protect(registry);
  const { code, value } = await onGitHub(["publish", "--bucket", "web", "--fingerprint", "run-2", ...IMAGE]);
  expect({ code, value }).toMatchObject({
    code: 0,
    value: { branch: "assay/publish", version: "v2", pullRequest: { number: expect.any(Number) } },
  });
  expect(await registry.read("buckets/web/versions/v2.json")).toBeUndefined();
});

test("promote opens one pull request, and check judges it with its reviews", async () => {
  const promoted = await onGitHub(["promote", "web:v1", "--to", "stable"]);
  expect(promoted).toMatchObject({
    code: 0,
    value: { branch: "assay/promote/web/stable", to: "v1", pullRequest: { number: expect.any(Number) } },
  });
  const again = await onGitHub(["promote", "web:v1", "--to", "stable"]);
  expect(again.value["pullRequest"]).toEqual(promoted.value["pullRequest"]);
  const checked = await onGitHub(["check", "--head", "assay/promote/web/stable"]);
  expect(checked).toMatchObject({
    code: 1,
    value: { verdict: "pending", approvals: "needed", findings: [{ rule: "approval", level: "pending" }] },
  });
});

test("a token that GitHub does not know is told apart from a bug, and is in no message", async () => {
  const env = { GITHUB_TOKEN: "ghp_doesnotexist", GITHUB_API_URL: registry.box.url };
  const { code, stdout, stderr } = await place.assay(["status", "--repo", "acme/images"], { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: /);
  expect(stderr).not.toContain("bug");
  expect(stderr).not.toContain("ghp_doesnotexist");
});
