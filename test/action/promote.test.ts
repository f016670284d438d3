import { afterEach, describe, expect, test } from "@jest/globals";
import { runStep } from "./job.ts";
import type { TestRegistry } from "./registry.ts";
import { SETTINGS, aRecord, protect, startRegistry } from "./registry.ts";

const V1 = { "buckets/web/versions/v1.json": aRecord("v1", "one") };
const DEV = "buckets/web/channels/dev.yml";
const STABLE = "buckets/web/channels/stable.yml";
const REPO = { owner: "acme", repo: "images" } as const;

let registry: TestRegistry | undefined;
afterEach(() => registry?.stop());

async function messageOf(from: TestRegistry): Promise<string> {
  const { data } = await from.client("alice").rest.repos.getCommit({ ...REPO, ref: "main" });
  return data.commit.message;
}

describe("one promotion", () => {
  test("is opened, judged and merged where the workflow's own token opens it", async () => {
    registry = await startRegistry(V1);
    protect(registry);
    const step = await runStep("promote", { inputs: { ...registry.inputs, source: "web:v1", to: "dev" } });
    expect(step.log).toContain("#1 promote: web none -> v1 on dev: pass, merged");
    expect(step.code).toBe(0);
    expect(step.outputs).toEqual({
      "pull-request": "1",
      branch: "assay/promote/web/dev",
      verdict: "pass",
      merged: "1",
    });
    expect(step.summary).toContain("Ready: `web` none → **v1** on `dev`");
    expect(await registry.read(DEV)).toBe("version: v1\n");
    expect(await messageOf(registry)).toContain("Assay-Requested-By: olivia");
  });

  test("by a schedule or a machine is nobody's", async () => {
    registry = await startRegistry(V1);
    const env = { GITHUB_ACTOR: "dependabot[bot]" };
    await runStep("promote", { inputs: { ...registry.inputs, source: "web:v1", to: "dev" }, env });
    expect(await messageOf(registry)).not.toContain("dependabot");
  });

  test("to where the channel points already changes nothing", async () => {
    registry = await startRegistry({ ...V1, [DEV]: "version: v1\n" });
    const step = await runStep("promote", { inputs: { ...registry.inputs, source: "web:v1", to: "dev" } });
    expect(step.code).toBe(0);
    expect(step.outputs).toEqual({ "pull-request": "", branch: "", verdict: "", merged: "" });
    expect(step.log).toContain("Nothing has to move.");
    expect(registry.box.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("that a rule refuses fails the job and stays open with the reason", async () => {
    registry = await startRegistry(V1);
    const step = await runStep("promote", { inputs: { ...registry.inputs, source: "web:v1", to: "stable" } });
    expect(step.code).toBe(1);
    expect(step.outputs).toMatchObject({ "pull-request": "1", verdict: "fail", merged: "" });
    expect(step.summary).toContain("after");
    expect(await registry.read(STABLE)).toBeUndefined();
  });

  test("by a person's token is opened and left to the registry's own check", async () => {
    registry = await startRegistry(V1);
    const token = registry.box.userToken("olivia");
    const inputs = { ...registry.inputs, token, source: "web@latest", to: "dev" };
    const step = await runStep("promote", { inputs });
    expect(step.code).toBe(0);
    expect(step.outputs).toMatchObject({ "pull-request": "1", verdict: "", merged: "" });
    expect(registry.box.requests.some(({ path }) => path.includes("check-runs"))).toBe(false);
  });

  test.each([
    ["a missing channel", { source: "web:v1" }, 'The input "to" is missing.'],
    ["a missing source", { to: "dev" }, 'The input "source" is missing.'],
    [
      "both kinds at once",
      { source: "web:v1", to: "dev", automatic: "true" },
      'The input "automatic" goes without',
    ],
    ["an unknown channel", { source: "web:v1", to: "devv" }, 'Did you mean "dev"?'],
  ])("is refused for %s", async (_name, inputs, told) => {
    registry = await startRegistry(V1);
    const step = await runStep("promote", { inputs: { ...registry.inputs, ...inputs } });
    expect(step.code).toBe(1);
    expect(step.log).toContain(told);
    expect(step.summary).toContain("✖");
    expect(registry.box.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("automatic promotions", () => {
  test("climb the ladder in one step, because merges by this token start no workflow", async () => {
    const settings = SETTINGS.replace("stable: {", "staging: { auto: true, after: dev }\n  stable: {");
    registry = await startRegistry({ ...V1, "assay.yml": settings });
    const step = await runStep("promote", { inputs: { ...registry.inputs, automatic: "true" } });
    expect(step.code).toBe(0);
    expect(step.outputs).toEqual({
      "pull-request": "1,2",
      branch: "assay/promote/web/dev,assay/promote/web/staging",
      verdict: "pass",
      merged: "1,2",
    });
    expect(await registry.read("buckets/web/channels/staging.yml")).toBe("version: v1\n");
  });

  test("that are not wanted open nothing", async () => {
    registry = await startRegistry({ ...V1, [DEV]: "version: v1\n" });
    const step = await runStep("promote", { inputs: { ...registry.inputs, automatic: "true" } });
    expect(step.outputs).toMatchObject({ "pull-request": "", verdict: "" });
    expect(step.summary).toBe("### ✔ Nothing has to move\n");
  });
});
