import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "@jest/globals";
import { openCloneStore } from "../../src/store/clone/clone-store.ts";
import type { Edit } from "../../src/store/store.ts";
import { plainGit } from "./fixture.ts";
import { START, withClone } from "./work-clone.ts";

const PUBLISH: readonly Edit[] = [{ path: "buckets/web/versions/v1.json", content: "{}\n" }];
const WRITER = fileURLToPath(new URL("writer-process.ts", import.meta.url));
const before = { ...process.env };

afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

describe("who a commit is by", () => {
  test("the user whom git knows", async () => {
    await withClone(START, async ({ git, write }) => {
      await git("config", "user.name", "Una User");
      await git("config", "user.email", "una@example.com");
      await write(PUBLISH);
      expect(await git("log", "-1", "--format=%an <%ae> %cn <%ce>")).toBe(
        "Una User <una@example.com> Una User <una@example.com>",
      );
    });
  });

  test("a stated identity where git knows none", async () => {
    for (const name of Object.keys(process.env)) if (/^(GIT_|EMAIL$)/.test(name)) delete process.env[name];
    process.env["GIT_CONFIG_GLOBAL"] = "/dev/null";
    process.env["GIT_CONFIG_NOSYSTEM"] = "1";
    await withClone(START, async ({ git, write }) => {
      await write(PUBLISH);
      expect(await git("log", "-1", "--format=%an <%ae> %cn <%ce>")).toBe(
        "Assay <assay@localhost> Assay <assay@localhost>",
      );
    });
  });

  test("nobody is asked to sign", async () => {
    await withClone(START, async ({ git, write }) => {
      await git("config", "commit.gpgSign", "true");
      await git("config", "gpg.program", "/nowhere/gpg");
      expect((await write(PUBLISH)).kind).toBe("written");
    });
  });
});

describe("what surrounds the clone", () => {
  test("its hooks are not run", async () => {
    await withClone(START, async ({ directory, write }) => {
      const hooks = [
        "pre-commit",
        "commit-msg",
        "post-checkout",
        "reference-transaction",
        "post-index-change",
      ];
      for (const hook of hooks) {
        const path = join(directory, ".git/hooks", hook);
        await writeFile(path, `#!/bin/sh\ntouch "${directory}/ran"\nexit 1\n`);
        await chmod(path, 0o755);
      }
      expect((await write(PUBLISH)).kind).toBe("written");
      expect(await readdir(directory)).not.toContain("ran");
    });
  });

  test("an environment that points git elsewhere is not followed", async () => {
    await withClone(START, async ({ space, git, directory, write }) => {
      Object.assign(process.env, {
        GIT_DIR: join(space, "origin.git"),
        GIT_WORK_TREE: space,
        GIT_INDEX_FILE: join(space, "index"),
        GIT_OBJECT_DIRECTORY: join(space, "nowhere"),
        GIT_LITERAL_PATHSPECS: "0",
        GIT_TRACE: "1",
      });
      expect((await write(PUBLISH)).kind).toBe("written");
      expect(await git("status", "--porcelain")).toBe("");
      expect(await readdir(join(directory, "buckets/web/versions"))).toEqual(["v1.json"]);
      expect((await readdir(space)).toSorted()).toEqual(["clone", "origin.git"]);
    });
  });

  test("a lock that another git process leaves in time is waited for", async () => {
    await withClone(START, async ({ directory, write, git }) => {
      const lock = join(directory, ".git/index.lock");
      await writeFile(lock, "");
      const writing = write(PUBLISH);
      // The write meets the lock at once, and tries again until it is gone.
      const released = new Promise((resolve) => setTimeout(resolve, 300)).then(() => rm(lock));
      expect((await writing).kind).toBe("written");
      await released;
      expect(await git("status", "--porcelain")).toBe("");
    });
  });

  test("a branch name that stands in the way of another is an error that names both", async () => {
    await withClone(START, async ({ git, write, store }) => {
      await git("branch", "assay");
      await expect(write(PUBLISH, "assay/promote")).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("refs/heads/assay"),
      });
      expect(await store.tip("assay/promote")).toBeUndefined();
    });
  });

  test.each(["a..b", "a b", "a~1", "-x\0y", "a\nb", "@{x}"])(
    "a branch cannot be called %p",
    async (branch) => {
      await withClone(START, async ({ write, git }) => {
        await expect(write(PUBLISH, branch)).rejects.toMatchObject({
          code: expect.stringMatching(/conflict|invalid/),
        });
        expect(await git("for-each-ref", "--format=%(refname)", "refs/heads")).toBe("refs/heads/main");
      });
    },
  );
});

describe("what is written", () => {
  test("an executable file stays one, and names that are no UTF-8 survive beside it", async () => {
    await withClone(START, async ({ git, directory, write }) => {
      await git("update-index", "--chmod=+x", "assay.yml");
      await chmod(join(directory, "assay.yml"), 0o755);
      await writeFile(Buffer.concat([Buffer.from(`${directory}/caf`), Buffer.from([0xe9])]), "x");
      await git("add", ".");
      await git("commit", "--quiet", "--message=odd");
      await write([{ path: "assay.yml", content: "name: y\n" }]);
      expect(await git("ls-tree", "HEAD", "--", "assay.yml")).toContain("100755");
      expect(await git("diff", "--name-only", "HEAD~1")).toBe("assay.yml");
      expect(await git("status", "--porcelain")).toBe("");
    });
  });

  test("many files at once are one pack", async () => {
    await withClone(START, async ({ git, write, store }) => {
      const edits = Array.from({ length: 300 }, (_, index) => ({
        path: `buckets/b${index % 7}/versions/v${index + 1}.json`,
        content: `${"x".repeat(index * 10)}\n`,
      }));
      await write(edits, "assay-published");
      const tip = await store.resolve("assay-published");
      const files = await Promise.all(edits.map(({ path }) => store.at(tip).read(path)));
      expect(files.map((file) => file?.bytes.length)).toEqual(edits.map(({ content }) => content.length));
      await git("fsck", "--strict");
    });
  });

  test.each([
    ["twice", [...PUBLISH, ...PUBLISH]],
    ["as file and folder", [...PUBLISH, { path: "buckets/web/versions", content: "x" }]],
    ["where a file is a folder", [{ path: "buckets/web", content: "x" }]],
    ["where a folder is a file", [{ path: "assay.yml/x", content: "x" }]],
    ["in a Windows stream", [{ path: "buckets/.git::$INDEX_ALLOCATION/x", content: "x" }]],
    ["that macOS takes for .git", [{ path: "buckets/.g\u200cit/x", content: "x" }]],
    ["with a backslash", [{ path: "buckets\\..\\x", content: "x" }]],
    ["with a NUL", [{ path: "a\0b", content: "x" }]],
    ["of nothing", [{ path: "", content: "x" }]],
  ])("a path given %s is refused", async (_, edits) => {
    await withClone(START, async ({ write, store, id }) => {
      await expect(write(edits)).rejects.toMatchObject({ code: "invalid" });
      expect(await store.tip("main")).toBe(id("first"));
    });
  });

  test("in a registry that is a folder, paths are relative to it", async () => {
    await withClone(START, async ({ directory, git }) => {
      await mkdir(join(directory, "reg/istry"), { recursive: true });
      const store = await openCloneStore(join(directory, "reg/istry"));
      expect(store.root).toBe("reg/istry");
      const tip = await store.resolve("main");
      await store.write({ branch: "main", base: tip, tip, edits: PUBLISH, message: "x" });
      expect(await git("diff", "--name-only", "HEAD~1")).toBe("reg/istry/buckets/web/versions/v1.json");
      expect(await git("status", "--porcelain")).toBe("");
      store.close();
    });
  });

  test("a repository with SHA-256 ids is read and written", async () => {
    await withClone(START, async ({ space }) => {
      const directory = join(space, "sha256");
      await plainGit(space, [
        "init",
        "--quiet",
        "--object-format=sha256",
        "--initial-branch=main",
        directory,
      ]);
      await plainGit(directory, ["commit", "--quiet", "--allow-empty", "--message=root"]);
      const store = await openCloneStore(directory);
      const tip = await store.resolve("main");
      const outcome = await store.write({ branch: "main", base: tip, tip, edits: PUBLISH, message: "x" });
      expect(outcome.kind).toBe("written");
      const file = await store.at(await store.resolve("main")).read("buckets/web/versions/v1.json");
      expect(file?.id.length).toBe(64);
      await plainGit(directory, ["fsck", "--strict"]);
      expect(await plainGit(directory, ["status", "--porcelain"])).toBe("");
      store.close();
    });
  });
});

describe("several processes at once", () => {
  test("lose nothing, and leave index and files where the branch is", async () => {
    await withClone(START, async ({ directory, git, put, text }) => {
      await put("assay.yml", "name: mine\n");
      const ends = Array.from({ length: 6 }, (_, index) => run([WRITER, directory, `p${index + 1}`, "3"]));
      expect(await Promise.all(ends)).toEqual(ends.map(() => ({ code: 0, stderr: "" })));
      expect(await git("status", "--porcelain")).toBe(" M assay.yml");
      expect(await text("assay.yml")).toBe("name: mine\n");
      expect((await readdir(join(directory, "buckets/web/versions"))).length).toBe(18);
      expect(await git("rev-list", "--count", "HEAD")).toBe("19");
    });
  });

  test("one that is told to end in the middle leaves neither locks nor half a write", async () => {
    await withClone(START, async ({ directory, git }) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        const end = await runUntil([WRITER, directory, signal, "1000"], signal, async () => {
          const count = await git(
            "rev-list",
            "--count",
            "HEAD",
            "--",
            `buckets/web/versions/${signal}-3.json`,
          );
          return count === "1";
        });
        expect(end).toBe(signal);
        expect(await git("status", "--porcelain")).toBe("");
        expect((await readdir(join(directory, ".git"))).filter((name) => name.endsWith(".lock"))).toEqual([]);
        expect(await readdir(join(directory, ".git/refs/heads"))).toEqual(["main"]);
      }
    });
  });
});

function start(args: readonly string[]) {
  const env = { ...process.env };
  delete env["NODE_OPTIONS"];
  return spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
}

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = start(args);
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stderr }));
  });
}

async function runUntil(
  args: readonly string[],
  signal: NodeJS.Signals,
  ready: () => Promise<boolean>,
): Promise<NodeJS.Signals | null> {
  const child = start(args);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("close", (_, by) => resolve(by)));
  while (child.exitCode === null && !(await ready())) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill(signal);
  return await ended;
}
