import { AssayError } from "../../format/error.ts";
import type { ObjectId } from "../store.ts";
import type { Clone } from "./clone.ts";
import { runGit, tryGit } from "./git.ts";
import { makeObject, type NewObject } from "./new-objects.ts";

const IDENTITY = ["-c", "user.name=Assay", "-c", "user.email=assay@localhost"];

/** Who a commit says made it, each with name, address and time as git writes them. */
export interface Identities {
  readonly author: string;
  readonly committer: string;
}

/** The user whom git knows, or else "Assay <assay@localhost>". */
export async function readIdentities(clone: Clone): Promise<Identities> {
  const [author, committer] = await Promise.all([
    readIdentity(clone, "GIT_AUTHOR_IDENT"),
    readIdentity(clone, "GIT_COMMITTER_IDENT"),
  ]);
  return { author, committer };
}

/** What a commit is made of. */
export interface CommitParts extends Identities {
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly message: string;
}

/** Makes an unsigned commit. Throws `invalid` for a message that git would refuse. */
export function makeCommit(hash: Clone["hash"], parts: CommitParts): NewObject {
  if (parts.message.includes("\0")) throw new AssayError("invalid", "A commit message cannot hold a NUL.");
  const lines = [
    `tree ${parts.tree}`,
    ...parts.parents.map((parent) => `parent ${parent}`),
    `author ${parts.author}`,
    `committer ${parts.committer}`,
    "",
    parts.message.replace(/\n*$/, "\n"),
  ];
  return makeObject(hash, "commit", Buffer.from(lines.join("\n")));
}

/** Name, address and time as a commit holds them. Git's own guess from the machine's account is nobody's name. */
async function readIdentity(clone: Clone, variable: string): Promise<string> {
  const known = await tryGit(clone.top, ["-c", "user.useConfigOnly=true", "var", variable]);
  const output = known.code === 0 ? known.stdout : await runGit(clone.top, [...IDENTITY, "var", variable]);
  return output.toString().trim();
}
