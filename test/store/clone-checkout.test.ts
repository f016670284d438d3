import { chmod, lstat, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { openCloneStore } from "../../src/store/clone/clone-store.ts";
import type { Edit } from "../../src/store/store.ts";
import { plainGit } from "./fixture.ts";
import { START, withClone, type WorkClone } from "./work-clone.ts";

const STABLE = "buckets/web/channels/stable.yml";
const RECORD = "buckets/web/versions/v1.json";
const MOVE: readonly Edit[] = [{ path: STABLE, content: "version: v2\n" }];
const PUBLISH: readonly Edit[] = [{ path: RECORD, content: "{}\n" }];

describe("a write to the branch that is checked out", () => {
  test("updates index and files, so that nothing is left to commit", async () => {
    await withClone(START, async ({ write, git, text }) => {
      await write([...MOVE, ...PUBLISH, { path: "buckets/web/bucket.yml", content: undefined }]);
      expect(await git("status", "--porcelain")).toBe("");
      expect(await text(STABLE)).toBe("version: v2\n");
      expect(await text(RECORD)).toBe("{}\n");
      await expect(text("buckets/web/bucket.yml")).rejects.toMatchObject({ code: "ENOENT" });
    });
  });

  test("leaves all other uncommitted work as it was", async () => {
    await withClone(START, async ({ write, git, put, text }) => {
      await put("assay.yml", "name: staged\n");
      await git("add", "assay.yml");
      await put("assay.yml", "name: edited\n");
      await put("buckets/web/notes.txt", "untracked\n");
      await git("rm", "--quiet", "--cached", "buckets/web/bucket.yml");
      const before = await git("status", "--porcelain");
      await write([...MOVE, ...PUBLISH]);
      expect(await git("status", "--porcelain")).toBe(before);
      expect(await text("assay.yml")).toBe("name: edited\n");
      expect(await git("show", ":assay.yml")).toBe("name: staged");
      expect(await text(RECORD)).toBe("{}\n");
    });
  });

  test("gives a new repository its first files", async () => {
    await withClone(START, async ({ space, origin }) => {
      const directory = join(space, "unborn");
      await plainGit(space, ["init", "--quiet", "--initial-branch=main", directory]);
      await plainGit(directory, ["fetch", "--quiet", origin, "main"]);
      await writeFile(join(directory, "mine.txt"), "mine\n");
      const store = await openCloneStore(directory);
      const base = await store.resolve("FETCH_HEAD");
      expect(await store.tip("main")).toBeUndefined();
      const outcome = await store.write({
        branch: "main",
        base,
        tip: undefined,
        edits: PUBLISH,
        message: "x",
      });
      expect(outcome.kind).toBe("written");
      expect(await plainGit(directory, ["status", "--porcelain"])).toBe("?? mine.txt");
      store.close();
    });
  });

  test("is not held up by a file that only has another date", async () => {
    await withClone(START, async ({ write, directory, git }) => {
      await utimes(join(directory, STABLE), new Date(0), new Date(0));
      await write(MOVE);
      expect(await git("status", "--porcelain")).toBe("");
    });
  });

  test("is not held up by a sparse checkout that leaves the file out", async () => {
    await withClone(START, async ({ write, git, text }) => {
      await git("sparse-checkout", "set", "--no-cone", "/assay.yml");
      await write(MOVE);
      expect(await git("status", "--porcelain")).toBe("");
      await expect(text(STABLE)).rejects.toMatchObject({ code: "ENOENT" });
      expect(await git("show", `HEAD:${STABLE}`)).toBe("version: v2");
    });
  });

  test("checks nothing out where nothing was checked out", async () => {
    await withClone(START, async ({ space, origin }) => {
      const directory = join(space, "bare-looking");
      await plainGit(space, ["clone", "--quiet", "--no-checkout", origin, directory]);
      const store = await openCloneStore(directory);
      const tip = await store.resolve("main");
      await store.write({ branch: "main", base: tip, tip, edits: PUBLISH, message: "x" });
      expect(await readdir(directory)).toEqual([".git"]);
      store.close();
    });
  });

  test("applies the line ends that the clone asks for", async () => {
    const files = { ...START[0]?.files, ".gitattributes": "*.yml text eol=crlf\n" };
    await withClone([{ name: "first", at: "2026-03-01T00:00:00Z", files }], async ({ write, text, git }) => {
      await write(MOVE);
      expect(await text(STABLE)).toBe("version: v2\r\n");
      expect(await git("status", "--porcelain")).toBe("");
    });
  });
});

const DIRTY: readonly [string, readonly Edit[], (clone: WorkClone) => Promise<unknown>][] = [
  ["a file that was edited", MOVE, ({ put }) => put(STABLE, "version: v9\n")],
  ["a file of the same length that was edited", MOVE, ({ put }) => put(STABLE, "version: v3\n")],
  [
    "an edit that is staged",
    MOVE,
    async ({ put, git }) => {
      await put(STABLE, "version: v9\n");
      await git("add", STABLE);
    },
  ],
  ["a file that was deleted", MOVE, ({ directory }) => rm(join(directory, STABLE))],
  ["a deletion that is staged", MOVE, ({ git }) => git("rm", "--quiet", STABLE)],
  ["a file that became executable", MOVE, ({ directory }) => chmod(join(directory, STABLE), 0o755)],
  [
    "an edit that git was told to overlook",
    MOVE,
    async ({ put, git }) => {
      await git("update-index", "--assume-unchanged", STABLE);
      await put(STABLE, "version: v9\n");
    },
  ],
  [
    "an edited file that is to be deleted",
    [{ path: STABLE, content: undefined }],
    ({ put }) => put(STABLE, "version: v9\n"),
  ],
  ["an untracked file in the way", [{ path: "new.yml", content: "x" }], ({ put }) => put("new.yml", "mine")],
  [
    "an ignored file in the way",
    [{ path: "ignored.yml", content: "x" }],
    ({ put }) => put("ignored.yml", "mine"),
  ],
  [
    "an untracked folder in the way",
    [{ path: "new.yml", content: "x" }],
    ({ directory }) => mkdir(join(directory, "new.yml")),
  ],
  [
    "an untracked file where a folder has to be",
    [{ path: "waivers/x.yml", content: "x" }],
    ({ put }) => put("waivers", "mine"),
  ],
  [
    "a new file that is staged",
    PUBLISH,
    async ({ put, git, directory }) => {
      await mkdir(join(directory, "buckets/web/versions"));
      await put(RECORD, "mine");
      await git("add", RECORD);
    },
  ],
];

describe("uncommitted work in the way of a write", () => {
  test.each(DIRTY)("%s: nothing is written", async (_, edits, disturb) => {
    await withClone(START, async (clone) => {
      await disturb(clone);
      const before = await clone.git("status", "--porcelain", "--ignored");
      await expect(clone.write([{ path: "other.yml", content: "y" }, ...edits])).rejects.toMatchObject({
        code: "dirty",
        problems: [{ path: expect.any(String), hint: expect.stringContaining("git stash") }],
      });
      expect(await clone.store.tip("main")).toBe(clone.id("first"));
      expect(await clone.git("status", "--porcelain", "--ignored")).toBe(before);
    });
  });

  test("does not matter to a branch that is not checked out", async () => {
    await withClone(START, async ({ write, put, text, git }) => {
      await put(STABLE, "version: v9\n");
      const outcome = await write(MOVE, "assay/promote/web/stable");
      expect(outcome.kind).toBe("written");
      expect(await text(STABLE)).toBe("version: v9\n");
      expect(await git("status", "--porcelain")).toBe(` M ${STABLE}`);
    });
  });

  test("a merge that is not finished is left alone", async () => {
    const side = { name: "side", branch: "side", parents: ["first"], at: "2026-03-02T00:00:00Z" };
    await withClone([...START, { ...side, files: { "assay.yml": "side\n" } }], async (clone) => {
      await clone.put("assay.yml", "mine\n");
      await clone.git("commit", "--quiet", "--all", "--message=mine");
      await expect(clone.git("merge", "origin/side")).rejects.toThrow(/exited 1/);
      const before = await clone.git("status", "--porcelain");
      const tip = await clone.store.tip("main");
      await expect(clone.write(MOVE)).rejects.toMatchObject({ code: "dirty" });
      expect(await clone.git("status", "--porcelain")).toBe(before);
      expect(await clone.store.tip("main")).toBe(tip);
    });
  });

  test("a branch that is being rebased is left alone", async () => {
    const side = { name: "side", branch: "side", parents: ["first"], at: "2026-03-02T00:00:00Z" };
    await withClone([...START, { ...side, files: { "assay.yml": "side\n" } }], async (clone) => {
      await clone.put("assay.yml", "mine\n");
      await clone.git("commit", "--quiet", "--all", "--message=mine");
      await expect(clone.git("rebase", "origin/side")).rejects.toThrow(/exited 1/);
      await expect(clone.write(MOVE)).rejects.toMatchObject({
        code: "dirty",
        problems: [{ hint: expect.stringContaining("git rebase --continue") }],
      });
      // Other branches are none of the rebase's business.
      expect((await clone.write(MOVE, "assay/promote/web/stable")).kind).toBe("written");
    });
  });
});

describe("links in the work tree", () => {
  test("a folder that became a link is not written through", async () => {
    await withClone(START, async ({ write, directory, space, store, id }) => {
      const outside = join(space, "outside");
      await mkdir(join(outside, "web/versions"), { recursive: true });
      await rename(join(directory, "buckets"), join(space, "moved"));
      await symlink(outside, join(directory, "buckets"));
      await expect(write(PUBLISH)).rejects.toMatchObject({ code: "dirty", problems: [{ path: "buckets" }] });
      expect(await readdir(join(outside, "web/versions"))).toEqual([]);
      expect((await lstat(join(directory, "buckets"))).isSymbolicLink()).toBe(true);
      expect(await store.tip("main")).toBe(id("first"));
    });
  });

  test("a folder that was moved away and linked back is not written through", async () => {
    await withClone(START, async ({ write, directory, space }) => {
      await rename(join(directory, "buckets"), join(space, "moved"));
      await symlink(join(space, "moved"), join(directory, "buckets"));
      await expect(write(MOVE)).rejects.toMatchObject({ code: "dirty" });
      expect((await lstat(join(directory, "buckets"))).isSymbolicLink()).toBe(true);
    });
  });

  test("a link that the registry holds is not written through or over", async () => {
    const files = { ...START[0]?.files, waivers: { link: "/tmp" } };
    await withClone([{ name: "first", at: "2026-03-01T00:00:00Z", files }], async ({ write }) => {
      for (const path of ["waivers/x.yml", "waivers"]) {
        await expect(write([{ path, content: "x" }])).rejects.toMatchObject({ code: "invalid" });
      }
    });
  });
});

describe("several work trees", () => {
  test("a branch that is checked out in another one is updated there, and only there", async () => {
    await withClone(START, async ({ space, git, write, directory }) => {
      const linked = join(space, "linked");
      await git("worktree", "add", "--quiet", "-b", "assay/promote", linked);
      await write([...MOVE, ...PUBLISH], "assay/promote");
      expect(await plainGit(linked, ["status", "--porcelain"])).toBe("");
      expect(await plainGit(linked, ["show", `:${STABLE}`])).toBe("version: v2");
      expect(await readdir(join(linked, "buckets/web/versions"))).toEqual(["v1.json"]);
      expect(await readdir(join(directory, "buckets/web"))).toEqual(["bucket.yml", "channels"]);
      expect(await git("status", "--porcelain")).toBe("");
    });
  });

  test("a store that was opened in a linked work tree updates the main one", async () => {
    await withClone(START, async ({ space, git, text }) => {
      const linked = join(space, "linked");
      await git("worktree", "add", "--quiet", "-b", "other", linked);
      const store = await openCloneStore(linked);
      expect(await store.currentBranch()).toBe("other");
      const tip = await store.resolve("main");
      await store.write({ branch: "main", base: tip, tip, edits: MOVE, message: "x" });
      expect(await text(STABLE)).toBe("version: v2\n");
      expect(await git("status", "--porcelain")).toBe("");
      expect(await plainGit(linked, ["status", "--porcelain"])).toBe("");
      store.close();
    });
  });

  test("dirty work in one of two that share a branch keeps both as they are", async () => {
    await withClone(START, async ({ space, git, write, text, put, store, id }) => {
      const linked = join(space, "linked");
      await git("worktree", "add", "--quiet", "--force", linked, "main");
      await writeFile(join(linked, STABLE), "version: v9\n");
      await expect(write(MOVE)).rejects.toMatchObject({ code: "dirty" });
      expect(await text(STABLE)).toBe("version: v1\n");
      expect(await store.tip("main")).toBe(id("first"));
      await put("assay.yml", "name: mine\n");
      await writeFile(join(linked, STABLE), "version: v1\n");
      await write(MOVE);
      expect(await git("status", "--porcelain")).toBe(" M assay.yml");
      expect(await plainGit(linked, ["status", "--porcelain"])).toBe("");
    });
  });

  test("a lock on one of two that share a branch holds up both", async () => {
    await withClone(START, async ({ space, git, write }) => {
      const linked = join(space, "linked");
      await git("worktree", "add", "--quiet", "--force", linked, "main");
      const lock = await plainGit(linked, [
        "rev-parse",
        "--path-format=absolute",
        "--git-path",
        "index.lock",
      ]);
      await writeFile(lock, "");
      const writing = write([...MOVE, ...PUBLISH]);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await git("status", "--porcelain")).toBe("");
      await rm(lock);
      expect((await writing).kind).toBe("written");
      expect(await git("status", "--porcelain")).toBe("");
      expect(await plainGit(linked, ["status", "--porcelain"])).toBe("");
    });
  });

  test("one whose folder is gone is passed over", async () => {
    await withClone(START, async ({ space, git, write }) => {
      const linked = join(space, "linked");
      await git("worktree", "add", "--quiet", "-b", "other", linked);
      await rm(linked, { recursive: true });
      expect((await write(MOVE, "other")).kind).toBe("written");
    });
  });
});
