import { describe, expect, test } from "@jest/globals";
import type { FixtureCommit } from "./fixture.ts";
import type { Ground } from "./ground.ts";

const SUBMODULE = "1234567890123456789012345678901234567890";
const BIG = 1_200;

const COMMITS: readonly FixtureCommit[] = [
  {
    name: "first",
    at: "2026-03-01T00:00:00Z",
    files: { "assay.yml": "name: old\n", "buckets/web/bucket.yml": "a: 1\n", "buckets.txt": "", empty: "" },
  },
  {
    name: "second",
    at: "2026-03-02T00:00:00Z",
    files: {
      "assay.yml": "name: new\n",
      "buckets/web/bucket.yml": undefined,
      "buckets/web/channels/stable.yml": "version: v1\n",
      "buckets/naïve-ü/日本 語.yml": "größe: 1\n",
      link: { link: "assay.yml" },
      linked: { link: "buckets" },
      module: { submodule: SUBMODULE },
      "nested/registry/assay.yml": "name: nested\n",
      "nested/registry/buckets/db/bucket.yml": "b: 1\n",
      ...Object.fromEntries(
        Array.from({ length: BIG }, (_, index) => [`big/v${index + 1}.json`, `{"n":${index + 1}}\n`]),
      ),
    },
  },
  { name: "proposal", branch: "assay/promote/web", parents: ["first"], at: "2026-03-03T00:00:00Z" },
];

function text(file: { readonly bytes: Uint8Array } | undefined): string | undefined {
  return file === undefined ? undefined : Buffer.from(file.bytes).toString();
}

/** Branches, revisions and what a commit holds. */
export function describeReading({ share }: Ground): void {
  describe("branches and revisions", () => {
    const laid = share(COMMITS);

    test("the default branch is the one that the repository names", async () => {
      expect(await laid().store.defaultBranch()).toBe("main");
    });

    test("a branch has a tip, and one that does not exist has none", async () => {
      const { store, id } = laid();
      expect(await store.tip("main")).toBe(id("second"));
      expect(await store.tip("assay/promote/web")).toBe(id("proposal"));
      expect(await store.tip("assay")).toBeUndefined();
      expect(await store.tip("nowhere")).toBeUndefined();
    });

    test("branches and ids resolve to commits", async () => {
      const { store, id } = laid();
      expect(await store.resolve("main")).toBe(id("second"));
      expect(await store.resolve("assay/promote/web")).toBe(id("proposal"));
      expect(await store.resolve(id("first"))).toBe(id("first"));
    });

    test.each(["nowhere", "0123456789012345678901234567890123456789", "--all", "a b"])(
      "the revision %p is not found",
      async (revision) => {
        await expect(laid().store.resolve(revision)).rejects.toMatchObject({ code: "not-found" });
      },
    );
  });

  describe("what a commit holds", () => {
    const laid = share(COMMITS);

    test("a snapshot knows its commit", () => {
      const { store, id } = laid();
      expect(store.at(id("first")).commit).toBe(id("first"));
    });

    test("a folder's entries are ordered by name and tell files, folders, links and submodules apart", async () => {
      const { store, id } = laid();
      const entries = await store.at(id("second")).list("");
      expect(entries.map(({ name, kind }) => [name, kind])).toEqual([
        ["assay.yml", "file"],
        ["big", "folder"],
        ["buckets", "folder"],
        ["buckets.txt", "file"],
        ["empty", "file"],
        ["link", "link"],
        ["linked", "link"],
        ["module", "submodule"],
        ["nested", "folder"],
      ]);
      expect(entries.find(({ name }) => name === "module")?.id).toBe(SUBMODULE);
    });

    test.each(["nowhere", "buckets/nowhere/deeper", "assay.yml", "linked", "link/x"])(
      "there are no entries in %p",
      async (folder) => {
        const { store, id } = laid();
        expect(await store.at(id("second")).list(folder)).toEqual([]);
      },
    );

    test("an entry is found by its path, a missing one is not", async () => {
      const snapshot = laid().store.at(laid().id("second"));
      expect(await snapshot.entry("buckets/web/channels")).toMatchObject({
        name: "channels",
        kind: "folder",
      });
      expect(await snapshot.entry("link")).toMatchObject({ name: "link", kind: "link" });
      expect(await snapshot.entry("buckets/web/bucket.yml")).toBeUndefined();
      expect(await snapshot.entry("assay.yml/x")).toBeUndefined();
    });

    test("a file has its path, its bytes and the id that its entry has", async () => {
      const snapshot = laid().store.at(laid().id("second"));
      const file = await snapshot.read("buckets/web/channels/stable.yml");
      expect(file?.path).toBe("buckets/web/channels/stable.yml");
      expect(text(file)).toBe("version: v1\n");
      expect(file?.id).toBe((await snapshot.entry("buckets/web/channels/stable.yml"))?.id);
    });

    test("an empty file is a file", async () => {
      const file = await laid().store.at(laid().id("first")).read("empty");
      expect(file?.bytes.length).toBe(0);
    });

    test("names in any script are read", async () => {
      const snapshot = laid().store.at(laid().id("second"));
      expect(await snapshot.list("buckets/naïve-ü")).toMatchObject([{ name: "日本 語.yml", kind: "file" }]);
      expect(text(await snapshot.read("buckets/naïve-ü/日本 語.yml"))).toBe("größe: 1\n");
    });

    test("a missing file is undefined", async () => {
      const snapshot = laid().store.at(laid().id("second"));
      expect(await snapshot.read("nowhere.yml")).toBeUndefined();
      expect(await snapshot.read("nowhere/deeper.yml")).toBeUndefined();
      expect(await snapshot.read("linked/web/channels/stable.yml")).toBeUndefined();
    });

    test.each(["link", "module", "buckets"])("%p is refused, because it is no file", async (path) => {
      const { store, id } = laid();
      await expect(store.at(id("second")).read(path)).rejects.toMatchObject({ code: "invalid" });
    });

    test.each(["../assay.yml", "buckets/../assay.yml", "/assay.yml"])(
      "the path %p is refused",
      async (path) => {
        const { store, id } = laid();
        await expect(store.at(id("second")).read(path)).rejects.toMatchObject({ code: "invalid" });
      },
    );

    test("an older commit still holds what it held", async () => {
      const snapshot = laid().store.at(laid().id("first"));
      expect(text(await snapshot.read("assay.yml"))).toBe("name: old\n");
      expect(text(await snapshot.read("buckets/web/bucket.yml"))).toBe("a: 1\n");
    });

    test("a folder of more than a thousand files is listed and read whole", async () => {
      const snapshot = laid().store.at(laid().id("second"));
      const entries = await snapshot.list("big");
      expect(entries.length).toBe(BIG);
      const sample = entries.filter((_, index) => index % 100 === 0);
      const files = await Promise.all(sample.map(({ name }) => snapshot.read(`big/${name}`)));
      expect(files.map(text)).toEqual(sample.map(({ name }) => `{"n":${name.slice(1, -5)}}\n`));
    });
  });

  describe("a registry in a folder of the repository", () => {
    const laid = share(COMMITS, "nested/registry");

    test("paths are relative to that folder", async () => {
      const snapshot = laid().store.at(laid().id("second"));
      expect((await snapshot.list("")).map(({ name }) => name)).toEqual(["assay.yml", "buckets"]);
      expect(text(await snapshot.read("assay.yml"))).toBe("name: nested\n");
      expect(text(await snapshot.read("buckets/db/bucket.yml"))).toBe("b: 1\n");
      expect(await snapshot.read("buckets/web/channels/stable.yml")).toBeUndefined();
    });

    test("a commit without that folder is empty", async () => {
      const { store, id } = laid();
      expect(await store.at(id("first")).list("")).toEqual([]);
    });
  });
}
