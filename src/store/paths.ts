import { AssayError } from "../format/error.ts";

const NEEDS_CARE = /^\/|(^|\/)\.{0,2}(\/|$)/;

/** The path in the repository of a path in the registry. Throws `invalid` for one that could lead elsewhere. */
export function repositoryPath(root: string, path: string): string {
  const clean = NEEDS_CARE.test(path) ? cleanPath(path) : path;
  if (root === "") return clean;
  return clean === "" ? root : `${root}/${clean}`;
}

/** The path in the registry of a path in the repository; undefined when it lies outside. */
export function registryPath(root: string, path: string): string | undefined {
  if (root === "") return path;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}

/** The folder that a path lies in, empty for the top, and its name there. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}

/** Throws `invalid` for a path in the repository that git, or a file system under it, could take for another place. */
export function checkWritablePath(path: string): void {
  const parts = path.split("/");
  if (!path.isWellFormed() || path.includes("\0") || parts.some((part) => part === "" || isSpecial(part))) {
    throw unsafe(path);
  }
}

function cleanPath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  if (path.startsWith("/") || parts.some((part) => part === "." || part === "..")) throw unsafe(path);
  return parts.join("/");
}

// Windows drops dots and spaces at the end and reads `:` as a stream; macOS ignores some characters altogether.
function isSpecial(part: string): boolean {
  const plain = part
    .normalize("NFKC")
    .replaceAll(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .toLowerCase()
    .replace(/:.*$/s, "")
    .replace(/[. ]+$/, "");
  return plain === "" || plain === ".git" || /^git~\d+$/.test(plain) || part.includes("\\");
}

function unsafe(path: string): AssayError {
  return new AssayError("invalid", `"${path}" is no path inside the registry.`, { path });
}
