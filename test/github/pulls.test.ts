import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mergePull } from "../../src/github/merge.ts";
import {
  closePull,
  deleteBranch,
  findOpenPull,
  listOpenPulls,
  openPull,
  pullsOfCommit,
  readPull,
  requestReviews,
  updatePull,
} from "../../src/github/pulls.ts";
import { listReviews } from "../../src/github/reviews.ts";
import type { GitHubWorld } from "./world.ts";
import { startWorld } from "./world.ts";

let world: GitHubWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.sandbox.stop());

let count = 0;
async function propose(): Promise<{ readonly number: number; readonly head: string; readonly sha: string }> {
  count += 1;
  const head = `assay/x${count}`;
  const sha = await world.commit(head, `f${count}.txt`, "x\n");
  const { client, repository } = world;
  const pull = await openPull(client, repository, {
    head,
    base: "main",
    title: `Change ${count}`,
    body: "why",
  });
  return { number: pull.number, head, sha };
}

function squash(number: number, sha: string) {
  return { number, sha, title: "t", message: "m", method: "squash" } as const;
}

describe("pull requests", () => {
  test("one that is opened twice is one, with its labels", async () => {
    const { client, repository } = world;
    const sha = await world.commit("assay/promote/web/dev", "a.txt", "a\n");
    const proposal = {
      head: "assay/promote/web/dev",
      base: "main",
      title: "Promote",
      body: "b",
      labels: ["assay"],
    };
    const opened = await openPull(client, repository, proposal);
    expect(opened).toMatchObject({
      title: "Promote",
      body: "b",
      state: "open",
      merged: false,
      draft: false,
      author: { login: "assay[bot]", isBot: true },
      headSha: sha,
      headRef: "assay/promote/web/dev",
      headRepo: "acme/images",
      isFork: false,
      baseRef: "main",
      labels: ["assay"],
    });
    expect(await openPull(client, repository, { ...proposal, title: "Other" })).toMatchObject({
      number: opened.number,
      title: "Promote",
    });
    expect(await readPull(client, repository, opened.number)).toMatchObject({
      number: opened.number,
      mergeable: true,
    });
    expect(await findOpenPull(client, repository, "assay/promote/web/dev")).toMatchObject({
      number: opened.number,
    });
    expect(await findOpenPull(client, repository, "assay/promote/web")).toBeUndefined();
  });

  test("one that GitHub opened before it broke down is found", async () => {
    const { client, repository, sandbox } = world;
    await world.commit("assay/broken", "b.txt", "b\n");
    sandbox.fault({ method: "POST", path: /\/pulls$/, when: "after" }, { status: 502 });
    const requests = await world.requestsOf(async () => {
      const pull = await openPull(client, repository, {
        head: "assay/broken",
        base: "main",
        title: "t",
        body: "",
      });
      expect(pull).toMatchObject({ headRef: "assay/broken", state: "open" });
    });
    expect(requests).toEqual(["GET pulls", "POST pulls", "GET pulls"]);
  });

  test("one without a difference is refused with GitHub's reason", async () => {
    const { client, repository, ann, tip } = world;
    await ann.rest.git.createRef({ ...repository, ref: "refs/heads/same", sha: await tip("main") });
    const opening = openPull(client, repository, { head: "same", base: "main", title: "t", body: "" });
    await expect(opening).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("No commits"),
    });
  });

  test("the open ones are listed, oldest first, and those of a commit are found", async () => {
    const { client, repository } = world;
    const [one, two] = [await propose(), await propose()];
    const numbers = (await listOpenPulls(client, repository, "main")).map(({ number }) => number);
    expect(numbers.slice(-2)).toEqual([one.number, two.number]);
    expect(await listOpenPulls(client, repository, "release")).toEqual([]);
    expect((await pullsOfCommit(client, repository, one.sha)).map(({ number }) => number)).toEqual([
      one.number,
    ]);
  });

  test("one is changed, closed, and its branch deleted, twice over", async () => {
    const { client, repository } = world;
    const { number, head } = await propose();
    expect(await updatePull(client, repository, { number, title: "New", body: "new" })).toMatchObject({
      title: "New",
      body: "new",
    });
    for (let time = 0; time < 2; time += 1) {
      await closePull(client, repository, number);
      await deleteBranch(client, repository, head);
    }
    expect(await readPull(client, repository, number)).toMatchObject({ state: "closed", merged: false });
    expect(await readPull(client, repository, 9_999)).toBeUndefined();
  });

  test("reviews are asked for, and by whom GitHub does not take them is told", async () => {
    const { client, repository, sandbox } = world;
    const { number } = await propose();
    expect(await requestReviews(client, repository, { number, users: ["ann"], teams: [] })).toEqual({
      kind: "requested",
    });
    sandbox.fault(
      { method: "POST", path: /requested_reviewers/, when: "before" },
      { status: 422, body: { message: "not a collaborator" } },
    );
    expect(await requestReviews(client, repository, { number, users: ["zoe"], teams: [] })).toEqual({
      kind: "refused",
      reason: "not a collaborator",
    });
  });

  test("reviews tell who, what and on which commit", async () => {
    const { ann, client, repository } = world;
    const { number, sha } = await propose();
    await ann.rest.pulls.createReview({ ...repository, pull_number: number, event: "APPROVE" });
    await ann.rest.pulls.createReview({ ...repository, pull_number: number, event: "COMMENT", body: "hm" });
    expect(await listReviews(client, repository, number)).toEqual([
      { author: "ann", state: "approved", commit: sha, at: expect.stringMatching(/Z$/) },
      { author: "ann", state: "commented", commit: sha, at: expect.stringMatching(/Z$/) },
    ]);
  });
});

describe("merging", () => {
  test("the head that was decided on is merged, and once more is the same", async () => {
    const { client, repository, tip } = world;
    const { number, sha } = await propose();
    const merged = await mergePull(client, repository, squash(number, sha));
    expect(merged).toEqual({ kind: "merged", commit: await tip("main") });
    expect(await mergePull(client, repository, squash(number, sha))).toEqual(merged);
  });

  test("a head that moved on is stale, and asked for once", async () => {
    const { client, repository } = world;
    const { number, head, sha } = await propose();
    await world.commit(head, "later.txt", "x\n");
    const requests = await world.requestsOf(async () => {
      expect(await mergePull(client, repository, squash(number, sha))).toEqual({ kind: "stale" });
    });
    expect(requests.filter((request) => request.startsWith("PUT")).length).toBe(1);
  });

  test("a conflict is refused with GitHub's reason", async () => {
    const { client, repository } = world;
    const sha = await world.commit("conflict", "both.txt", "one\n");
    await world.commit("main", "both.txt", "two\n");
    const { number } = await openPull(client, repository, {
      head: "conflict",
      base: "main",
      title: "t",
      body: "",
    });
    expect(await mergePull(client, repository, squash(number, sha))).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/merge/i),
    });
  });

  test.each([{ status: 502 }, { hangUp: true as const }])(
    "a breakdown (%p) after it is found out",
    async (act) => {
      const { client, repository, sandbox, tip } = world;
      const { number, sha } = await propose();
      sandbox.fault({ method: "PUT", path: /\/merge$/, when: "after" }, act);
      expect(await mergePull(client, repository, squash(number, sha))).toEqual({
        kind: "merged",
        commit: await tip("main"),
      });
    },
  );

  test("a breakdown before it is an error, and nothing is merged", async () => {
    const { client, repository, sandbox } = world;
    const { number, sha } = await propose();
    sandbox.fault({ method: "PUT", path: /\/merge$/, when: "before" }, { status: 500 });
    await expect(mergePull(client, repository, squash(number, sha))).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await readPull(client, repository, number)).toMatchObject({ state: "open" });
  });
});
