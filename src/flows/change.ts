import type { Edit, ObjectId, Store } from "../store/store.ts";
import { openRegistry } from "../store/open-registry.ts";
import type { Registry } from "../store/open-registry.ts";
import { AssayError } from "../format/error.ts";

/** What a pull request says when the change is proposed on GitHub. */
export interface PullText {
  readonly title: string;
  readonly body: string;
}

/** A change that a flow wants: the edits of one commit, and the pull request that would go with it. */
export interface Change {
  readonly edits: readonly Edit[];
  readonly message: string;
  readonly pull: PullText;
}

/** The default branch as it is now, and the registry in it. */
export interface Head {
  readonly branch: string;
  readonly commit: ObjectId;
  readonly registry: Registry;
}

/** Reads the tip of the default branch. Throws `not-found` where it has no commit. */
export async function readHead(store: Store): Promise<Head> {
  const branch = await store.defaultBranch();
  const commit = await store.tip(branch);
  if (commit === undefined) {
    throw new AssayError("not-found", `The branch "${branch}" of ${store.name} has no commit.`, {
      hint: "Make a registry with: assay init .",
    });
  }
  return { branch, commit, registry: openRegistry(store.at(commit)) };
}
