import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { at, commitFiles, type Fixture, openFixture, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;
let main: string;

beforeAll(async () => {
  fixture = await openFixture();
  main = (await fixture.alice.rest.git.getRef({ ...REPO, ref: "heads/main" })).data.object.sha;
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

describe("refs", () => {
  test("are made once, moved forward, and deleted", async () => {
    const { git } = fixture.alice.rest;
    const next = await commitFiles(fixture.alice, "walk", { files: { "a.txt": "a" } });
    expect(await refusal(git.createRef({ ...REPO, ref: "refs/heads/walk", sha: main }))).toMatchObject({
      status: 422,
      message: expect.stringContaining("Reference already exists"),
    });
    expect(await refusal(git.updateRef({ ...REPO, ref: "heads/walk", sha: main }))).toMatchObject({
      status: 422,
      message: expect.stringContaining("Update is not a fast forward"),
    });
    await git.updateRef({ ...REPO, ref: "heads/walk", sha: main, force: true });
    await git.updateRef({ ...REPO, ref: "heads/walk", sha: next });
    await git.deleteRef({ ...REPO, ref: "heads/walk" });
    expect(await refusal(git.getRef({ ...REPO, ref: "heads/walk" }))).toMatchObject({ status: 404 });
  });

  test("that do not exist can neither be moved nor deleted", async () => {
    const { git } = fixture.alice.rest;
    const missing = { status: 422, message: expect.stringContaining("does not exist") };
    expect(await refusal(git.updateRef({ ...REPO, ref: "heads/none", sha: main }))).toMatchObject(missing);
    expect(await refusal(git.deleteRef({ ...REPO, ref: "heads/none" }))).toMatchObject(missing);
  });

  test("are listed by the beginning of their name", async () => {
    const { git } = fixture.alice.rest;
    for (const name of ["list-a/x", "list-a/y", "list-b"]) {
      await git.createRef({ ...REPO, ref: `refs/heads/${name}`, sha: main });
    }
    const { data } = await git.listMatchingRefs({ ...REPO, ref: "heads/list-a" });
    expect(data.map(({ ref }) => ref)).toEqual(["refs/heads/list-a/x", "refs/heads/list-a/y"]);
  });

  test("must name an object and be well formed", async () => {
    const { git } = fixture.alice.rest;
    expect(await refusal(git.createRef({ ...REPO, ref: "refs/heads/x", sha: "f".repeat(40) }))).toMatchObject(
      { status: 422 },
    );
    expect(await refusal(git.createRef({ ...REPO, ref: "refs/heads/a..b", sha: main }))).toMatchObject({
      status: 422,
    });
  });

  test("moved behind the server's back are read as they are", async () => {
    const { box, alice } = fixture;
    const repo = box.addRepo("acme/outside", { files: { a: "1" } });
    const { writeFile } = await import("node:fs/promises");
    await writeFile(`${repo.gitDir}/refs/heads/side`, `${await readTip(repo.gitDir)}\n`);
    const { data } = await alice.rest.repos.getBranch({ owner: "acme", repo: "outside", branch: "side" });
    expect(data.name).toBe("side");
  });
});

async function readTip(gitDir: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(`${gitDir}/refs/heads/main`, "utf8")).trim();
}

describe("commits", () => {
  test.each([
    { who: "an App", of: (f: Fixture) => f.bot, name: "assay[bot]", verified: true, reason: "valid" },
    { who: "a person", of: (f: Fixture) => f.bob, name: "bob", verified: false, reason: "unsigned" },
  ])("by $who without an author are theirs, verified: $verified", async ({ of, name, verified, reason }) => {
    const { git, repos } = of(fixture).rest;
    const tree = (await git.getCommit({ ...REPO, commit_sha: main })).data.tree.sha;
    const { data } = await git.createCommit({ ...REPO, message: "m", tree, parents: [main] });
    expect(data.author.name).toBe(name);
    expect(data.verification).toMatchObject({ verified, reason });
    expect((await repos.getCommit({ ...REPO, ref: data.sha })).data.author).toMatchObject({ login: name });
  });

  test("by an App with a stated author are not verified", async () => {
    const { git } = fixture.bot.rest;
    const tree = (await git.getCommit({ ...REPO, commit_sha: main })).data.tree.sha;
    const author = { name: "Alice", email: "alice@example.com", date: "2026-01-02T03:04:05Z" };
    const { data } = await git.createCommit({ ...REPO, message: "m", tree, parents: [main], author });
    expect(data).toMatchObject({ author, verification: { verified: false, reason: "unsigned" } });
  });

  test("need a tree and parents that exist", async () => {
    const { git } = fixture.bot.rest;
    const none = "f".repeat(40);
    expect(await refusal(git.createCommit({ ...REPO, message: "m", tree: none }))).toMatchObject({
      status: 422,
    });
    expect(await refusal(git.getCommit({ ...REPO, commit_sha: none }))).toMatchObject({ status: 404 });
  });
});

describe("trees", () => {
  test("are made over a base, with nested paths, links, submodules and removals", async () => {
    const { git } = fixture.bot.rest;
    const base = (await git.getCommit({ ...REPO, commit_sha: main })).data.tree.sha;
    const blob = (await git.createBlob({ ...REPO, content: "YmluYXJ5", encoding: "base64" })).data.sha;
    const { data: made } = await git.createTree({
      ...REPO,
      base_tree: base,
      tree: [
        { path: "x/y/z.txt", mode: "100644", type: "blob", sha: blob },
        { path: "link", mode: "120000", type: "blob", content: "README.md" },
        { path: "module", mode: "160000", type: "commit", sha: main },
        { path: "docs/guide.md", mode: "100644", type: "blob", sha: null },
      ],
    });
    const { data } = await git.getTree({ ...REPO, tree_sha: made.sha, recursive: "1" });
    expect(data.truncated).toBe(false);
    expect(data.tree.map(({ path, mode, type }) => `${mode} ${type} ${path}`)).toEqual([
      "100644 blob README.md",
      "120000 blob link",
      "160000 commit module",
      "040000 tree x",
      "040000 tree x/y",
      "100644 blob x/y/z.txt",
    ]);
    expect((await git.getBlob({ ...REPO, file_sha: blob })).data).toMatchObject({
      size: 6,
      encoding: "base64",
    });
  });

  test.each([
    ["a missing file removed", { path: "none", mode: "100644", type: "blob", sha: null }],
    ["a missing blob", { path: "a", mode: "100644", type: "blob", sha: "f".repeat(40) }],
    ["a path upwards", { path: "../a", mode: "100644", type: "blob", content: "" }],
  ] as const)("refuse %s", async (_what, entry) => {
    const { git } = fixture.bot.rest;
    const base = (await git.getCommit({ ...REPO, commit_sha: main })).data.tree.sha;
    expect(await refusal(git.createTree({ ...REPO, base_tree: base, tree: [entry] }))).toMatchObject({
      status: 422,
    });
  });

  test("of more than 100,000 entries are cut and say so", async () => {
    const { git } = fixture.bot.rest;
    const blob = (await git.createBlob({ ...REPO, content: "x" })).data.sha;
    const wide = Array.from(
      { length: 1001 },
      (_, index) => ({ path: `f${index}`, mode: "100644", type: "blob", sha: blob }) as const,
    );
    const inner = (await git.createTree({ ...REPO, tree: wide })).data.sha;
    const outer = Array.from(
      { length: 100 },
      (_, index) => ({ path: `d${index}`, mode: "040000", type: "tree", sha: inner }) as const,
    );
    const { data } = await git.createTree({ ...REPO, tree: outer });
    const listed = await git.getTree({ ...REPO, tree_sha: data.sha, recursive: "1" });
    expect(listed.data.truncated).toBe(true);
    expect(listed.data.tree).toHaveLength(100_000);
  });
});

test("branches are listed by page, with links to the next", async () => {
  const { git, repos } = fixture.alice.rest;
  for (const index of [1, 2, 3]) await git.createRef({ ...REPO, ref: `refs/heads/page-${index}`, sha: main });
  const first = await repos.listBranches({ ...REPO, per_page: 2 });
  expect(first.headers.link).toContain('rel="next"');
  const all = await fixture.alice.paginate(repos.listBranches, { ...REPO, per_page: 2 });
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(["main", "page-1", "page-2", "page-3"]));
  expect(at(first.data, 0).commit.sha).toMatch(/^[0-9a-f]{40}$/);
});
