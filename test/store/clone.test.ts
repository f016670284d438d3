import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCloneStore } from "../../src/store/clone/clone-store.ts";
import { describeStore } from "./behaviour.ts";
import { plainGit } from "./fixture.ts";

describeStore("the store over a bare repository", async (repository, root) => {
  // A bare repository has no folders to open; its registry is at the top.
  if (root !== "") return await openClone(repository, root);
  const store = await openCloneStore(repository);
  return { store, cleanup: async () => store.close() };
});

describeStore("the store over a clone with a work tree", openClone);

async function openClone(repository: string, root: string) {
  const directory = await mkdtemp(join(tmpdir(), "assay-clone-"));
  await plainGit(directory, ["clone", "--quiet", repository, "."]);
  // Other branches are on origin only, as in any fresh clone.
  const store = await openCloneStore(join(directory, root));
  return {
    store,
    async cleanup() {
      store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
