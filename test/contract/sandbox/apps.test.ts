import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createHmac } from "node:crypto";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { at, commitFiles, type Fixture, openFixture, openPull, quiet, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

describe("an App", () => {
  test("tells itself, its installations and their repositories", async () => {
    const { app, asApp, bot } = fixture;
    expect((await asApp.rest.apps.getAuthenticated()).data).toMatchObject({ id: app.id, slug: "assay" });
    expect((await asApp.rest.apps.listInstallations()).data).toMatchObject([{ id: app.installationId }]);
    expect((await asApp.rest.apps.getRepoInstallation(REPO)).data.id).toBe(app.installationId);
    const { data } = await bot.rest.apps.listReposAccessibleToInstallation();
    expect(data.repositories.map(({ full_name }) => full_name)).toEqual(["acme/images"]);
  });

  test("is not believed with a forged, foreign or expired token", async () => {
    const { box, client, app } = fixture;
    const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const now = Math.floor(Date.now() / 1000);
    const claims = `${encode({ alg: "RS256", typ: "JWT" })}.${encode({ iat: now, exp: now + 60, iss: app.id })}`;
    const forged = createHmac("sha256", "x").update(claims).digest("base64url");
    expect(await refusal(client(`${claims}.${forged}`).rest.apps.getAuthenticated())).toMatchObject({
      status: 401,
    });
    expect(await refusal(client("ghp_none").rest.users.getAuthenticated())).toMatchObject({
      status: 401,
      message: expect.stringContaining("Bad credentials"),
    });
    expect(box.requests.at(-1)).toMatchObject({ route: "GET /user", status: 401 });
  });

  test("can narrow a token to repositories and permissions", async () => {
    const { asApp, app, box, client } = fixture;
    box.addRepo("acme/secret", { files: { a: "1" }, private: true });
    const { data } = await asApp.rest.apps.createInstallationAccessToken({
      installation_id: app.installationId,
      repositories: ["images"],
      permissions: { contents: "read" },
    });
    const narrow = client(data.token);
    expect((await narrow.rest.repos.getContent({ ...REPO, path: "README.md" })).status).toBe(200);
    const write = narrow.rest.git.createBlob({ ...REPO, content: "x" });
    expect(await refusal(write)).toMatchObject({
      status: 403,
      message: expect.stringContaining("Resource not accessible by integration"),
    });
    expect(await refusal(narrow.rest.repos.get({ owner: "acme", repo: "secret" }))).toMatchObject({
      status: 404,
    });
    const more = asApp.rest.apps.createInstallationAccessToken({
      installation_id: app.installationId,
      permissions: { packages: "write" },
    });
    expect(await refusal(more)).toMatchObject({ status: 422 });
  });

  test("that another installed elsewhere does not see private repositories", async () => {
    const { box, carol } = fixture;
    box.addRepo("acme/secret", { files: { a: "1" }, private: true });
    const other = box.addApp({ slug: "other", permissions: { contents: "write" }, events: [] });
    const { installationId } = box.install("other", "acme", ["images"]);
    const auth = { appId: other.id, privateKey: other.privateKey, installationId };
    const client = new Octokit({ authStrategy: createAppAuth, auth, baseUrl: box.url, log: quiet });
    expect((await client.rest.repos.get(REPO)).status).toBe(200);
    const secret = { owner: "acme", repo: "secret" };
    expect(await refusal(client.rest.repos.get(secret))).toMatchObject({ status: 404 });
    expect(await refusal(carol.rest.repos.get(secret))).toMatchObject({ status: 404 });
  });
});

describe("webhooks", () => {
  test("are signed, carry the installation and come in order", async () => {
    const { bob, box, hooks, app } = fixture;
    const number = await openPull(bob, "hooked", {
      "a.md": "1",
      "docs/guide.md": "changed\n",
      "README.md": null,
    });
    await bob.rest.pulls.merge({ ...REPO, pull_number: number });
    await box.settle();
    expect(hooks.map(({ event, action }) => `${event}.${action}`)).toEqual([
      "push.",
      "check_suite.requested",
      "pull_request.opened",
      "pull_request.closed",
      "push.",
      "check_suite.requested",
    ]);
    expect(hooks.every(({ signed }) => signed)).toBe(true);
    const push = at(hooks, 4).payload;
    expect(push).toMatchObject({
      ref: "refs/heads/main",
      installation: { id: app.installationId },
      repository: { full_name: "acme/images" },
      organization: { login: "acme" },
      sender: { login: "bob" },
      pusher: { name: "bob" },
    });
    const opened = at(hooks, 0).payload;
    expect(opened).toMatchObject({
      commits: [{ added: ["a.md"], modified: ["docs/guide.md"], removed: ["README.md"] }],
    });
  });

  test("of what a workflow's token does are sent to Apps too", async () => {
    const { box, client, hooks } = fixture;
    await commitFiles(client(box.actionsToken("acme/images")), "workflow", { files: { a: "1" } });
    await box.settle();
    expect(at(hooks, 0)).toMatchObject({
      event: "push",
      payload: { sender: { login: "github-actions[bot]", type: "Bot" } },
    });
  });

  test("that failed are in the log and come again under the same id", async () => {
    const { asApp, bob, box, hooks } = fixture;
    box.dropDeliveries(1);
    await bob.rest.issues.create({ ...REPO, title: "lost" });
    await box.settle();
    expect(hooks).toEqual([]);
    const { data } = await asApp.rest.apps.listWebhookDeliveries();
    const lost = at(data, 0);
    expect(lost).toMatchObject({ event: "issues", action: "opened", status_code: 0, redelivery: false });
    await asApp.rest.apps.redeliverWebhookDelivery({ delivery_id: lost.id });
    await box.settle();
    expect(hooks).toMatchObject([{ event: "issues", guid: lost.guid }]);
    const { data: again } = await asApp.rest.apps.listWebhookDeliveries({ per_page: 1 });
    expect(again).toMatchObject([{ guid: lost.guid, redelivery: true, status: "OK", status_code: 200 }]);
    const full = await asApp.rest.apps.getWebhookDelivery({ delivery_id: lost.id });
    expect(full.data.request.payload).toMatchObject({ issue: { title: "lost" } });
  });

  test("carry repository dispatches; workflow dispatches are only recorded", async () => {
    const { bot, bob, box, hooks } = fixture;
    await commitFiles(bob, "main", { files: { ".github/workflows/build.yml": "on: workflow_dispatch\n" } });
    await bot.rest.repos.createDispatchEvent({
      ...REPO,
      event_type: "rebuild",
      client_payload: { bucket: "b" },
    });
    await bot.rest.actions.createWorkflowDispatch({
      ...REPO,
      workflow_id: "build.yml",
      ref: "main",
      inputs: { reason: "repave" },
    });
    expect((await bot.rest.actions.listRepoWorkflows(REPO)).data.total_count).toBe(1);
    const missing = bot.rest.actions.createWorkflowDispatch({
      ...REPO,
      workflow_id: "none.yml",
      ref: "main",
    });
    expect(await refusal(missing)).toMatchObject({ status: 404 });
    await box.settle();
    expect(hooks.at(-1)).toMatchObject({
      event: "repository_dispatch",
      action: "rebuild",
      payload: { client_payload: { bucket: "b" } },
    });
    expect(box.dispatches("acme/images")).toMatchObject([
      { kind: "repository_dispatch", name: "rebuild", sender: "assay[bot]" },
      { kind: "workflow_dispatch", name: "build.yml", ref: "main", payload: { reason: "repave" } },
    ]);
  });
});

describe("faults and limits", () => {
  test("a fault before leaves nothing done, one after hides what was done", async () => {
    const { bob, box } = fixture;
    const create = (title: string): Promise<unknown> => bob.rest.issues.create({ ...REPO, title });
    box.fault({ method: "POST", path: /\/issues$/, when: "before" }, { status: 429 });
    box.fault({ method: "POST", path: /\/issues$/, when: "after", after: 0 }, { hangUp: true });
    expect(await refusal(create("before"))).toMatchObject({ status: 429 });
    await expect(create("after")).rejects.toThrow();
    await create("well");
    const { data } = await bob.rest.issues.listForRepo(REPO);
    expect(data.map(({ title }) => title)).toEqual(["well", "after"]);
  });

  test("the primary limit runs out with 403, a secondary one tells when to retry", async () => {
    const { bob, box } = fixture;
    box.setRateLimit("bob", { limit: 60, remaining: 1 });
    const { headers } = await bob.rest.repos.get(REPO);
    expect(headers).toMatchObject({ "x-ratelimit-limit": "60", "x-ratelimit-remaining": "0" });
    expect(await refusal(bob.rest.repos.get(REPO))).toMatchObject({
      status: 403,
      message: expect.stringContaining("API rate limit exceeded"),
    });
    expect((await bob.rest.rateLimit.get()).data.rate).toMatchObject({ limit: 60, remaining: 0 });
    box.setRateLimit("bob", { secondary: { status: 429, retryAfterSeconds: 7, times: 1 } });
    await expect(bob.rest.repos.get(REPO)).rejects.toMatchObject({
      status: 429,
      response: { headers: { "retry-after": "7" } },
    });
    expect((await bob.rest.repos.get(REPO)).status).toBe(200);
  });
});

test("every timestamp comes from the given clock", async () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const dated = await openFixture({ now: () => now });
  try {
    const number = await openPull(dated.bob, "dated", { "a.md": "1" });
    const { data } = await dated.bob.rest.pulls.get({ ...REPO, pull_number: number });
    const { data: commit } = await dated.bob.rest.repos.getCommit({ ...REPO, ref: "dated" });
    expect([data.created_at, commit.commit.committer?.date]).toEqual([
      "2026-03-01T12:00:00Z",
      "2026-03-01T12:00:00Z",
    ]);
  } finally {
    await dated.stop();
  }
});

describe("the merge queue", () => {
  test.each([
    ["success", true],
    ["failure", false],
  ] as const)("merges when the group's checks end in %s: %s", async (conclusion, merged) => {
    const { bob, bot, box, hooks } = fixture;
    const checks = { required_status_checks: [{ context: "c" }] };
    box.addRuleset("acme/images", {
      name: "queue",
      enforcement: "active",
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [{ type: "merge_queue" }, { type: "required_status_checks", parameters: checks }],
    });
    const number = await openPull(bob, "queued", { "queued.md": "1" });
    expect(await refusal(bob.rest.pulls.merge({ ...REPO, pull_number: number }))).toMatchObject({
      status: 405,
    });
    const entry = await box.enqueue("acme/images", number);
    await box.settle();
    const told = hooks.find(({ event }) => event === "merge_group");
    expect(told).toMatchObject({
      action: "checks_requested",
      payload: {
        merge_group: {
          head_sha: entry.sha,
          head_ref: expect.stringContaining(`gh-readonly-queue/main/pr-${number}-`),
        },
      },
    });
    await bot.rest.checks.create({ ...REPO, name: "c", head_sha: entry.sha, conclusion });
    const { data } = await bob.rest.pulls.get({ ...REPO, pull_number: number });
    expect(data.merged).toBe(merged);
    const { data: main } = await bob.rest.git.getRef({ ...REPO, ref: "heads/main" });
    expect(main.object.sha === entry.sha).toBe(merged);
  });
});
