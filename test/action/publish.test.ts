import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { runStep } from "./job.ts";
import type { TestRegistry } from "./registry.ts";
import { aRecord, protect, startRegistry } from "./registry.ts";

const MANIFEST = JSON.stringify({
  builds: [
    {
      name: "web",
      builder_type: "amazon-ebs",
      build_time: 1_760_000_000,
      files: null,
      artifact_id: "us-east-1:ami-0123456789abcdef0",
      packer_run_uuid: "aa",
      custom_data: { git_sha: "abc" },
    },
  ],
  last_run_uuid: "aa",
});
const ARTIFACT = "platform=aws,region=us-east-1,id=ami-0123456789abcdef0";

let registry: TestRegistry;

/** Asks until the answer is yes; the test's own time-out ends it. */
async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await sleep(200);
}

beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

describe("straight to the default branch", () => {
  test("a manifest becomes a version in one commit, and the step tells which", async () => {
    const step = await runStep("publish", {
      inputs: { ...registry.inputs, bucket: "web", "packer-manifest": "manifest.json", labels: "team=web" },
      files: { "manifest.json": MANIFEST },
    });
    expect(step.log).toContain("web v1 is complete (a new version, fingerprint gha-4711)");
    expect(step.code).toBe(0);
    expect(step.outputs).toEqual({
      version: "v1",
      fingerprint: "gha-4711",
      status: "complete",
      bucket: "web",
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      "pull-request": "",
      "parent-token": "web:v1",
      published: "created",
    });
    expect(step.summary).toContain("`web` **v1** is complete");
    expect(step.summary).toContain("`ami-0123456789abcdef0`");
    const record: unknown = JSON.parse((await registry.read("buckets/web/versions/v1.json")) ?? "");
    expect(record).toMatchObject({
      publisher: {
        verified: false,
        repository: "acme/images",
        workflow: ".github/workflows/build.yml",
        runId: 4711,
      },
      builds: [{ component: "amazon-ebs.web", labels: { git_sha: "abc", team: "web" } }],
    });
  });

  test("jobs of one run add to one version, and the last completes it", async () => {
    const inputs = { ...registry.inputs, bucket: "web", complete: "incomplete" };
    const first = await runStep("publish", { inputs: { ...inputs, artifacts: `${ARTIFACT},component=one` } });
    const second = await runStep("publish", {
      inputs: { ...inputs, artifacts: `${ARTIFACT},component=two` },
    });
    const last = await runStep("publish", {
      inputs: { ...registry.inputs, bucket: "web", complete: "complete" },
    });
    expect(first.outputs).toMatchObject({ version: "v1", status: "running", published: "created" });
    expect(second.outputs).toMatchObject({ version: "v1", status: "running", published: "extended" });
    expect(last.outputs).toMatchObject({ version: "v1", status: "complete", published: "extended" });
  });

  test("the same once more writes nothing", async () => {
    const inputs = { ...registry.inputs, bucket: "web", artifacts: ARTIFACT };
    await runStep("publish", { inputs });
    registry.box.clearRequests();
    const again = await runStep("publish", { inputs });
    expect(again.outputs).toMatchObject({ version: "v1", commit: "", published: "unchanged" });
    expect(registry.box.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("under protection", () => {
  test("the workflow's own token opens the pull request, posts its checks and merges it", async () => {
    protect(registry);
    const step = await runStep("publish", {
      inputs: { ...registry.inputs, bucket: "web", artifacts: ARTIFACT },
    });
    expect(step.log).toContain("web v1 is complete");
    expect(step.outputs).toMatchObject({
      version: "v1",
      status: "complete",
      "pull-request": "1",
      "parent-token": "web:v1",
    });
    expect(step.outputs["commit"]).toMatch(/^[0-9a-f]{40}$/);
    expect(await registry.read("buckets/web/versions/v1.json")).toContain("gha-4711");
    const { data: pull } = await registry
      .client("alice")
      .rest.pulls.get({ owner: "acme", repo: "images", pull_number: 1 });
    const { data: checks } = await registry
      .client("alice")
      .rest.checks.listForRef({ owner: "acme", repo: "images", ref: pull.head.sha });
    expect(checks.check_runs.map(({ name, conclusion }) => `${name} ${conclusion}`).toSorted()).toEqual([
      "assay/approval success",
      "assay/compliance success",
    ]);
  });

  test("a person's token leaves it to the registry's own check, and tells no number that may still change", async () => {
    protect(registry);
    const token = registry.box.userToken("olivia");
    const inputs = { ...registry.inputs, token, bucket: "web", artifacts: ARTIFACT, wait: "0m" };
    const step = await runStep("publish", { inputs });
    expect(step.code).toBe(0);
    expect(step.outputs).toMatchObject({
      version: "",
      status: "proposed",
      "pull-request": "1",
      "parent-token": "",
    });
    expect(step.log).toContain("::warning::");
    expect(step.summary).toContain("waits in #1");
    expect(registry.box.requests.some(({ path }) => path.includes("check-runs"))).toBe(false);
  });
});

describe("a number that somebody else takes meanwhile", () => {
  test("is given up for the next one, and a pull request that people close ends the wait", async () => {
    protect(registry);
    const person = registry.client("olivia");
    const inputs = {
      ...registry.inputs,
      token: registry.box.userToken("olivia"),
      bucket: "web",
      artifacts: ARTIFACT,
    };
    const waiting = runStep("publish", { inputs: { ...inputs, wait: "1m" } });
    const repo = { owner: "acme", repo: "images" } as const;
    await until(async () => (await person.rest.pulls.list(repo)).data.length === 1);
    const content = Buffer.from(aRecord("v1", "other")).toString("base64");
    const taken = { ...repo, path: "buckets/web/versions/v1.json", message: "publish: web v1", content };
    await registry.client("alice").rest.repos.createOrUpdateFileContents(taken);
    await until(async () => {
      const { data } = await person.rest.repos.compareCommits({
        ...repo,
        base: "main",
        head: "assay/publish",
      });
      return (data.files ?? []).some(({ filename }) => filename === "buckets/web/versions/v2.json");
    });
    await person.rest.pulls.update({ ...repo, pull_number: 1, state: "closed" });
    const step = await waiting;
    expect(step.code).toBe(1);
    expect(step.log).toContain("Pull request #1 was closed without being merged.");
  });
});

describe("what cannot be published", () => {
  test("all wrong inputs are told at once, and nothing is requested", async () => {
    const step = await runStep("publish", {
      inputs: { ...registry.inputs, bucket: "Web!", wait: "soon", complete: "maybe", "create-bucket": "ja" },
    });
    expect(step.code).toBe(1);
    expect(step.outputs).toEqual({});
    for (const name of ["bucket", "wait", "complete", "create-bucket"])
      expect(step.log).toContain(`The input "${name}" is`);
    expect(step.summary).toContain("✖");
    expect(registry.box.requests).toEqual([]);
  });

  test("an unreadable manifest is annotated at its line", async () => {
    const step = await runStep("publish", {
      inputs: { ...registry.inputs, bucket: "web", "packer-manifest": "manifest.json" },
      files: { "manifest.json": '{\n  "builds": 3,\n  "last_run_uuid": "aa"\n}\n' },
    });
    expect(step.code).toBe(1);
    expect(step.log).toMatch(/::error file=manifest\.json,line=2,col=\d+::/);
  });

  test("what a manifest holds is no command to the runner and no Markdown", async () => {
    const nasty = "::set-output name=version::v9\n##[error]<img src=x> @acme/all";
    const step = await runStep("publish", {
      inputs: { ...registry.inputs, bucket: "web", "packer-manifest": "manifest.json" },
      files: {
        "manifest.json": MANIFEST.replace(
          "us-east-1:ami-0123456789abcdef0",
          JSON.stringify(nasty).slice(1, -1),
        ),
      },
    });
    expect(step.code).toBe(1);
    expect(step.log).not.toMatch(/^::set-output/m);
    expect(step.log).not.toMatch(/^(?!::error).*##\[/m);
    expect(step.summary).not.toContain("<img");
  });

  test("an unknown bucket is told with the command that makes it", async () => {
    const step = await runStep("publish", {
      inputs: { ...registry.inputs, bucket: "db", artifacts: ARTIFACT },
    });
    expect(step.code).toBe(1);
    expect(step.log).toContain("Make it with: assay bucket db");
  });

  test("the token is masked and stands nowhere else", async () => {
    const step = await runStep("publish", { inputs: { ...registry.inputs, bucket: "Web!" } });
    const told = step.log.replace(`::add-mask::${registry.token}`, "");
    expect(told).not.toContain(registry.token);
    expect(step.summary).not.toContain(registry.token);
  });
});
