import { AssayError } from "../../format/error.ts";
import type { ObjectId } from "../store.ts";
import type { Clone } from "./clone.ts";
import { runGit, tryGit } from "./git.ts";
import { makeObject, type NewObject } from "./new-objects.ts";

const IDENTITY = ["-c", "user.name=Assay", "-c", "user.email=assay@localhost"];

/** Makes a commit by the user whom git knows, or else by "Assay <assay@localhost>"; unsigned. */
export async function makeCommit(
  clone: Clone,
  parts: { readonly tree: ObjectId; readonly parents: readonly ObjectId[]; readonly message: string },
): Promise<NewObject> {
  if (parts.message.includes("\0")) throw new AssayError("invalid", "A commit message cannot hold a NUL.");
  const [author, committer] = await Promise.all([
    readIdentity(clone, "GIT_AUTHOR_IDENT"),
    readIdentity(clone, "GIT_COMMITTER_IDENT"),
  ]);
  const lines = [
    `tree ${parts.tree}`,
    ...parts.parents.map((parent) => `parent ${parent}`),
    `author ${author}`,
    `committer ${committer}`,
    "",
    parts.message.replace(/\n*$/, "\n"),
  ];
  return makeObject(clone.hash, "commit", Buffer.from(lines.join("\n")));
}

/** Name, address and time as a commit holds them. Git's own guess from the machine's account is nobody's name. */
async function readIdentity(clone: Clone, variable: string): Promise<string> {
  const known = await tryGit(clone.top, ["-c", "user.useConfigOnly=true", "var", variable]);
  const output = known.code === 0 ? known.stdout : await runGit(clone.top, [...IDENTITY, "var", variable]);
  return output.toString().trim();
}
