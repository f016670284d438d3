import { realpath, stat } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { AssayError } from "../../format/error.ts";
import { gitError, tryGit } from "./git.ts";
import { ObjectReader } from "./object-reader.ts";
import { Objects } from "./objects.ts";
import { Refs } from "./refs.ts";

/** A repository on disk, and the registry's place in it. */
export interface Clone {
  /** The folder that the user named. */
  readonly directory: string;
  /** Where git runs: the top of the work tree, or the repository itself where there is none. */
  readonly top: string;
  /** The registry's folder in the repository, with `/`; empty for the top. */
  readonly root: string;
  /** What belongs to this work tree alone: its index and HEAD. */
  readonly gitDirectory: string;
  /** What all work trees share: objects and branches. */
  readonly commonDirectory: string;
  readonly hash: "sha1" | "sha256";
  readonly objects: Objects;
  readonly refs: Refs;
}

/**
 * Finds the repository that a folder lies in. Throws `not-found` where there is no such folder or no repository, and
 * `usage` where git does not run.
 */
export async function findClone(directory: string): Promise<Clone> {
  const place = await realDirectory(directory);
  const args = [
    "rev-parse",
    "--is-inside-work-tree",
    "--show-object-format",
    "--absolute-git-dir",
    "--git-common-dir",
    "--show-prefix",
  ];
  // It gets ready while git says where we are.
  const reader = new ObjectReader(place);
  reader.start();
  const result = await tryGit(place, args);
  if (result.code !== 0) {
    reader.close();
    if (!/not a git repository/i.test(result.stderr)) throw gitError(place, args, result.stderr);
    throw new AssayError("not-found", `"${directory}" is in no git repository.`, {
      hint: `Make a registry there with: assay init ${directory}`,
    });
  }
  const [inWorkTree, format, gitDirectory = "", common = "", ...rest] = result.stdout.toString().split("\n");
  const root = rest.join("\n").replace(/\/?\n?$/, "");
  const hash = format === "sha256" ? "sha256" : "sha1";
  const top = inWorkTree === "true" ? topOf(place, root) : gitDirectory;
  return {
    directory: place,
    top,
    gitDirectory,
    root: inWorkTree === "true" ? root : "",
    commonDirectory: resolve(place, common),
    hash,
    objects: new Objects(reader, hash === "sha1" ? 20 : 32),
    refs: new Refs(top),
  };
}

/** The id that stands for "no object" in this repository. */
export function zeroId({ hash }: Clone): string {
  return "0".repeat(hash === "sha1" ? 40 : 64);
}

async function realDirectory(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return await realpath(directory);
  const what = found === undefined ? "does not exist" : "is no folder";
  throw new AssayError("not-found", `"${directory}" ${what}.`, {
    hint: `Make a registry there with: assay init ${directory}`,
  });
}

function topOf(place: string, root: string): string {
  return root === "" ? place : place.slice(0, -(root.split("/").join(sep).length + 1)) || sep;
}
