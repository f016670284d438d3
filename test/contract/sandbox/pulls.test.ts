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

describe("opening a pull request", () => {
  test("tells its head, base, size and mergeability", async () => {
    const number = await openPull(fixture.bob, "open", { "open.md": "1\n2\n" });
    const { data } = await fixture.alice.rest.pulls.get({ ...REPO, pull_number: number });
    expect(data).toMatchObject({
      state: "open",
      draft: false,
      merged: false,
      mergeable: true,
      mergeable_state: "clean",
      auto_merge: null,
      commits: 1,
      changed_files: 1,
      additions: 2,
      author_association: "MEMBER",
      user: { login: "bob", type: "User" },
      head: { ref: "open", label: "acme:open", repo: { full_name: "acme/images" } },
      base: { ref: "main" },
    });
  });

  test("is refused twice for one branch, and without commits", async () => {
    const { pulls, git } = fixture.bob.rest;
    await openPull(fixture.bob, "twice", { "twice.md": "t" });
    expect(await refusal(pulls.create({ ...REPO, head: "twice", base: "main", title: "t" }))).toMatchObject({
      status: 422,
      message: expect.stringContaining("A pull request already exists for acme:twice."),
    });
    const { data } = await git.getRef({ ...REPO, ref: "heads/main" });
    await git.createRef({ ...REPO, ref: "refs/heads/empty", sha: data.object.sha });
    expect(await refusal(pulls.create({ ...REPO, head: "empty", base: "main", title: "t" }))).toMatchObject({
      status: 422,
      message: expect.stringContaining("No commits between main and empty"),
    });
  });

  test("works from a fork, whose branch its owner pushes to", async () => {
    const { box, carol } = fixture;
    box.addFork("acme/images", "carol");
    const fork = { owner: "carol", repo: "images" };
    const content = Buffer.from("f").toString("base64");
    const file = { ...fork, path: "fork.md", message: "fork", content, branch: "main" };
    await carol.rest.repos.createOrUpdateFileContents(file);
    const { data } = await carol.rest.pulls.create({
      ...REPO,
      head: "carol:main",
      base: "main",
      title: "fork",
    });
    expect(data).toMatchObject({
      mergeable: true,
      head: { label: "carol:main", repo: { full_name: "carol/images", fork: true } },
    });
    await carol.rest.repos.createOrUpdateFileContents({ ...file, path: "fork2.md" });
    const files = await fixture.alice.rest.pulls.listFiles({ ...REPO, pull_number: data.number });
    expect(files.data.map(({ filename }) => filename)).toEqual(["fork.md", "fork2.md"]);
  });
});

test("pull requests are listed by state, head and base", async () => {
  const { pulls } = fixture.bob.rest;
  const number = await openPull(fixture.bob, "listed", { "listed.md": "l" });
  const { data } = await pulls.list({ ...REPO, head: "acme:listed" });
  expect(data.map((pull) => pull.number)).toEqual([number]);
  expect((await pulls.list({ ...REPO, base: "none" })).data).toEqual([]);
  await pulls.update({ ...REPO, pull_number: number, state: "closed" });
  expect((await pulls.list({ ...REPO, head: "acme:listed" })).data).toEqual([]);
  expect((await pulls.list({ ...REPO, head: "acme:listed", state: "closed" })).data).toHaveLength(1);
});

describe("a push to the head branch", () => {
  test("moves the pull request and sends synchronize with before and after", async () => {
    const { alice, bob, box, hooks } = fixture;
    const number = await openPull(bob, "moving", { "moving.md": "1" });
    const before = (await alice.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha;
    const after = await commitFiles(bob, "moving", { files: { "moving.md": "2" } });
    expect((await alice.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha).toBe(after);
    await box.settle();
    const sent = hooks.find(
      ({ action, payload }) => action === "synchronize" && payload["number"] === number,
    );
    expect(sent?.payload).toMatchObject({ before, after, pull_request: { head: { sha: after } } });
    const commits = await alice.rest.pulls.listCommits({ ...REPO, pull_number: number });
    expect(commits.data.map(({ sha }) => sha)).toEqual([before, after]);
  });

  test("that deletes it closes the pull request", async () => {
    const number = await openPull(fixture.bob, "doomed", { "doomed.md": "d" });
    await fixture.bob.rest.git.deleteRef({ ...REPO, ref: "heads/doomed" });
    const { data } = await fixture.bob.rest.pulls.get({ ...REPO, pull_number: number });
    expect(data).toMatchObject({ state: "closed", merged: false });
    await fixture.box.settle();
    expect(
      fixture.hooks.some(({ action, payload }) => action === "closed" && payload["number"] === number),
    ).toBe(true);
  });
});

test("changing title, body and base sends edited with what changed", async () => {
  const { bob, box, hooks } = fixture;
  const number = await openPull(bob, "edited", { "edited.md": "e" });
  await commitFiles(bob, "other-base", { files: { "other.md": "o" } });
  await bob.rest.pulls.update({ ...REPO, pull_number: number, title: "New", base: "other-base" });
  await box.settle();
  const sent = hooks.find(({ action, payload }) => action === "edited" && payload["number"] === number);
  expect(sent?.payload).toMatchObject({
    changes: { title: { from: "Merge edited" }, base: { ref: { from: "main" } } },
  });
});

describe("merging", () => {
  test("keeps what landed on the base meanwhile", async () => {
    const { bob, alice } = fixture;
    const number = await openPull(bob, "three-way", { "three-way.md": "t" });
    await commitFiles(bob, "main", { files: { "meanwhile.md": "m" } });
    const { data } = await alice.rest.pulls.merge({ ...REPO, pull_number: number });
    const { data: tree } = await alice.rest.git.getTree({ ...REPO, tree_sha: data.sha });
    expect(tree.tree.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["three-way.md", "meanwhile.md"]),
    );
    const { data: commit } = await alice.rest.repos.getCommit({ ...REPO, ref: "main" });
    expect(commit).toMatchObject({
      sha: data.sha,
      author: { login: "alice" },
      committer: { login: "web-flow" },
    });
    expect(commit.parents).toHaveLength(2);
    expect(commit.commit.message).toBe(
      `Merge pull request #${number} from acme/three-way\n\nMerge three-way`,
    );
  });

  test("by squash makes one commit by the pull request's author, signed by GitHub", async () => {
    const { bob, bot } = fixture;
    const number = await openPull(bob, "squash", { "squash.md": "1" });
    await commitFiles(bob, "squash", { files: { "squash.md": "2" } });
    const head = (await bot.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha;
    const title = "One move";
    const message = "Assay-Move: a@b v1 -> v2";
    const request = {
      ...REPO,
      pull_number: number,
      merge_method: "squash",
      sha: head,
      commit_title: title,
      commit_message: message,
    } as const;
    const { data } = await bot.rest.pulls.merge(request);
    const { data: commit } = await bot.rest.repos.getCommit({ ...REPO, ref: data.sha });
    expect(commit.parents).toHaveLength(1);
    expect(commit).toMatchObject({ author: { login: "bob" }, committer: { login: "web-flow" } });
    expect(commit.commit).toMatchObject({
      message: `${title}\n\n${message}`,
      verification: { verified: true },
    });
    const { data: pull } = await bot.rest.pulls.get({ ...REPO, pull_number: number });
    expect(pull).toMatchObject({
      state: "closed",
      merged: true,
      merge_commit_sha: data.sha,
      merged_by: { login: "assay[bot]" },
    });
    expect(pull.commits).toBe(2);
  });

  test("by rebase replays each commit", async () => {
    const { bob } = fixture;
    const number = await openPull(bob, "rebase", { "rebase.md": "1" });
    await commitFiles(bob, "rebase", { files: { "rebase.md": "2" }, message: "second" });
    await commitFiles(bob, "main", { files: { "rebased-over.md": "x" }, message: "between" });
    await bob.rest.pulls.merge({ ...REPO, pull_number: number, merge_method: "rebase" });
    const { data } = await bob.rest.repos.listCommits({ ...REPO, per_page: 3 });
    expect(data.map(({ commit }) => commit.message)).toEqual(["second", "change", "between"]);
    expect((await bob.rest.repos.getContent({ ...REPO, path: "rebased-over.md" })).status).toBe(200);
  });

  test("with a stale sha is refused with 409 and changes nothing", async () => {
    const number = await openPull(fixture.bob, "stale", { "stale.md": "s" });
    const request = fixture.bob.rest.pulls.merge({ ...REPO, pull_number: number, sha: "f".repeat(40) });
    expect(await refusal(request)).toMatchObject({
      status: 409,
      message: expect.stringContaining("Head branch was modified. Review and try the merge again."),
    });
    expect((await fixture.bob.rest.pulls.get({ ...REPO, pull_number: number })).data.merged).toBe(false);
  });

  test("with a conflict is refused with 405", async () => {
    const { bob } = fixture;
    const number = await openPull(bob, "conflict", { "README.md": "theirs\n" });
    await commitFiles(bob, "main", { files: { "README.md": "ours\n" } });
    const { data } = await bob.rest.pulls.get({ ...REPO, pull_number: number });
    expect(data).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    expect(await refusal(bob.rest.pulls.merge({ ...REPO, pull_number: number }))).toMatchObject({
      status: 405,
      message: expect.stringContaining("Pull Request is not mergeable"),
    });
  });

  test("deletes the branch only where the repository says so", async () => {
    const { alice, bob } = fixture;
    const kept = await openPull(bob, "kept", { "kept.md": "k" });
    await bob.rest.pulls.merge({ ...REPO, pull_number: kept });
    expect((await bob.rest.git.getRef({ ...REPO, ref: "heads/kept" })).status).toBe(200);
    await alice.rest.repos.update({ ...REPO, delete_branch_on_merge: true });
    const dropped = await openPull(bob, "dropped", { "dropped.md": "k" });
    await bob.rest.pulls.merge({ ...REPO, pull_number: dropped });
    await alice.rest.repos.update({ ...REPO, delete_branch_on_merge: false });
    expect(await refusal(bob.rest.git.getRef({ ...REPO, ref: "heads/dropped" }))).toMatchObject({
      status: 404,
    });
  });

  test("of a draft is refused", async () => {
    const { bob } = fixture;
    await commitFiles(bob, "draft", { files: { "draft.md": "d" } });
    const { data } = await bob.rest.pulls.create({
      ...REPO,
      head: "draft",
      base: "main",
      title: "d",
      draft: true,
    });
    expect(data).toMatchObject({ draft: true, mergeable_state: "draft" });
    expect(await refusal(bob.rest.pulls.merge({ ...REPO, pull_number: data.number }))).toMatchObject({
      status: 405,
    });
  });
});

test("a pull request whose commits are pushed to its base is merged", async () => {
  const { bob } = fixture;
  const number = await openPull(bob, "landed", { "landed.md": "l" });
  const { data: pull } = await bob.rest.pulls.get({ ...REPO, pull_number: number });
  const { data: main } = await bob.rest.git.getRef({ ...REPO, ref: "heads/main" });
  expect(pull.base.sha).toBe(main.object.sha);
  await bob.rest.git.updateRef({ ...REPO, ref: "heads/main", sha: pull.head.sha });
  expect((await bob.rest.pulls.get({ ...REPO, pull_number: number })).data).toMatchObject({
    merged: true,
    state: "closed",
  });
});

test("update-branch merges the base into the head", async () => {
  const { bob } = fixture;
  const number = await openPull(bob, "behind", { "behind.md": "b" });
  expect(await refusal(bob.rest.pulls.updateBranch({ ...REPO, pull_number: number }))).toMatchObject({
    status: 422,
  });
  const base = await commitFiles(bob, "main", { files: { "ahead.md": "a" } });
  const { status } = await bob.rest.pulls.updateBranch({ ...REPO, pull_number: number });
  expect(status).toBe(202);
  const { data } = await bob.rest.pulls.get({ ...REPO, pull_number: number });
  const { data: commit } = await bob.rest.git.getCommit({ ...REPO, commit_sha: data.head.sha });
  expect(commit.parents.map(({ sha }) => sha)).toContain(base);
});
