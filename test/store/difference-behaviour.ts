import { isTime } from "../../src/format/time.ts";
import { describe, expect, test } from "@jest/globals";
import type { FixtureCommit } from "./fixture.ts";
import type { Ground } from "./ground.ts";

const COMMITS: readonly FixtureCommit[] = [
  {
    name: "parting",
    at: "2026-03-01T00:00:00Z",
    files: {
      "reg/kept.yml": "kept\n",
      "reg/changed.yml": "old\n",
      "reg/removed.yml": "removed\n",
      "reg/renamed.yml": "a text that is long enough to be recognised as the same\n",
      "templates/a.hcl": "a\n",
    },
  },
  { name: "base", at: "2026-03-02T00:00:00Z", files: { "reg/kept.yml": "changed on main only\n" } },
  {
    name: "one",
    branch: "proposal",
    parents: ["parting"],
    at: "2026-03-03T00:00:00Z",
    message: "first step\n\nwith a body",
    files: { "reg/changed.yml": "new\n", "reg/added/ü.yml": "added\n", "reg/removed.yml": undefined },
  },
  {
    name: "two",
    branch: "proposal",
    at: "2026-03-04T00:00:00Z",
    files: {
      "reg/renamed.yml": undefined,
      "reg/other.yml": "a text that is long enough to be recognised as the same\n",
      "templates/a.hcl": "b\n",
      "registry.yml": "a look-alike\n",
    },
  },
];

/** What a proposal adds to a base. */
export function describeDifference({ share }: Ground): void {
  describe("the difference of a proposal", () => {
    const laid = share(COMMITS);

    test("has the paths that the proposal changed since it parted, a rename as two, and ids at the head", async () => {
      const { store, id } = laid();
      const difference = await store.diff(id("base"), id("two"));
      expect(difference).toMatchObject({ base: id("base"), head: id("two"), mergeBase: id("parting") });
      expect(difference.outside).toEqual([]);
      expect(difference.paths.map(({ path }) => path)).toEqual([
        "reg/added/ü.yml",
        "reg/changed.yml",
        "reg/other.yml",
        "reg/removed.yml",
        "reg/renamed.yml",
        "registry.yml",
        "templates/a.hcl",
      ]);
      const head = store.at(id("two"));
      for (const { path, id: blob } of difference.paths) expect(blob).toBe((await head.entry(path))?.id);
    });

    test("has the proposal's commits, oldest first, with whole messages and nobody's login", async () => {
      const { store, id } = laid();
      const { commits } = await store.diff(id("base"), id("two"));
      expect(commits).toEqual([
        {
          id: id("one"),
          at: expect.any(String),
          message: "first step\n\nwith a body",
          login: undefined,
          named: expect.any(Array),
        },
        { id: id("two"), at: expect.any(String), message: "two", login: undefined, named: expect.any(Array) },
      ]);
      for (const { at } of commits) expect(isTime(at)).toBe(true);
    });

    test("of a branch as it is now is that of its tip", async () => {
      const { store, id } = laid();
      const branch = await store.defaultBranch();
      const tip = await store.tip(branch);
      expect(await store.diffFromTip(branch, id("two"))).toEqual(await store.diff(tip ?? "", id("two")));
      await expect(store.diffFromTip("nowhere", id("two"))).rejects.toMatchObject({ code: "not-found" });
    });

    test("of a commit with itself is empty", async () => {
      const { store, id } = laid();
      expect(await store.diff(id("two"), id("two"))).toEqual({
        base: id("two"),
        head: id("two"),
        mergeBase: id("two"),
        paths: [],
        outside: [],
        commits: [],
      });
    });
  });

  describe("the difference of a registry in a folder", () => {
    const laid = share(COMMITS, "reg");

    test("tells inside, relative to the folder, from outside, relative to the repository", async () => {
      const { store, id } = laid();
      const { paths, outside } = await store.diff(id("base"), id("two"));
      expect(paths.map(({ path }) => path)).toEqual([
        "added/ü.yml",
        "changed.yml",
        "other.yml",
        "removed.yml",
        "renamed.yml",
      ]);
      expect(paths.find(({ path }) => path === "removed.yml")?.id).toBeUndefined();
      expect(outside.map(({ path }) => path)).toEqual(["registry.yml", "templates/a.hcl"]);
      for (const changed of outside) expect(changed.id).toMatch(/^[0-9a-f]{40}$/);
    });
  });
}
