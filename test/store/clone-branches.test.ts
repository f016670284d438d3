import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { openCloneStore } from "../../src/store/clone/clone-store.ts";
import { type FixtureCommit, plainGit } from "./fixture.ts";
import { START, withClone } from "./work-clone.ts";

const SECOND: FixtureCommit = {
  name: "second",
  at: "2026-03-02T00:00:00Z",
  files: { "assay.yml": "name: y\n" },
};
const EDITS = [{ path: "buckets/web/versions/v1.json", content: "{}\n" }];

describe("opening", () => {
  test("a folder that does not exist, or is a file, is not found, and the message says how to make a registry", async () => {
    const space = await mkdtemp(join(tmpdir(), "assay-space-"));
    await writeFile(join(space, "file"), "");
    for (const directory of [join(space, "nowhere"), join(space, "file"), space]) {
      await expect(openCloneStore(directory)).rejects.toMatchObject({
        code: "not-found",
        message: expect.stringContaining(`"${directory}"`),
        problems: [{ hint: expect.stringContaining("assay init") }],
      });
    }
    await rm(space, { recursive: true });
  });

  test("a folder of a clone is a registry of its own, whatever branch is checked out", async () => {
    await withClone(START, async ({ directory, id }) => {
      const store = await openCloneStore(join(directory, "buckets/web"));
      expect(store).toMatchObject({ root: "buckets/web", directory: join(directory, "buckets/web") });
      expect((await store.at(id("first")).list("")).map(({ name }) => name)).toEqual([
        "bucket.yml",
        "channels",
      ]);
      expect(await store.currentBranch()).toBe("main");
      store.close();
    });
  });

  test("reading writes nothing to the clone and needs no work tree", async () => {
    await withClone(START, async ({ directory, git, id, store }) => {
      await git("checkout", "--quiet", "--detach");
      const index = await git("hash-object", ".git/index");
      expect(await store.currentBranch()).toBeUndefined();
      expect(await store.at(id("first")).read("assay.yml")).toBeDefined();
      expect(await git("hash-object", ".git/index")).toBe(index);
      const inside = await openCloneStore(join(directory, ".git"));
      expect(await inside.at(id("first")).read("assay.yml")).toBeDefined();
      inside.close();
    });
  });

  test("a commit that does not exist, or is no commit, is not found", async () => {
    await withClone(START, async ({ store, id }) => {
      const blob = (await store.at(id("first")).entry("assay.yml"))?.id ?? "";
      for (const commit of [blob, "0123456789012345678901234567890123456789", "HEAD", "--all"]) {
        await expect(store.at(commit).list("")).rejects.toMatchObject({ code: "not-found" });
      }
    });
  });

  test("an object that is lost is said to be lost", async () => {
    await withClone(START, async ({ store, git, write, directory }) => {
      await write([{ path: "lost.yml", content: "a text of its own\n" }]);
      const blob = await git("rev-parse", "HEAD:lost.yml");
      await rm(join(directory, ".git/objects", blob.slice(0, 2), blob.slice(2)));
      await expect(store.at(await store.resolve("HEAD")).read("lost.yml")).rejects.toMatchObject({
        code: "invalid",
        message: expect.stringContaining(blob),
        problems: [{ hint: expect.stringContaining("git fsck") }],
      });
    });
  });

  test("an object that is damaged is an error with git's own words, and others are still read", async () => {
    await withClone(START, async ({ store, git, write, directory, id }) => {
      await write([{ path: "lost.yml", content: "a text of its own\n" }]);
      const blob = await git("rev-parse", "HEAD:lost.yml");
      const path = join(directory, ".git/objects", blob.slice(0, 2), blob.slice(2));
      await rm(path);
      await writeFile(path, "damaged");
      const snapshot = store.at(await store.resolve("HEAD"));
      await expect(snapshot.read("lost.yml")).rejects.toMatchObject({ code: "invalid" });
      expect((await store.at(id("first")).read("assay.yml"))?.bytes.length).toBe(8);
    });
  });
});

describe("the default branch", () => {
  test("is the one that origin/HEAD names", async () => {
    await withClone(START, async ({ git, store }) => {
      await git("push", "--quiet", "origin", "main:trunk");
      await git("remote", "set-head", "origin", "trunk");
      expect(await store.defaultBranch()).toBe("trunk");
      expect(await store.tip("trunk")).toBe(await store.tip("main"));
    });
  });

  test("is main where origin/HEAD says nothing, or names what is gone", async () => {
    await withClone(START, async ({ git, store }) => {
      await git("switch", "--quiet", "--create", "topic");
      await git("remote", "set-head", "origin", "--delete");
      expect(await store.defaultBranch()).toBe("main");
      await git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone");
      expect(await store.defaultBranch()).toBe("main");
    });
  });

  test("is else the one that is checked out, also where it has no commit yet", async () => {
    const directory = await mkdtemp(join(tmpdir(), "assay-space-"));
    await plainGit(directory, ["init", "--quiet", "--initial-branch=trunk", "."]);
    const store = await openCloneStore(directory);
    expect(await store.defaultBranch()).toBe("trunk");
    expect(await store.tip("trunk")).toBeUndefined();
    expect(await store.commitAt("2026-03-01T00:00:00Z")).toBeUndefined();
    store.close();
    await rm(directory, { recursive: true });
  });

  test("is not found where nothing is checked out and nothing tells", async () => {
    await withClone(START, async ({ git, store }) => {
      await git("checkout", "--quiet", "--detach");
      await git("branch", "--quiet", "--delete", "--force", "main");
      await git("remote", "remove", "origin");
      await expect(store.defaultBranch()).rejects.toMatchObject({ code: "not-found" });
    });
  });
});

describe("a branch of the clone and the same branch of origin", () => {
  test("a local branch that is ahead is the tip", async () => {
    await withClone(START, async ({ git, store, write }) => {
      await write(EDITS);
      expect(await store.tip("main")).toBe(await git("rev-parse", "main"));
      expect(await store.resolve("main")).toBe(await git("rev-parse", "main"));
    });
  });

  test("a local branch that is behind gives way, and a write brings it along", async () => {
    await withClone(START, async ({ push, git, store, write, text, id }) => {
      await push([SECOND]);
      await git("fetch", "--quiet");
      expect(await store.tip("main")).toBe(id("second"));
      await write(EDITS);
      expect(await git("rev-parse", "main~1")).toBe(id("second"));
      expect(await text("assay.yml")).toBe("name: y\n");
      expect(await git("status", "--porcelain")).toBe("");
    });
  });

  test("what a write would bring along is not overwritten where it is dirty", async () => {
    await withClone(START, async ({ push, git, write, put, text, id }) => {
      await push([SECOND]);
      await git("fetch", "--quiet");
      await put("assay.yml", "name: mine\n");
      await expect(write(EDITS)).rejects.toMatchObject({ code: "dirty", problems: [{ path: "assay.yml" }] });
      expect(await text("assay.yml")).toBe("name: mine\n");
      expect(await git("rev-parse", "main")).toBe(id("first"));
    });
  });

  test("where they have parted, the message says how to bring them together", async () => {
    await withClone(START, async ({ push, git, store }) => {
      await push([SECOND]);
      await git("commit", "--quiet", "--allow-empty", "--message=mine");
      await git("fetch", "--quiet");
      for (const asked of [
        store.tip("main"),
        store.resolve("main"),
        store.commitAt("2026-03-01T00:00:00Z"),
      ]) {
        await expect(asked).rejects.toMatchObject({
          code: "conflict",
          problems: [{ hint: expect.stringContaining("git pull --rebase origin main") }],
        });
      }
    });
  });

  test("one that is only on origin is read there and continued here", async () => {
    const evidence: FixtureCommit = {
      name: "evidence",
      branch: "assay-evidence",
      parents: [],
      at: "2026-03-02T00:00:00Z",
      files: { "e.json": "{}\n" },
    };
    await withClone([...START, evidence], async ({ store, git, write, id }) => {
      expect(await store.tip("assay-evidence")).toBe(id("evidence"));
      await write(EDITS, "assay-evidence");
      expect(await git("rev-parse", "assay-evidence~1")).toBe(id("evidence"));
      await expect(store.diff(id("first"), id("evidence"))).rejects.toMatchObject({ code: "usage" });
    });
  });

  test("a tag of the same name does not stand in for a branch", async () => {
    await withClone([...START, SECOND], async ({ git, store, id }) => {
      await git("tag", "main", id("first"));
      await git("tag", "--annotate", "--message=x", "v1", id("first"));
      expect(await store.resolve("main")).toBe(id("second"));
      expect(await store.resolve("v1")).toBe(id("first"));
      expect(await store.resolve("HEAD")).toBe(id("second"));
      expect(await store.resolve("HEAD~1")).toBe(id("first"));
    });
  });

  test("HEAD is what is checked out, not what origin's HEAD names", async () => {
    await withClone([...START, SECOND], async ({ git, store, id }) => {
      await git("checkout", "--quiet", "--detach", id("first"));
      expect(await store.resolve("HEAD")).toBe(id("first"));
      expect(await store.tip("HEAD")).toBeUndefined();
    });
  });
});

describe("a folder that is no part of the commit", () => {
  test("is an empty registry that can be written", async () => {
    await withClone(START, async ({ directory, git }) => {
      await mkdir(join(directory, "new"));
      const store = await openCloneStore(join(directory, "new"));
      const tip = await store.resolve("main");
      expect(await store.at(tip).list("")).toEqual([]);
      await store.write({
        branch: "main",
        base: tip,
        tip,
        edits: [{ path: "assay.yml", content: "x\n" }],
        message: "x",
      });
      expect(await git("show", "HEAD:new/assay.yml")).toBe("x");
      store.close();
    });
  });
});
