import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { spawn } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import { openCloneStore } from "../../src/store/clone/clone-store.ts";
import type { Revision } from "../../src/store/store.ts";
import { type FixtureCommit, plainGit } from "./fixture.ts";
import { withClone } from "./work-clone.ts";

const STABLE = "buckets/web/channels/stable.yml";

async function collect(revisions: AsyncIterable<Revision>): Promise<readonly Revision[]> {
  const all: Revision[] = [];
  for await (const revision of revisions) all.push(revision);
  return all;
}

const MERGED: readonly FixtureCommit[] = [
  { name: "root", at: "2026-03-01T00:00:00Z", files: { [STABLE]: "version: v1\n" } },
  {
    name: "step",
    branch: "side",
    parents: ["root"],
    at: "2026-03-02T00:00:00Z",
    files: { [STABLE]: "version: v2\n" },
  },
  { name: "last", branch: "side", at: "2026-03-03T00:00:00Z", files: { [STABLE]: "version: v3\n" } },
  { name: "other", at: "2026-03-04T00:00:00Z", files: { "README.md": "x\n" } },
  {
    name: "merge",
    parents: ["other", "last"],
    at: "2026-03-05T00:00:00Z",
    files: { [STABLE]: "version: v3\n", "README.md": "x\n" },
  },
  // A clock that was wrong: younger by descent, older by date.
  { name: "skewed", at: "2026-03-04T12:00:00Z", files: { "README.md": "y\n" } },
];

describe("history along first parents", () => {
  test("a merge is the one commit that changed what its branch changed", async () => {
    await withClone(MERGED, async ({ store, id }) => {
      const revisions = await collect(store.history(id("skewed"), [STABLE]));
      expect(revisions.map(({ commit, at }) => [commit, at])).toEqual([
        [id("merge"), "2026-03-05T00:00:00Z"],
        [id("root"), "2026-03-01T00:00:00Z"],
      ]);
      expect((await revisions[0]?.read())?.id).toBe((await store.at(id("last")).entry(STABLE))?.id);
    });
  });

  test("the commit at a time is on that line, and goes by descent where clocks were wrong", async () => {
    await withClone(MERGED, async ({ store, id }) => {
      expect(await store.commitAt("2026-03-03T12:00:00Z")).toBe(id("root"));
      expect(await store.commitAt("2026-03-04T12:00:00Z")).toBe(id("skewed"));
      expect(await store.commitAt("2026-03-04T11:59:59Z")).toBe(id("other"));
    });
  });

  test("the commits of a difference are those that the base lacks, merges of the base included", async () => {
    await withClone(MERGED, async ({ store, id }) => {
      const { mergeBase, commits, paths } = await store.diff(id("other"), id("merge"));
      expect(mergeBase).toBe(id("other"));
      expect(commits.map(({ id: commit }) => commit)).toEqual([id("step"), id("last"), id("merge")]);
      expect(paths.map(({ path }) => path)).toEqual([STABLE]);
    });
  });

  test("many paths cost one walk, and only they are told", async () => {
    const paths = Array.from({ length: 80 }, (_, index) => `buckets/b${index}/channels/stable.yml`);
    const files = Object.fromEntries(paths.map((path) => [path, "version: v1\n"]));
    const commits: readonly FixtureCommit[] = [
      { name: "root", at: "2026-03-01T00:00:00Z", files: { ...files, "buckets/b0/bucket.yml": "a: 1\n" } },
      {
        name: "next",
        at: "2026-03-02T00:00:00Z",
        files: { [paths[7] ?? ""]: undefined, "buckets/b0/bucket.yml": "b\n" },
      },
    ];
    await withClone(commits, async ({ store, id }) => {
      const revisions = await collect(store.history(id("next"), paths));
      expect(revisions.length).toBe(81);
      expect(revisions[0]).toMatchObject({ path: paths[7], commit: id("next") });
      expect(new Set(revisions.map(({ path }) => path))).toEqual(new Set(paths));
    });
  });

  test("messages in any script and of any form are told whole", async () => {
    const message = "größe 日本\n\n:100644 looks like a change\n\nnot the last line";
    await withClone(
      [{ name: "odd", at: "2026-03-01T00:00:00Z", message, files: { a: "1" } }],
      async ({ store, id }) => {
        expect(await collect(store.history(id("odd"), ["a"]))).toMatchObject([{ message }]);
        expect(await store.messages(id("odd"), "")).toEqual([message]);
      },
    );
  });

  test("settings of the clone's user do not change what is told", async () => {
    await withClone(MERGED, async ({ store, git, id }) => {
      const settings = [
        ["log.showRoot", "false"],
        ["log.showSignature", "true"],
        ["log.follow", "true"],
        ["diff.renames", "copies"],
        ["diff.relative", "true"],
        ["diff.external", "/bin/false"],
        ["i18n.logOutputEncoding", "latin1"],
        ["color.ui", "always"],
        ["core.pager", "/bin/false"],
        ["core.abbrev", "7"],
        ["diff.noprefix", "true"],
      ] as const;
      for (const [name, value] of settings) await git("config", name, value);
      expect((await collect(store.history(id("merge"), [STABLE]))).length).toBe(2);
      expect((await store.diff(id("root"), id("merge"))).paths.length).toBe(2);
    });
  });

  test("a reader that stops leaves no git process behind, however long the history", async () => {
    const commits = Array.from({ length: 3_000 }, (_, index): FixtureCommit => {
      const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString().replace(".000Z", "Z");
      return { name: `c${index}`, at, message: "m".repeat(500), files: { a: `${index}\n` } };
    });
    await withClone(commits, async ({ directory }) => {
      const source = `
        import { openCloneStore } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/store/clone/clone-store.ts")).href)};
        const store = await openCloneStore(${JSON.stringify(directory)});
        for await (const { commit } of store.history(await store.resolve("main"), ["a"])) {
          await store.at(commit).read("a");
          console.log(commit.length);
          break;
        }
        // Nothing is closed: what keeps Node running now would keep it for ever.
      `;
      expect(await runModule(source)).toEqual({ code: 0, stdout: "40\n" });
    });
  });
});

describe("a shallow clone", () => {
  const commits: readonly FixtureCommit[] = [
    { name: "one", at: "2026-03-01T00:00:00Z", files: { a: "1\n", gone: "1\n" } },
    { name: "two", at: "2026-03-02T00:00:00Z", files: { a: "2\n", gone: undefined } },
    { name: "three", at: "2026-03-03T00:00:00Z", files: { b: "3\n" } },
    { name: "four", at: "2026-03-04T00:00:00Z", files: { a: "4\n" } },
  ];

  async function withShallow(work: (store: Awaited<ReturnType<typeof openCloneStore>>) => Promise<void>) {
    await withClone(commits, async ({ space, origin }) => {
      const directory = join(space, "shallow");
      await plainGit(space, ["clone", "--quiet", "--depth=2", `file://${origin}`, directory]);
      const store = await openCloneStore(directory);
      await work(store);
      store.close();
    });
  }

  test("tells the history that it has, and says how to get the rest where it ends", async () => {
    await withShallow(async (store) => {
      const seen: string[] = [];
      const reading = (async () => {
        for await (const { message } of store.history(await store.resolve("main"), ["a"])) seen.push(message);
      })();
      await expect(reading).rejects.toMatchObject({
        code: "shallow",
        problems: [{ hint: expect.stringContaining("git fetch --unshallow") }],
      });
      expect(seen).toEqual(["four"]);
    });
  });

  test("does not take a path that it does not hold for one that never was", async () => {
    await withShallow(async (store) => {
      const reading = collect(store.history(await store.resolve("main"), ["gone"]));
      await expect(reading).rejects.toMatchObject({ code: "shallow" });
    });
  });

  test("is good enough for a reader that stops in time", async () => {
    await withShallow(async (store) => {
      for await (const { message } of store.history(await store.resolve("main"), ["a"])) {
        expect(message).toBe("four");
        break;
      }
    });
  });

  test("knows the commit at a time that it reaches, and not of an earlier one", async () => {
    await withShallow(async (store) => {
      expect(await store.commitAt("2026-03-03T00:00:00Z")).toMatch(/^[0-9a-f]{40}$/);
      await expect(store.commitAt("2026-03-02T12:00:00Z")).rejects.toMatchObject({ code: "shallow" });
    });
  });

  test("is written as any other", async () => {
    await withShallow(async (store) => {
      const tip = await store.resolve("main");
      const edits = [{ path: "c", content: "x\n" }];
      expect((await store.write({ branch: "main", base: tip, tip, edits, message: "x" })).kind).toBe(
        "written",
      );
    });
  });
});

test("a partial clone fetches what it lacks", async () => {
  await withClone(
    [{ name: "one", at: "2026-03-01T00:00:00Z", files: { a: "1\n" } }],
    async ({ space, origin, id }) => {
      const directory = join(space, "partial");
      await plainGit(space, [
        "clone",
        "--quiet",
        "--filter=blob:none",
        "--no-checkout",
        `file://${origin}`,
        directory,
      ]);
      const store = await openCloneStore(directory);
      const file = await store.at(id("one")).read("a");
      expect(Buffer.from(file?.bytes ?? []).toString()).toBe("1\n");
      store.close();
    },
  );
});

function runModule(source: string): Promise<{ readonly code: number | null; readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env };
    delete env["NODE_OPTIONS"];
    const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout }));
  });
}
