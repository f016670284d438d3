import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Store } from "../../src/store/store.ts";
import { describeDifference } from "./difference-behaviour.ts";
import { type FixtureCommit, layDown } from "./fixture.ts";
import type { Ground } from "./ground.ts";
import { describeHistory } from "./history-behaviour.ts";
import { describeReading } from "./reading-behaviour.ts";
import { describeWriting } from "./writing-behaviour.ts";

/** A store that is open, and how to let go of it. */
export interface OpenStore {
  readonly store: Store;
  readonly cleanup: () => Promise<void>;
}

/** Opens the store under test over a bare repository; `root` is the registry's folder in it, empty for the top. */
export type StoreOpener = (repository: string, root: string) => Promise<OpenStore>;

/** The behaviour that every store has, whatever it stands on. */
export function describeStore(name: string, open: StoreOpener): void {
  async function lay(commits: readonly FixtureCommit[], root = "") {
    const repository = await mkdtemp(join(tmpdir(), "assay-fixture-"));
    const ids = await layDown(repository, commits);
    const { store, cleanup } = await open(repository, root);
    return {
      laid: { store, id: (commit: string) => ids.get(commit) ?? `no commit "${commit}" in the fixture` },
      clear: async () => {
        await cleanup();
        await rm(repository, { recursive: true, force: true });
      },
    };
  }

  const ground: Ground = {
    share(commits, root) {
      let current: Awaited<ReturnType<typeof lay>> | undefined;
      beforeAll(async () => {
        current = await lay(commits, root);
      });
      afterAll(async () => await current?.clear());
      return () => {
        if (current === undefined) throw new Error("the fixture is laid down before the first test");
        return current.laid;
      };
    },
    async use(commits, work) {
      const { laid, clear } = await lay(commits);
      try {
        await work(laid);
      } finally {
        await clear();
      }
    },
  };

  describe(name, () => {
    describeReading(ground);
    describeHistory(ground);
    describeDifference(ground);
    describeWriting(ground);
    test("has a name for messages", async () => {
      await ground.use([{ name: "first", at: "2026-03-01T00:00:00Z" }], async ({ store }) => {
        expect(store.name).not.toBe("");
      });
    });
  });
}
