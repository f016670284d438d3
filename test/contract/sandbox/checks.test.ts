import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { at, commitFiles, type Fixture, openFixture, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

const annotation = {
  path: "README.md",
  start_line: 1,
  end_line: 1,
  annotation_level: "failure",
  message: "m",
} as const;

describe("a check run", () => {
  test("is made by Apps only", async () => {
    const head_sha = await commitFiles(fixture.alice, "person", { files: { "a.md": "1" } });
    const request = fixture.alice.rest.checks.create({ ...REPO, name: "n", head_sha });
    expect(await refusal(request)).toMatchObject({ status: 403 });
    const workflow = fixture.client(fixture.box.actionsToken("acme/images"));
    const { data } = await workflow.rest.checks.create({ ...REPO, name: "n", head_sha });
    expect(data.app).toMatchObject({ id: 15_368, slug: "github-actions" });
    expect(await refusal(fixture.bot.rest.checks.update({ ...REPO, check_run_id: data.id }))).toMatchObject({
      status: 403,
    });
  });

  test("gathers annotations, at most 50 a request", async () => {
    const { checks } = fixture.bot.rest;
    const head_sha = await commitFiles(fixture.alice, "annotated", { files: { "b.md": "1" } });
    const output = { title: "t", summary: "s", text: "x" };
    const many = Array.from({ length: 51 }, () => annotation);
    const request = { ...REPO, name: "n", head_sha };
    expect(
      await refusal(checks.create({ ...request, output: { ...output, annotations: many } })),
    ).toMatchObject({ status: 422 });
    const { data } = await checks.create({ ...request, output: { ...output, annotations: many.slice(1) } });
    await checks.update({
      ...REPO,
      check_run_id: data.id,
      output: { title: "t", summary: "s", annotations: [annotation] },
    });
    const { data: run } = await checks.get({ ...REPO, check_run_id: data.id });
    expect(run.output).toMatchObject({ title: "t", text: "x", annotations_count: 51 });
    const all = await fixture.bot.paginate(checks.listAnnotations, {
      ...REPO,
      check_run_id: data.id,
      per_page: 50,
    });
    expect(all).toHaveLength(51);
  });

  test("takes texts of up to 65,535 characters", async () => {
    const head_sha = await commitFiles(fixture.alice, "long", { files: { "c.md": "1" } });
    const output = { title: "t", summary: "s" };
    const create = (text: string): Promise<unknown> =>
      fixture.bot.rest.checks.create({ ...REPO, name: "n", head_sha, output: { ...output, text } });
    await create("x".repeat(65_535));
    expect(await refusal(create("x".repeat(65_536)))).toMatchObject({ status: 422 });
  });

  test("moves from queued to completed and back, and is listed newest only", async () => {
    const { checks } = fixture.bot.rest;
    const head_sha = await commitFiles(fixture.alice, "newest", { files: { "d.md": "1" } });
    const { data: first } = await checks.create({ ...REPO, name: "n", head_sha, conclusion: "success" });
    expect(first).toMatchObject({ status: "completed", completed_at: expect.any(String) });
    const { data: second } = await checks.create({ ...REPO, name: "n", head_sha, status: "in_progress" });
    expect(
      await refusal(checks.update({ ...REPO, check_run_id: second.id, status: "completed" })),
    ).toMatchObject({ status: 422 });
    const { data: latest } = await checks.listForRef({ ...REPO, ref: "newest", check_name: "n" });
    expect(latest.check_runs.map(({ id }) => id)).toEqual([second.id]);
    const { data: all } = await checks.listForRef({
      ...REPO,
      ref: head_sha,
      filter: "all",
      app_id: fixture.app.id,
    });
    expect(all.check_runs.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test("can be asked for again, alone or with its suite, and only its App is told", async () => {
    const { alice, bot, box, hooks } = fixture;
    const head_sha = await commitFiles(alice, "again", { files: { "e.md": "1" } });
    const { data: run } = await bot.rest.checks.create({
      ...REPO,
      name: "n",
      head_sha,
      conclusion: "failure",
    });
    await bot.rest.checks.rerequestRun({ ...REPO, check_run_id: run.id });
    const { data: suites } = await bot.rest.checks.listSuitesForRef({ ...REPO, ref: head_sha });
    const suite = at(suites.check_suites, 0);
    expect(suite).toMatchObject({ status: "completed", conclusion: "failure", head_branch: "again" });
    await bot.rest.checks.rerequestSuite({ ...REPO, check_suite_id: suite.id });
    await box.settle();
    const told = hooks.filter(({ action }) => action === "rerequested");
    expect(told.map(({ event }) => event)).toEqual(["check_run", "check_suite"]);
    expect(at(told, 0).payload).toMatchObject({ check_run: { id: run.id, check_suite: { id: suite.id } } });
  });
});

describe("required checks", () => {
  test.each([
    ["success", true],
    ["neutral", true],
    ["skipped", true],
    ["failure", false],
    ["action_required", false],
    ["cancelled", false],
    ["timed_out", false],
  ] as const)("with the conclusion %s pass: %s", async (conclusion, passes) => {
    const { bob, bot, box } = fixture;
    const branch = `required-${conclusion}`;
    // Equal content committed in the same second is the same commit, and would bring the checks of another case along.
    await commitFiles(bob, `base-${conclusion}`, { files: { "base.md": `base of ${conclusion}` } });
    box.addRuleset("acme/images", {
      name: branch,
      enforcement: "active",
      conditions: { ref_name: { include: [`refs/heads/base-${conclusion}`], exclude: [] } },
      rules: [
        {
          type: "required_status_checks",
          parameters: { required_status_checks: [{ context: "c", integration_id: fixture.app.id }] },
        },
      ],
    });
    await commitFiles(bob, branch, { files: { "head.md": conclusion }, from: `base-${conclusion}` });
    const { data: pull } = await bob.rest.pulls.create({
      ...REPO,
      head: branch,
      base: `base-${conclusion}`,
      title: "t",
    });
    expect(pull.mergeable_state).toBe("blocked");
    const other = passes ? "failure" : "success";
    await bot.rest.checks.create({ ...REPO, name: "c", head_sha: pull.head.sha, conclusion: other });
    await bot.rest.checks.create({ ...REPO, name: "c", head_sha: pull.head.sha, conclusion });
    const merge = bob.rest.pulls.merge({ ...REPO, pull_number: pull.number });
    const outcome = await merge.then(() => true).catch((error: unknown) => String(error));
    expect(outcome).toEqual(passes ? true : expect.stringContaining('Required status check "c" is failing.'));
  });

  test("of one App are not met by another's, nor by a status", async () => {
    const { bob, box, client } = fixture;
    await commitFiles(bob, "base-app", { files: { "base.md": "b" } });
    const required = [{ context: "own", integration_id: fixture.app.id }];
    box.addRuleset("acme/images", {
      name: "own",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/base-app"], exclude: [] } },
      rules: [{ type: "required_status_checks", parameters: { required_status_checks: required } }],
    });
    const head_sha = await commitFiles(bob, "head-app", { files: { "h.md": "h" }, from: "base-app" });
    const { data } = await bob.rest.pulls.create({ ...REPO, head: "head-app", base: "base-app", title: "t" });
    await client(box.actionsToken("acme/images")).rest.checks.create({
      ...REPO,
      name: "own",
      head_sha,
      conclusion: "success",
    });
    await bob.rest.repos.createCommitStatus({ ...REPO, sha: head_sha, state: "success", context: "own" });
    expect(await refusal(bob.rest.pulls.merge({ ...REPO, pull_number: data.number }))).toMatchObject({
      status: 405,
      message: expect.stringContaining('Required status check \\"own\\" is expected.'),
    });
  });
});

test("commit statuses are listed, and combined newest per context", async () => {
  const { bob } = fixture;
  const sha = await commitFiles(bob, "statuses", { files: { "s.md": "1" } });
  for (const [context, state] of [
    ["a", "failure"],
    ["a", "success"],
    ["b", "pending"],
  ] as const) {
    await bob.rest.repos.createCommitStatus({ ...REPO, sha, context, state });
  }
  expect((await bob.rest.repos.listCommitStatusesForRef({ ...REPO, ref: sha })).data).toHaveLength(3);
  const { data } = await bob.rest.repos.getCombinedStatusForRef({ ...REPO, ref: "statuses" });
  expect(data).toMatchObject({ state: "pending", total_count: 2 });
});
