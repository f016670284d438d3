import { checkWritablePath, repositoryPath } from "../paths.ts";
import type { ObjectId, Write, WriteOutcome } from "../store.ts";
import { readRoot } from "./folders.ts";
import { rememberRoot } from "./known-commits.ts";
import { moveRef } from "./ref.ts";
import { openSnapshot } from "./snapshot.ts";
import type { Source } from "./source.ts";
import { writing } from "./write-error.ts";

/**
 * Makes one commit in three requests: the tree, the commit, the branch. Nobody sees the first two, so there is one
 * commit or none. GitHub signs the commit for the App, because no author is given.
 * https://docs.github.com/en/rest/git/trees, https://docs.github.com/en/rest/git/commits
 */
export async function writeChange(source: Source, write: Write): Promise<WriteOutcome> {
  const { branch, base, tip, message } = write;
  const tree = await writeTree(source, write);
  if (tip !== undefined && (await readRoot(source, tip)) === tree) return { kind: "unchanged", commit: tip };
  const { client, repository } = source;
  const parents = tip === undefined || tip === base ? [base] : [tip, base];
  const { data } = await writing(
    source,
    client.rest.git.createCommit({ ...repository, message, tree, parents }),
  );
  rememberRoot(source, data.sha, tree);
  return await moveRef(source, { branch, tip, commit: data.sha });
}

async function writeTree(source: Source, { base, edits }: Write): Promise<ObjectId> {
  const { client, repository } = source;
  const baseTree = await readRoot(source, base);
  const snapshot = openSnapshot(source, base);
  const entries = await Promise.all(
    edits.map(async ({ path, content }) => {
      const full = repositoryPath(source.root, path);
      checkWritablePath(full);
      const entry = { path: full, mode: "100644", type: "blob" } as const;
      if (content !== undefined) return [{ ...entry, content }];
      // GitHub refuses the whole tree for the deletion of what is not there.
      return (await snapshot.entry(path)) === undefined ? [] : [{ ...entry, sha: null }];
    }),
  );
  const tree = entries.flat();
  if (tree.length === 0) return baseTree;
  const { data } = await writing(
    source,
    client.rest.git.createTree({ ...repository, base_tree: baseTree, tree }),
  );
  return data.sha;
}
