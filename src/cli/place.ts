import { join } from "node:path";
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
  const folder = parseRoot(root);
  if (repo === undefined) return { kind: "clone", directory: join(registry ?? ".", folder) };
  if (registry !== undefined)
    throw new AssayError(
      "usage",
      "--registry names a clone and --repo a repository on GitHub; give one of them.",
    );
  const match = /^([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([A-Za-z0-9._-]{1,100})$/.exec(repo);
  const [, owner, name] = match ?? [];
  if (owner === undefined || name === undefined || name === "." || name === "..") {
    throw new AssayError("usage", `"${repo}" is no repository on GitHub.`, {
      hint: "Write it as owner/name, such as --repo acme/images.",
    });
  }
  return { kind: "github", owner, repo: name, root: folder };
}

function parseRoot(root: string): string {
  const parts = root.split("/").filter((part) => part !== "" && part !== ".");
  if (root.startsWith("/") || parts.includes(".."))
    throw new AssayError("usage", `"${root}" is no folder of the repository.`, {
      hint: "Give --root relative to the top of the repository, such as --root images.",
    });
  return parts.join("/");
}
