import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Fixture, git, openFixture, openPull, REPO, withClone } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

async function commitIn(dir: string, path: string): Promise<string> {
  await writeFile(join(dir, path), path);
  await git(dir, "add", ".");
  await git(dir, "commit", "-m", path);
  return (await git(dir, "rev-parse", "HEAD")).output.trim();
}

test("a push is seen by the API, and its webhook tells the commits", async () => {
  const { box, bob, hooks } = fixture;
  await withClone({ box, token: box.userToken("bob") }, async (dir) => {
    const sha = await commitIn(dir, "pushed.md");
    expect((await git(dir, "push", "origin", "HEAD:main")).code).toBe(0);
    expect((await bob.rest.git.getRef({ ...REPO, ref: "heads/main" })).data.object.sha).toBe(sha);
    await box.settle();
    const push = hooks.find(({ payload }) => payload["after"] === sha);
    expect(push?.payload).toMatchObject({
      commits: [{ id: sha, added: ["pushed.md"] }],
      sender: { login: "bob" },
    });
    expect((await bob.rest.repos.getCommit({ ...REPO, ref: sha })).data.author).toBeNull();
  });
});

test("a push to a pull request's branch moves its head, and the head can be fetched by number", async () => {
  const { box, bob, hooks } = fixture;
  const number = await openPull(bob, "by-git", { "by-git.md": "1" });
  await withClone({ box, token: box.userToken("bob") }, async (dir) => {
    await git(dir, "switch", "by-git");
    const sha = await commitIn(dir, "more.md");
    await git(dir, "push", "origin", "by-git");
    expect((await bob.rest.pulls.get({ ...REPO, pull_number: number })).data.head.sha).toBe(sha);
    expect((await git(dir, "fetch", "origin", `refs/pull/${number}/head`)).code).toBe(0);
    expect((await git(dir, "rev-parse", "FETCH_HEAD")).output.trim()).toBe(sha);
    await box.settle();
    expect(hooks.some(({ action, payload }) => action === "synchronize" && payload["after"] === sha)).toBe(
      true,
    );
  });
});

test("pushing needs write access, and private repositories need a token", async () => {
  const { box } = fixture;
  box.addRepo("acme/hidden", { files: { a: "1" }, private: true });
  await withClone({ box, token: box.userToken("carol") }, async (dir) => {
    await commitIn(dir, "refused.md");
    expect((await git(dir, "push", "origin", "HEAD:main")).code).not.toBe(0);
    expect((await git(dir, "ls-remote", `${box.url}/acme/hidden.git`)).code).not.toBe(0);
  });
  const name = "acme/hidden";
  await withClone({ box, token: box.actionsToken(name), name }, async (dir) => {
    expect((await git(dir, "log", "--oneline")).code).toBe(0);
  });
});

test("a repository filled from outside with many files and commits stays fast enough to use", async () => {
  const { box, alice } = fixture;
  const repo = box.addRepo("acme/large");
  const files = Array.from(
    { length: 2000 },
    (_, index) => `M 100644 inline d${index % 50}/f${index}\ndata 1\nx\n`,
  );
  const commits = Array.from(
    { length: 500 },
    (_, index) =>
      `commit refs/heads/main\ncommitter D <d@example.com> ${1_700_000_000 + index} +0000\ndata 1\nc\n` +
      (index === 0 ? files.join("") : `M 100644 inline n\ndata ${String(index).length}\n${index}\n`),
  );
  const stream = join(repo.gitDir, "import");
  await writeFile(stream, commits.join("\n"));
  expect((await gitWithInput(repo.gitDir, stream)).code).toBe(0);
  const large = { owner: "acme", repo: "large" };
  const { data: tree } = await alice.rest.git.getTree({ ...large, tree_sha: "main", recursive: "1" });
  expect(tree.tree).toHaveLength(2051);
  expect((await alice.rest.repos.listCommits({ ...large, per_page: 100, page: 5 })).data).toHaveLength(100);
});

async function gitWithInput(dir: string, file: string): Promise<{ code: number | null }> {
  const { spawn } = await import("node:child_process");
  const { createReadStream } = await import("node:fs");
  const child = spawn("git", ["fast-import", "--quiet"], { cwd: dir });
  createReadStream(file).pipe(child.stdin);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code })));
}
