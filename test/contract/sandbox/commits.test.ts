import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { gunzipSync } from "node:zlib";
import { at, commitFiles, type Fixture, openFixture, openPull, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

describe("listing commits", () => {
  test("follows a path, an author and a time", async () => {
    const { alice, bob } = fixture;
    await commitFiles(alice, "log", { files: { "a.txt": "1" }, message: "first" });
    await commitFiles(bob, "log", { files: { "b.txt": "1" }, message: "second" });
    await commitFiles(alice, "log", { files: { "a.txt": "2" }, message: "third" });
    const list = async (more: object): Promise<string[]> => {
      const { data } = await alice.rest.repos.listCommits({ ...REPO, sha: "log", ...more });
      return data.map(({ commit }) => commit.message);
    };
    expect(await list({ path: "a.txt" })).toEqual(["third", "first"]);
    expect(await list({ author: "bob" })).toEqual(["second"]);
    expect(await list({ until: "2001-01-01T00:00:00Z" })).toEqual([]);
    expect(await list({ per_page: 1, page: 2 })).toEqual(["second"]);
  });

  test("of an unknown branch is a 404", async () => {
    expect(await refusal(fixture.alice.rest.repos.listCommits({ ...REPO, sha: "none" }))).toMatchObject({
      status: 404,
    });
  });
});

test("a commit tells its files", async () => {
  const sha = await commitFiles(fixture.alice, "files", {
    files: { "docs/guide.md": "one\ntwo\n", "n.md": "n\n" },
  });
  const { data } = await fixture.alice.rest.repos.getCommit({ ...REPO, ref: sha });
  expect(data.files).toMatchObject([
    { filename: "docs/guide.md", status: "modified", deletions: 1, patch: expect.stringContaining("-three") },
    { filename: "n.md", status: "added", additions: 1 },
  ]);
});

describe("comparing", () => {
  test("counts both sides and starts from the merge base", async () => {
    const { alice } = fixture;
    await commitFiles(alice, "left", { files: { "left.md": "l" } });
    await commitFiles(alice, "right", { files: { "right.md": "r" } });
    const guide = "docs/guide.md";
    await commitFiles(alice, "right", { files: { [guide]: null, "docs/handbook.md": "one\ntwo\nthree\n" } });
    const { data } = await alice.rest.repos.compareCommitsWithBasehead({ ...REPO, basehead: "left...right" });
    expect(data).toMatchObject({ status: "diverged", ahead_by: 2, behind_by: 1, total_commits: 2 });
    expect(at(data.commits, 0).author).toMatchObject({ login: "alice" });
    expect(data.files).toMatchObject([
      { filename: "docs/handbook.md", previous_filename: guide, status: "renamed" },
      { filename: "right.md", status: "added", sha: expect.stringMatching(/^[0-9a-f]{40}$/) },
    ]);
  });

  test("a branch with itself finds it identical, and a missing one is a 404", async () => {
    const { repos } = fixture.alice.rest;
    expect((await repos.compareCommitsWithBasehead({ ...REPO, basehead: "main...main" })).data.status).toBe(
      "identical",
    );
    expect(
      await refusal(repos.compareCommitsWithBasehead({ ...REPO, basehead: "main...none" })),
    ).toMatchObject({ status: 404 });
  });
});

test("an archive holds the tree under one folder", async () => {
  const { data } = await fixture.alice.rest.repos.downloadTarballArchive({ ...REPO, ref: "main" });
  const bytes = data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.alloc(0);
  const text = gunzipSync(bytes).toString("latin1");
  expect(text).toMatch(/acme-images-[0-9a-f]{7}\/docs\/guide\.md/);
});

test("a commit tells its pull requests, before and after the merge", async () => {
  const { alice } = fixture;
  const number = await openPull(alice, "told", { "told.md": "t" });
  const head = (await alice.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha;
  const before = await alice.rest.repos.listPullRequestsAssociatedWithCommit({ ...REPO, commit_sha: head });
  expect(before.data).toMatchObject([{ number, state: "open" }]);
  const { data: merged } = await alice.rest.pulls.merge({
    ...REPO,
    pull_number: number,
    merge_method: "squash",
  });
  const after = await alice.rest.repos.listPullRequestsAssociatedWithCommit({
    ...REPO,
    commit_sha: merged.sha,
  });
  expect(after.data).toMatchObject([{ number, state: "closed", merge_commit_sha: merged.sha }]);
});
