import { describe, expect, test } from "@jest/globals";
import { writeOptimistically } from "../../src/store/optimistic.ts";
import type { Edit, Store, Write, WriteOutcome } from "../../src/store/store.ts";
import type { FixtureCommit } from "./fixture.ts";
import type { Ground } from "./ground.ts";

const BRANCH = "assay/promote/web/stable";

const COMMITS: readonly FixtureCommit[] = [
  {
    name: "first",
    at: "2026-03-01T00:00:00Z",
    files: { "assay.yml": "name: x\n", "buckets/web/bucket.yml": "a: 1\n", "buckets/web/only/x.yml": "1\n" },
  },
  { name: "second", at: "2026-03-02T00:00:00Z", files: { "assay.yml": "name: y\n" } },
];

const EDITS: readonly Edit[] = [{ path: "buckets/web/channels/stable.yml", content: "version: v1\n" }];

async function readText(store: Store, commit: string, path: string): Promise<string | undefined> {
  const file = await store.at(commit).read(path);
  return file === undefined ? undefined : Buffer.from(file.bytes).toString();
}

function commitOf(outcome: WriteOutcome): string {
  if (outcome.kind === "written" || outcome.kind === "unchanged") return outcome.commit;
  throw new Error(`the write is ${outcome.kind}`);
}

async function messagesAlong(store: Store, commit: string, path: string): Promise<readonly string[]> {
  const messages: string[] = [];
  for await (const revision of store.history(commit, [path])) messages.push(revision.message);
  return messages;
}

/** Making commits. */
export function describeWriting({ use }: Ground): void {
  describe("writing", () => {
    test("a new branch stands on its base and holds the edits", async () => {
      await use(COMMITS, async ({ store, id }) => {
        const write: Write = {
          branch: BRANCH,
          base: id("second"),
          tip: undefined,
          edits: EDITS,
          message: "promote\n\nbody",
        };
        const outcome = await store.write(write);
        expect(outcome.kind).toBe("written");
        const commit = commitOf(outcome);
        expect(await store.tip(BRANCH)).toBe(commit);
        expect(await store.tip("main")).toBe(id("second"));
        expect(await readText(store, commit, "buckets/web/channels/stable.yml")).toBe("version: v1\n");
        expect(await readText(store, commit, "assay.yml")).toBe("name: y\n");
        expect(await messagesAlong(store, commit, "buckets/web/channels/stable.yml")).toEqual([
          "promote\n\nbody",
        ]);
        const { mergeBase, commits, paths } = await store.diff(id("second"), commit);
        expect(mergeBase).toBe(id("second"));
        expect(commits.map((each) => each.id)).toEqual([commit]);
        expect(paths.map(({ path }) => path)).toEqual(["buckets/web/channels/stable.yml"]);
      });
    });

    test("an existing branch moves forward by one commit", async () => {
      await use(COMMITS, async ({ store, id }) => {
        const at = { branch: "main", base: id("second"), tip: id("second") };
        const commit = commitOf(await store.write({ ...at, edits: EDITS, message: "write" }));
        expect(await store.tip("main")).toBe(commit);
        expect((await store.diff(id("second"), commit)).commits.length).toBe(1);
        expect(await store.resolve("main")).toBe(commit);
      });
    });

    test("several edits are one commit: change, add, delete, names in any script", async () => {
      await use(COMMITS, async ({ store, id }) => {
        const edits: readonly Edit[] = [
          { path: "assay.yml", content: "name: z\n" },
          { path: "buckets/naïve-ü/日本 語.yml", content: "größe: 1\n" },
          { path: "buckets/web/only/x.yml", content: undefined },
          { path: "buckets/nowhere/never.yml", content: undefined },
          { path: "empty.yml", content: "" },
        ];
        const at = { branch: "main", base: id("second"), tip: id("second") };
        const commit = commitOf(await store.write({ ...at, edits, message: "many" }));
        const { paths, commits } = await store.diff(id("second"), commit);
        expect(commits.length).toBe(1);
        expect(paths.map(({ path, id: blob }) => [path, blob !== undefined])).toEqual([
          ["assay.yml", true],
          ["buckets/naïve-ü/日本 語.yml", true],
          ["buckets/web/only/x.yml", false],
          ["empty.yml", true],
        ]);
        expect((await store.at(commit).list("buckets")).map(({ name }) => name)).toEqual(["naïve-ü", "web"]);
        // A folder that lost its last file is gone.
        expect((await store.at(commit).list("buckets/web")).map(({ name }) => name)).toEqual(["bucket.yml"]);
        expect(await readText(store, commit, "buckets/naïve-ü/日本 語.yml")).toBe("größe: 1\n");
      });
    });

    test("a branch whose tip is not the base moves forward too, and holds exactly base and edits", async () => {
      await use(COMMITS, async ({ store, id }) => {
        const old: Write = {
          branch: BRANCH,
          base: id("first"),
          tip: undefined,
          edits: [{ path: "stale.yml", content: "stale\n" }, ...EDITS],
          message: "old",
        };
        const tip = commitOf(await store.write(old));
        const edits = [{ path: "buckets/web/channels/stable.yml", content: "version: v2\n" }];
        const commit = commitOf(
          await store.write({ branch: BRANCH, base: id("second"), tip, edits, message: "new" }),
        );
        expect(await store.tip(BRANCH)).toBe(commit);
        expect(await readText(store, commit, "stale.yml")).toBeUndefined();
        expect(await readText(store, commit, "assay.yml")).toBe("name: y\n");
        expect(await readText(store, commit, "buckets/web/channels/stable.yml")).toBe("version: v2\n");
        // Both are behind it: the old tip, so that it only moves forward, and the base, so that it is up to date.
        expect((await store.diff(tip, commit)).mergeBase).toBe(tip);
        const { mergeBase, paths } = await store.diff(id("second"), commit);
        expect(mergeBase).toBe(id("second"));
        expect(paths.map(({ path }) => path)).toEqual(["buckets/web/channels/stable.yml"]);
      });
    });

    test("the same again changes nothing", async () => {
      await use(COMMITS, async ({ store, id }) => {
        const write: Write = {
          branch: BRANCH,
          base: id("second"),
          tip: undefined,
          edits: EDITS,
          message: "promote",
        };
        const tip = commitOf(await store.write(write));
        expect(await store.write({ ...write, tip })).toEqual({ kind: "unchanged", commit: tip });
        expect(await store.tip(BRANCH)).toBe(tip);
      });
    });

    test.each<[string, (id: (name: string) => string) => Pick<Write, "branch" | "tip">]>([
      ["stands elsewhere", (id) => ({ branch: "main", tip: id("first") })],
      ["was not thought to exist", () => ({ branch: "main", tip: undefined })],
      ["is gone", (id) => ({ branch: "gone", tip: id("first") })],
    ])("a branch that %s has moved, and is left alone", async (_, at) => {
      await use(COMMITS, async ({ store, id }) => {
        const before = await store.tip(at(id).branch);
        const write = { base: id("first"), edits: EDITS, message: "late", ...at(id) };
        expect(await store.write(write)).toEqual({ kind: "moved" });
        expect(await store.tip(at(id).branch)).toBe(before);
      });
    });

    test.each([
      "../outside.yml",
      "/etc/passwd",
      "buckets/../../x",
      ".git/config",
      "buckets/.GIT/hooks/pre-commit",
    ])("an edit of %p is refused, and nothing is written", async (path) => {
      await use(COMMITS, async ({ store, id }) => {
        const at = { branch: "main", base: id("second"), tip: id("second") };
        const writing = store.write({ ...at, edits: [...EDITS, { path, content: "x" }], message: "bad" });
        await expect(writing).rejects.toMatchObject({ code: "invalid" });
        expect(await store.tip("main")).toBe(id("second"));
      });
    });

    test("twenty writers at once lose nothing", async () => {
      await use(COMMITS, async ({ store, id }) => {
        const paths = Array.from({ length: 20 }, (_, index) => `buckets/web/versions/v${index + 1}.json`);
        const landed = await Promise.all(
          paths.map((path) =>
            writeOptimistically(store, async () => {
              const tip = await store.resolve("main");
              const edits = [{ path, content: `${path}\n` }];
              return {
                kind: "write",
                write: { branch: "main", base: tip, tip, edits, message: path },
                result: path,
              };
            }),
          ),
        );
        expect(landed.map(({ kind }) => kind)).toEqual(paths.map(() => "landed"));
        const tip = await store.resolve("main");
        for (const path of paths) expect(await readText(store, tip, path)).toBe(`${path}\n`);
        expect((await store.diff(id("second"), tip)).commits.length).toBe(20);
      });
    });
  });
}
