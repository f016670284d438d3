import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commitFiles, type Fixture, openFixture, openPull, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

describe("a review", () => {
  test("is bound to the head of its time", async () => {
    const { alice, bob } = fixture;
    const number = await openPull(bob, "bound", { "bound.md": "1" });
    const head = (await bob.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha;
    await alice.rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
    await commitFiles(bob, "bound", { files: { "bound.md": "2" } });
    const { data } = await alice.rest.pulls.listReviews({ ...REPO, pull_number: number });
    expect(data).toMatchObject([{ state: "APPROVED", commit_id: head, user: { login: "alice" } }]);
  });

  test("of one's own pull request can only comment", async () => {
    const { bob } = fixture;
    const number = await openPull(bob, "own", { "own.md": "1" });
    for (const event of ["APPROVE", "REQUEST_CHANGES"] as const) {
      const request = bob.rest.pulls.createReview({ ...REPO, pull_number: number, event, body: "b" });
      expect(await refusal(request)).toMatchObject({
        status: 422,
        message: expect.stringContaining("your own pull request"),
      });
    }
    const comment = await bob.rest.pulls.createReview({
      ...REPO,
      pull_number: number,
      event: "COMMENT",
      body: "b",
    });
    expect(comment.data.state).toBe("COMMENTED");
  });

  test("can be dismissed, once", async () => {
    const { alice, bob, box, hooks } = fixture;
    const number = await openPull(bob, "dismissed", { "dismissed.md": "1" });
    const { data } = await alice.rest.pulls.createReview({
      ...REPO,
      pull_number: number,
      event: "REQUEST_CHANGES",
      body: "no",
    });
    const dismissal = { ...REPO, pull_number: number, review_id: data.id, message: "stale" };
    expect((await bob.rest.pulls.dismissReview(dismissal)).data.state).toBe("DISMISSED");
    expect(await refusal(bob.rest.pulls.dismissReview(dismissal))).toMatchObject({ status: 422 });
    await box.settle();
    const sent = hooks.filter(
      ({ event, payload }) =>
        event === "pull_request_review" && JSON.stringify(payload).includes(`"id":${data.id},`),
    );
    expect(sent.map(({ action }) => action)).toEqual(["submitted", "dismissed"]);
  });
});

test("reviewers are requested, people and teams, and leave the list by reviewing", async () => {
  const { alice, bob } = fixture;
  const number = await openPull(alice, "asked", { "asked.md": "1" });
  const request = { ...REPO, pull_number: number, reviewers: ["bob"], team_reviewers: ["security"] };
  await alice.rest.pulls.requestReviewers(request);
  const before = await alice.rest.pulls.listRequestedReviewers({ ...REPO, pull_number: number });
  expect(before.data).toMatchObject({ users: [{ login: "bob" }], teams: [{ slug: "security" }] });
  await bob.rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
  const after = await alice.rest.pulls.listRequestedReviewers({ ...REPO, pull_number: number });
  expect(after.data.users).toEqual([]);
  await alice.rest.pulls.removeRequestedReviewers({ ...request, reviewers: [] });
  const own = { ...REPO, pull_number: number, reviewers: ["alice"] };
  expect(await refusal(alice.rest.pulls.requestReviewers(own))).toMatchObject({ status: 422 });
});
