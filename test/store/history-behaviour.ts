import { describe, expect, test } from "@jest/globals";
import type { Revision, Store } from "../../src/store/store.ts";
import type { FixtureCommit } from "./fixture.ts";
import type { Ground } from "./ground.ts";

const STABLE = "buckets/web/channels/stable.yml";
const DEV = "buckets/web/channels/dev.yml";

const COMMITS: readonly FixtureCommit[] = [
  { name: "root", at: "2026-03-01T00:00:00Z", files: { [STABLE]: "version: v1\n" } },
  {
    name: "move",
    at: "2026-03-02T00:00:00Z",
    author: "Max Mover",
    message: "promote: web@stable v1 -> v2\n\nBecause.\n\nAssay-Move: web@stable v1 -> v2",
    files: { [STABLE]: "version: v2\n" },
  },
  { name: "elsewhere", at: "2026-03-03T00:00:00Z", files: { "README.md": "x\n", "r/c/x.yml": "1\n" } },
  { name: "both", at: "2026-03-04T00:00:00Z", files: { [STABLE]: "version: v3\n", [DEV]: "version: v3\n" } },
  { name: "gone", at: "2026-03-05T00:00:00Z", files: { [STABLE]: undefined } },
  { name: "again", at: "2026-03-06T00:00:00Z", files: { [STABLE]: "version: v1\n", "r/c/x.yml": "2\n" } },
  {
    name: "side",
    branch: "side",
    at: "2026-03-07T00:00:00Z",
    parents: ["again"],
    files: { [STABLE]: "version: v9\n" },
  },
];

async function collect(revisions: AsyncIterable<Revision>): Promise<readonly Revision[]> {
  const all: Revision[] = [];
  for await (const revision of revisions) all.push(revision);
  return all;
}

async function historyOf(store: Store, from: string, path: string): Promise<readonly string[]> {
  return (await collect(store.history(from, [path]))).map(({ commit }) => commit);
}

/** The commits that changed a path, and the registry at a time. */
export function describeHistory({ share }: Ground): void {
  describe("the history of paths", () => {
    const laid = share(COMMITS);

    test("is newest first, with deletion and re-creation, and ends with the first commit", async () => {
      const { store, id } = laid();
      const expected = ["again", "gone", "both", "move", "root"].map(id);
      expect(await historyOf(store, id("again"), STABLE)).toEqual(expected);
    });

    test("tells who, when by the committer's clock, and the message without its last newline", async () => {
      const { store, id } = laid();
      const revisions = await collect(store.history(id("move"), [STABLE]));
      expect(revisions[0]).toMatchObject({
        path: STABLE,
        commit: id("move"),
        at: "2026-03-02T00:00:00Z",
        author: "Max Mover",
        message: "promote: web@stable v1 -> v2\n\nBecause.\n\nAssay-Move: web@stable v1 -> v2",
      });
    });

    test("gives the file as each commit left it", async () => {
      const { store, id } = laid();
      const revisions = await collect(store.history(id("again"), [STABLE]));
      const files = await Promise.all(revisions.map((revision) => revision.read()));
      expect(files.map((file) => file && Buffer.from(file.bytes).toString())).toEqual([
        "version: v1\n",
        undefined,
        "version: v3\n",
        "version: v2\n",
        "version: v1\n",
      ]);
      expect(files[0]?.path).toBe(STABLE);
      expect(files[0]?.id).toBe(files[4]?.id);
    });

    test("starts from the commit it is asked for", async () => {
      const { store, id } = laid();
      expect(await historyOf(store, id("elsewhere"), STABLE)).toEqual([id("move"), id("root")]);
      expect(await historyOf(store, id("side"), STABLE)).toContain(id("side"));
    });

    test("of several paths has each path's commits, newest first", async () => {
      const { store, id } = laid();
      const revisions = await collect(store.history(id("again"), [DEV, STABLE, "nowhere.yml"]));
      const of = (path: string) => revisions.filter((r) => r.path === path).map(({ commit }) => commit);
      expect(of(DEV)).toEqual([id("both")]);
      expect(of(STABLE)).toEqual(["again", "gone", "both", "move", "root"].map(id));
      expect(revisions.length).toBe(6);
    });

    test("of no path, or of one that never was, is empty", async () => {
      const { store, id } = laid();
      expect(await collect(store.history(id("again"), []))).toEqual([]);
      expect(await historyOf(store, id("again"), "buckets/web/channels/stable")).toEqual([]);
    });

    test("can be left early", async () => {
      const { store, id } = laid();
      const seen: string[] = [];
      for await (const revision of store.history(id("again"), [STABLE])) {
        seen.push(revision.commit);
        if (seen.length === 2) break;
      }
      expect(seen).toEqual([id("again"), id("gone")]);
    });

    test("of a folder's messages is newest first", async () => {
      const { store, id } = laid();
      expect(await store.messages(id("again"), "buckets/web")).toEqual([
        "again",
        "gone",
        "both",
        "promote: web@stable v1 -> v2\n\nBecause.\n\nAssay-Move: web@stable v1 -> v2",
        "root",
      ]);
      expect(await store.messages(id("again"), "nowhere")).toEqual([]);
    });
  });

  describe("the history of a registry in a folder", () => {
    const laid = share(COMMITS, "r");

    test("goes by paths relative to that folder", async () => {
      const { store, id } = laid();
      const revisions = await collect(store.history(id("again"), ["c/x.yml"]));
      expect(revisions.map(({ path, commit }) => [path, commit])).toEqual([
        ["c/x.yml", id("again")],
        ["c/x.yml", id("elsewhere")],
      ]);
      expect((await revisions[1]?.read())?.path).toBe("c/x.yml");
    });
  });

  describe("the commit at a time", () => {
    const laid = share(COMMITS);

    test.each([
      ["2026-03-02T00:00:00Z", "move"],
      ["2026-03-02T23:59:59Z", "move"],
      ["2026-03-01T23:59:59Z", "root"],
      ["2026-12-31T00:00:00Z", "again"],
    ])("%s is %s", async (time, name) => {
      const { store, id } = laid();
      expect(await store.commitAt(time)).toBe(id(name));
    });

    test("before the first commit there is none", async () => {
      expect(await laid().store.commitAt("2026-02-28T23:59:59Z")).toBeUndefined();
    });
  });
}
