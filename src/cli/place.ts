import { join } from "node:path";
import { parseRepository, parseRoot } from "../format/address.ts";
import { AssayError } from "../format/error.ts";

/** Where the registry is: in a clone on this machine, or on GitHub. */
export type Place =
  | { readonly kind: "clone"; readonly directory: string }
  | { readonly kind: "github"; readonly owner: string; readonly repo: string; readonly root: string };

/** What flags and environment say of the place; a flag that was given outranks the environment. */
export interface PlaceOptions {
  readonly registry: string | undefined;
  readonly repo: string | undefined;
  readonly root: string | undefined;
}

/** Reads where the registry is. Throws `usage` for what names no place. */
export function parsePlace({ registry, repo, root = "" }: PlaceOptions): Place {
  const folder = folderOf(root);
  if (repo === undefined) return { kind: "clone", directory: join(registry ?? ".", folder) };
  if (registry !== undefined)
    throw new AssayError(
      "usage",
      "--registry names a clone and --repo a repository on GitHub; give one of them.",
    );
  const repository = parseRepository(repo);
  if (repository === undefined) {
    throw new AssayError("usage", `"${repo}" is no repository on GitHub.`, {
      hint: "Write it as owner/name, such as --repo acme/images.",
    });
  }
  return { kind: "github", ...repository, root: folder };
}

function folderOf(root: string): string {
  const folder = parseRoot(root);
  if (folder !== undefined) return folder;
  throw new AssayError("usage", `"${root}" is no folder of the repository.`, {
    hint: "Give --root relative to the top of the repository, such as --root images.",
  });
}
