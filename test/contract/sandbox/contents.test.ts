import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { commitFiles, type Fixture, openFixture, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

describe("reading contents", () => {
  test("gives a file in base64, or raw when asked", async () => {
    const { repos } = fixture.carol.rest;
    const { data } = await repos.getContent({ ...REPO, path: "docs/guide.md" });
    expect(data).toMatchObject({
      type: "file",
      encoding: "base64",
      size: 14,
      path: "docs/guide.md",
      name: "guide.md",
    });
    expect(Buffer.from("content" in data ? data.content : "", "base64").toString()).toBe("one\ntwo\nthree\n");
    const raw = await repos.getContent({ ...REPO, path: "docs/guide.md", mediaType: { format: "raw" } });
    expect(raw.data).toBe("one\ntwo\nthree\n");
  });

  test("gives a directory as a list, or as an object when asked", async () => {
    const { repos } = fixture.carol.rest;
    const list = await repos.getContent({ ...REPO, path: "" });
    expect(list.data).toMatchObject([
      { name: "README.md", type: "file" },
      { name: "docs", type: "dir" },
    ]);
    const object = await fixture.carol.request("GET /repos/{owner}/{repo}/contents/{path}", {
      ...REPO,
      path: "docs",
      headers: { accept: "application/vnd.github.object+json" },
    });
    expect(object.data).toMatchObject({
      type: "dir",
      sha: expect.stringMatching(/^[0-9a-f]{40}$/),
      entries: [{ name: "guide.md" }],
    });
  });

  test("leaves the content of files over 1 MB out", async () => {
    const content = "x".repeat(1024 * 1024 + 1);
    await commitFiles(fixture.alice, "large", { files: { "large.bin": content } });
    const { data } = await fixture.alice.rest.repos.getContent({ ...REPO, path: "large.bin", ref: "large" });
    expect(data).toMatchObject({ encoding: "none", content: "", size: content.length });
    const raw = await fixture.alice.rest.repos.getContent({
      ...REPO,
      path: "large.bin",
      ref: "large",
      mediaType: { format: "raw" },
    });
    expect(raw.data).toHaveLength(content.length);
  });

  test("cuts a directory at 1,000 entries", async () => {
    const files = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`many/${index}`, "x"]));
    await commitFiles(fixture.alice, "many", { files });
    const { data } = await fixture.alice.rest.repos.getContent({ ...REPO, path: "many", ref: "many" });
    expect(data).toHaveLength(1000);
  });

  test("knows links and submodules", async () => {
    const { git, repos } = fixture.alice.rest;
    const main = (await git.getRef({ ...REPO, ref: "heads/main" })).data.object.sha;
    const tree = await git.createTree({
      ...REPO,
      tree: [
        { path: "link", mode: "120000", type: "blob", content: "README.md" },
        {
          path: ".gitmodules",
          mode: "100644",
          type: "blob",
          content: '[submodule "m"]\n\tpath = module\n\turl = https://example.com/m.git\n',
        },
        { path: "module", mode: "160000", type: "commit", sha: main },
      ],
    });
    const commit = await git.createCommit({ ...REPO, message: "odd", tree: tree.data.sha, parents: [main] });
    const ref = commit.data.sha;
    expect((await repos.getContent({ ...REPO, path: "link", ref })).data).toMatchObject({
      type: "symlink",
      target: "README.md",
    });
    expect((await repos.getContent({ ...REPO, path: "module", ref })).data).toMatchObject({
      type: "submodule",
      sha: main,
      submodule_git_url: "https://example.com/m.git",
    });
  });

  test.each(["none.md", "docs/none/deep"])("answers 404 for %s", async (path) => {
    expect(await refusal(fixture.carol.rest.repos.getContent({ ...REPO, path }))).toMatchObject({
      status: 404,
    });
  });
});

describe("writing contents", () => {
  test("makes, changes and deletes a file, each as one commit", async () => {
    const { repos } = fixture.bob.rest;
    const made = await repos.createOrUpdateFileContents({
      ...REPO,
      path: "new/file.md",
      message: "add",
      content: base64("1"),
    });
    expect(made.status).toBe(201);
    const sha = made.data.content?.sha ?? "";
    const stale = { ...REPO, path: "new/file.md", message: "change", content: base64("2") };
    expect(await refusal(repos.createOrUpdateFileContents(stale))).toMatchObject({ status: 422 });
    expect(await refusal(repos.createOrUpdateFileContents({ ...stale, sha: "f".repeat(40) }))).toMatchObject({
      status: 409,
    });
    const changed = await repos.createOrUpdateFileContents({ ...stale, sha });
    expect(changed.status).toBe(200);
    await repos.deleteFile({
      ...REPO,
      path: "new/file.md",
      message: "drop",
      sha: changed.data.content?.sha ?? "",
    });
    expect(await refusal(repos.getContent({ ...REPO, path: "new" }))).toMatchObject({ status: 404 });
  });

  test("needs write access", async () => {
    const request = fixture.carol.rest.repos.createOrUpdateFileContents({
      ...REPO,
      path: "a",
      message: "m",
      content: "",
    });
    expect(await refusal(request)).toMatchObject({ status: 403 });
  });
});
