import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Fixture, openFixture, openPull, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

test("issues and pull requests share their numbers", async () => {
  const { data: issue } = await fixture.carol.rest.issues.create({ ...REPO, title: "One" });
  expect(await openPull(fixture.bob, "shared", { "s.md": "1" })).toBe(issue.number + 1);
  const { data } = await fixture.carol.rest.issues.get({ ...REPO, issue_number: issue.number + 1 });
  expect(data.pull_request).toMatchObject({ merged_at: null });
  expect(await refusal(fixture.carol.rest.pulls.get({ ...REPO, pull_number: issue.number }))).toMatchObject({
    status: 404,
  });
});

test("an issue is edited, closed with a reason and reopened, and Apps are told", async () => {
  const { carol, bob, box, hooks } = fixture;
  const { data: issue } = await carol.rest.issues.create({
    ...REPO,
    title: "Two",
    labels: ["bug"],
    assignees: ["bob"],
  });
  const at = { ...REPO, issue_number: issue.number };
  await carol.rest.issues.update({ ...at, title: "Deux", body: "text" });
  const closed = await bob.rest.issues.update({ ...at, state: "closed", state_reason: "not_planned" });
  expect(closed.data).toMatchObject({
    title: "Deux",
    state_reason: "not_planned",
    closed_by: { login: "bob" },
    assignee: { login: "bob" },
  });
  expect((await carol.rest.issues.listForRepo({ ...REPO, labels: "bug" })).data).toEqual([]);
  expect((await carol.rest.issues.listForRepo({ ...REPO, labels: "bug", state: "all" })).data).toHaveLength(
    1,
  );
  await bob.rest.issues.update({ ...at, state: "open" });
  await box.settle();
  const told = hooks.filter(
    ({ event, payload }) =>
      event === "issues" && JSON.stringify(payload).includes(`"number":${issue.number},`),
  );
  expect(told.map(({ action }) => action)).toEqual(["opened", "edited", "closed", "reopened"]);
});

test("comments are made, changed, listed and deleted", async () => {
  const { issues } = fixture.bot.rest;
  const number = await openPull(fixture.bob, "commented", { "c.md": "1" });
  const { data: made } = await issues.createComment({ ...REPO, issue_number: number, body: "one" });
  expect(made).toMatchObject({
    user: { login: "assay[bot]", type: "Bot" },
    performed_via_github_app: { slug: "assay" },
  });
  await issues.updateComment({ ...REPO, comment_id: made.id, body: "two" });
  const { data } = await issues.listComments({ ...REPO, issue_number: number });
  expect(data.map(({ body }) => body)).toEqual(["two"]);
  await issues.deleteComment({ ...REPO, comment_id: made.id });
  expect(await refusal(issues.getComment({ ...REPO, comment_id: made.id }))).toMatchObject({ status: 404 });
  const long = issues.createComment({ ...REPO, issue_number: number, body: "x".repeat(65_537) });
  expect(await refusal(long)).toMatchObject({ status: 422 });
});

test("labels are made once, put on and taken off", async () => {
  const { issues } = fixture.bob.rest;
  await issues.createLabel({ ...REPO, name: "hold", color: "ff0000", description: "Wait" });
  expect(await refusal(issues.createLabel({ ...REPO, name: "hold" }))).toMatchObject({ status: 422 });
  const number = await openPull(fixture.bob, "labeled", { "l.md": "1" });
  const at = { ...REPO, issue_number: number };
  const { data } = await issues.addLabels({ ...at, labels: ["hold", "new"] });
  expect(data.map(({ name, color }) => `${name} ${color}`)).toEqual(["hold ff0000", "new ededed"]);
  await issues.removeLabel({ ...at, name: "new" });
  expect((await issues.listLabelsOnIssue(at)).data.map(({ name }) => name)).toEqual(["hold"]);
  expect(await refusal(issues.removeLabel({ ...at, name: "new" }))).toMatchObject({ status: 404 });
  expect((await issues.listLabelsForRepo(REPO)).data.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["hold", "new"]),
  );
  await fixture.box.settle();
  const actions = fixture.hooks
    .filter(({ payload }) => payload["number"] === number)
    .map(({ action }) => action);
  expect(actions).toEqual(["opened", "labeled", "labeled", "unlabeled"]);
});
