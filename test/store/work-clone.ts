import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CloneStore, openCloneStore } from "../../src/store/clone/clone-store.ts";
import type { Edit, Write } from "../../src/store/store.ts";
import { addCommits, type FixtureCommit, layDown, plainGit } from "./fixture.ts";

/** A clone with a work tree, and a store over it. */
export interface WorkClone {
  /** A folder of its own, for further clones and work trees; it goes after the test. */
  readonly space: string;
  /** The bare repository that the clone came from. */
  readonly origin: string;
  readonly directory: string;
  readonly store: CloneStore;
  /** Runs git in the clone. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Adds commits to the origin; names of the fixture may be their parents. */
  readonly push: (commits: readonly FixtureCommit[]) => Promise<void>;
  readonly id: (name: string) => string;
  /** The text of a file in the work tree. */
  readonly text: (path: string) => Promise<string>;
  readonly put: (path: string, text: string) => Promise<void>;
  /** Writes edits to a branch as it stands. */
  readonly write: (edits: readonly Edit[], branch?: string) => ReturnType<CloneStore["write"]>;
  readonly plan: (edits: readonly Edit[], branch?: string) => Promise<Write>;
}

/** The fixture that most tests of the clone begin with. */
export const START: readonly FixtureCommit[] = [
  {
    name: "first",
    at: "2026-03-01T00:00:00Z",
    files: {
      "assay.yml": "name: x\n",
      ".gitignore": "ignored.yml\n",
      "buckets/web/bucket.yml": "a: 1\n",
      "buckets/web/channels/stable.yml": "version: v1\n",
    },
  },
];

/** Clones a fixture, opens a store over the clone, and takes everything away after the work. */
export async function withClone(
  commits: readonly FixtureCommit[],
  work: (clone: WorkClone) => Promise<void>,
): Promise<void> {
  const space = await mkdtemp(join(tmpdir(), "assay-space-"));
  const [origin, directory] = [join(space, "origin.git"), join(space, "clone")];
  await mkdir(origin);
  let ids = await layDown(origin, commits);
  await plainGit(space, ["clone", "--quiet", origin, directory]);
  const store = await openCloneStore(directory);
  const plan = async (edits: readonly Edit[], branch = "main"): Promise<Write> => {
    const tip = await store.tip(branch);
    return { branch, base: tip ?? (await store.resolve("main")), tip, edits, message: `write ${branch}` };
  };
  try {
    await work({
      space,
      origin,
      directory,
      store,
      plan,
      git: (...args) => plainGit(directory, args),
      push: async (more) => {
        ids = await addCommits(origin, more, ids);
      },
      id: (name) => ids.get(name) ?? `no commit "${name}" in the fixture`,
      text: async (path) => await readFile(join(directory, path), "utf8"),
      put: async (path, text) => await writeFile(join(directory, path), text),
      write: async (edits, branch) => await store.write(await plan(edits, branch)),
    });
  } finally {
    store.close();
    await rm(space, { recursive: true, force: true });
  }
}
