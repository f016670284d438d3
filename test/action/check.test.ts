import { afterEach, describe, expect, test } from "@jest/globals";
import type { Step } from "./job.ts";
import { runStep } from "./job.ts";
import type { TestRegistry } from "./registry.ts";
import { aRecord, protect, startRegistry } from "./registry.ts";

const DEV = "buckets/web/channels/dev.yml";
const STABLE = "buckets/web/channels/stable.yml";
const READY = { "buckets/web/versions/v1.json": aRecord("v1", "one"), [DEV]: "version: v1\n" };
const REPO = { owner: "acme", repo: "images" } as const;
const TARGET = { GITHUB_EVENT_NAME: "pull_request_target" };

let registry: TestRegistry | undefined;
afterEach(() => registry?.stop());

/** Opens a pull request as a person does, with one changed file. */
async function openPull(on: TestRegistry, path: string, content: string): Promise<number> {
  const { rest } = on.client("olivia");
  const { data: main } = await rest.git.getRef({ ...REPO, ref: "heads/main" });
  const branch = `change-${path.replaceAll(/\W/g, "-")}`;
  await rest.git.createRef({ ...REPO, ref: `refs/heads/${branch}`, sha: main.object.sha });
  const text = Buffer.from(content).toString("base64");
  await rest.repos.createOrUpdateFileContents({ ...REPO, path, branch, message: "change", content: text });
  const { data: pull } = await rest.pulls.create({ ...REPO, head: branch, base: "main", title: "A change" });
  return pull.number;
}

async function conclusions(on: TestRegistry, ref: string): Promise<string[]> {
  const { data } = await on.client("alice").rest.checks.listForRef({ ...REPO, ref });
  return data.check_runs.map(({ name, conclusion }) => `${name} ${conclusion}`).toSorted();
}

async function approve(on: TestRegistry, login: string, number: number): Promise<void> {
  await on.client(login).rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
}

function check(on: TestRegistry, number: number): Promise<Step> {
  return runStep("check", { inputs: on.inputs, env: TARGET, event: { pull_request: { number } } });
}

describe("a restricted channel", () => {
  test("waits for its approvers, then is merged by the check itself", async () => {
    registry = await startRegistry(READY);
    protect(registry);
    const number = await openPull(registry, STABLE, "version: v1\n");

    const waiting = await check(registry, number);
    expect(waiting.code).toBe(1);
    expect(waiting.outputs).toEqual({ verdict: "pending", merged: "" });
    expect(waiting.log).toContain(`Pull request #${number} waits`);
    expect(waiting.summary).toContain("needs 2 more approvals");
    const { data: pull } = await registry.client("alice").rest.pulls.get({ ...REPO, pull_number: number });
    expect(await conclusions(registry, pull.head.sha)).toEqual([
      "assay/approval action_required",
      "assay/compliance success",
    ]);

    await approve(registry, "rita", number);
    expect((await check(registry, number)).outputs).toEqual({ verdict: "pending", merged: "" });
    await approve(registry, "ralf", number);
    const env = { GITHUB_EVENT_NAME: "pull_request_review" };
    const done = await runStep("check", {
      inputs: registry.inputs,
      env,
      event: { pull_request: { number } },
    });
    expect(done.code).toBe(0);
    expect(done.outputs).toEqual({ verdict: "pass", merged: String(number) });
    expect(await registry.read(STABLE)).toBe("version: v1\n");
    const { data: main } = await registry.client("alice").rest.repos.getCommit({ ...REPO, ref: "main" });
    expect(main.commit.message).toContain("Assay-Approved-By: ralf\nAssay-Approved-By: rita");
  });
});

describe("a change that fails", () => {
  test("fails the job, is annotated at its line and told in one comment", async () => {
    registry = await startRegistry(READY);
    const number = await openPull(registry, STABLE, "version: v9\n");
    const step = await check(registry, number);
    expect(step.code).toBe(1);
    expect(step.outputs).toEqual({ verdict: "fail", merged: "" });
    expect(step.log).toMatch(/^::error file=buckets\/web\/channels\/stable\.yml,line=1/m);
    await check(registry, number);
    const { data: comments } = await registry
      .client("alice")
      .rest.issues.listComments({ ...REPO, issue_number: number });
    expect(comments.map(({ user }) => user?.login)).toEqual(["github-actions[bot]"]);
  });

  test("forged by a person as a version record is refused", async () => {
    registry = await startRegistry(READY);
    const number = await openPull(registry, "buckets/web/versions/v2.json", aRecord("v2", "two"));
    const step = await check(registry, number);
    expect(step.outputs).toMatchObject({ verdict: "fail" });
    expect(step.summary).toContain("is no writer of this registry");
  });
});

describe("all open pull requests", () => {
  test("are judged again on a schedule, and none of them fails the job", async () => {
    registry = await startRegistry(READY);
    const one = await openPull(registry, STABLE, "version: v1\n");
    const two = await openPull(registry, "README.md", "# Images\n");
    const env = { GITHUB_EVENT_NAME: "schedule" };
    const step = await runStep("check", { inputs: registry.inputs, env });
    expect(step.code).toBe(0);
    expect(step.outputs).toEqual({ verdict: "pending", merged: "" });
    expect(step.log).toContain(`#${one} A change: pending`);
    expect(step.log).toContain(`#${two} A change: pass`);
  });

  test("are none in a quiet registry", async () => {
    registry = await startRegistry();
    const step = await runStep("check", { inputs: registry.inputs, env: { GITHUB_EVENT_NAME: "push" } });
    expect(step.code).toBe(0);
    expect(step.outputs).toEqual({ verdict: "pass", merged: "" });
    expect(step.summary).toContain("no open pull request");
  });
});

describe("an entry of the merge queue", () => {
  async function queue(on: TestRegistry, number: number): Promise<Step> {
    const entry = await on.box.enqueue("acme/images", number);
    const merge_group = {
      head_sha: entry.sha,
      base_sha: entry.baseSha,
      head_ref: `refs/heads/${entry.branch}`,
      base_ref: "refs/heads/main",
    };
    return runStep("check", {
      inputs: on.inputs,
      env: { GITHUB_EVENT_NAME: "merge_group" },
      event: { merge_group },
    });
  }

  test("is judged on the commit that would be merged", async () => {
    registry = await startRegistry(READY);
    const number = await openPull(registry, STABLE, "version: v1\n");
    const step = await queue(registry, number);
    expect(step.outputs).toEqual({ verdict: "pending", merged: "" });
    expect(step.code).toBe(1);
  });
});

describe("what cannot be judged", () => {
  test.each([
    ["an event without its pull request", { env: TARGET, event: {} }, "does not say what to check"],
    [
      "a number that is none",
      { env: TARGET, event: { pull_request: { number: 99 } } },
      "has no pull request 99",
    ],
  ])("is told: %s", async (_name, options, told) => {
    registry = await startRegistry(READY);
    const step = await runStep("check", { inputs: registry.inputs, ...options });
    expect(step.code).toBe(1);
    expect(step.log).toContain(told);
    expect(step.outputs).toEqual({});
  });
});
