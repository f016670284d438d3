import { lstat, mkdir, realpath, writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { AssayError } from "../format/error.ts";
import type { NewFile } from "../registry/templates/registry.ts";
import type { CloneStore } from "../store/clone/clone-store.ts";
import { openCloneStore } from "../store/clone/clone-store.ts";
import { runGit, tryGit } from "../store/clone/git.ts";

/** The repository that a new registry goes to, and the registry's folder in it. */
export interface Target {
  readonly top: string;
  readonly root: string;
  /** The name of the folder, which names the registry. */
  readonly name: string;
}

/** What was added. `commit` is undefined where everything was there. */
export interface Added {
  readonly branch: string;
  readonly commit: string | undefined;
  readonly added: readonly string[];
  readonly kept: readonly string[];
}

/** Makes the folder and a repository around it, where they are missing. */
export async function prepareRepository(directory: string): Promise<Target> {
  await makeFolder(directory);
  const place = await realpath(directory);
  const found = await tryGit(place, ["rev-parse", "--show-toplevel", "--show-prefix"]);
  const name = basename(place);
  if (found.code !== 0) {
    if (!/not a git repository/i.test(found.stderr))
      throw new AssayError("invalid", `"${directory}" cannot hold a registry: ${found.stderr.trim()}`);
    await runGit(place, ["init", "--quiet", "-b", "main"]);
    return { top: place, root: "", name };
  }
  const [top = place, prefix = ""] = found.stdout.toString().split("\n");
  return { top, root: prefix.replace(/\/$/, ""), name };
}

/** Commits the files that are not there yet to the default branch, and nothing else. */
export async function addFiles(top: string, files: readonly NewFile[], message: string): Promise<Added> {
  const store = await openCloneStore(top);
  try {
    const branch = await store.defaultBranch();
    const tip = await store.tip(branch);
    const checkedOut = (await store.currentBranch()) === branch;
    const present = await Promise.all(files.map((file) => isPresent(store, file.path, { tip, checkedOut })));
    const missing = files.filter((_, index) => present[index] !== true);
    const kept = files.filter((_, index) => present[index] === true).map(({ path }) => path);
    const added = missing.map(({ path }) => path);
    if (missing.length === 0) return { branch, commit: undefined, added, kept };
    const commit =
      tip === undefined
        ? await commitFirst(top, missing, message)
        : await commitNext(store, { branch, tip, missing, message });
    return { branch, commit, added, kept };
  } finally {
    store.close();
  }
}

async function isPresent(
  store: CloneStore,
  path: string,
  { tip, checkedOut }: { readonly tip: string | undefined; readonly checkedOut: boolean },
): Promise<boolean> {
  if (tip !== undefined && (await store.at(tip).entry(path)) !== undefined) return true;
  if (tip !== undefined && !checkedOut) return false;
  return (await lstat(join(store.directory, path)).catch(() => undefined)) !== undefined;
}

async function commitNext(
  store: CloneStore,
  change: {
    readonly branch: string;
    readonly tip: string;
    readonly missing: readonly NewFile[];
    readonly message: string;
  },
): Promise<string> {
  const { branch, tip, missing, message } = change;
  const outcome = await store.write({ branch, base: tip, tip, edits: missing, message });
  switch (outcome.kind) {
    case "written":
    case "unchanged":
      return outcome.commit;
    case "moved":
      throw new AssayError("conflict", `"${branch}" moved while it was being written. Nothing was written.`, {
        hint: "Run the command again.",
      });
    case "protected":
      throw new AssayError("protected", `"${branch}" cannot be written: ${outcome.reason}`);
  }
}

/** The first commit of a branch. What else is staged stays staged. */
async function commitFirst(top: string, files: readonly NewFile[], message: string): Promise<string> {
  for (const { path } of files) {
    const folder = dirname(join(top, path));
    await makeFolder(folder);
    if (!`${await realpath(folder)}${sep}`.startsWith(`${top}${sep}`))
      throw new AssayError(
        "invalid",
        `"${path}" leads out of the repository through a link. Nothing was written.`,
      );
  }
  for (const { path, content } of files) await writeFile(join(top, path), content, { flag: "wx" });
  const paths = files.map(({ path }) => path);
  await runGit(top, ["add", "--force", "--", ...paths]);
  await runGit(top, [
    ...(await identityArguments(top)),
    "commit",
    "--quiet",
    "--no-verify",
    "--no-gpg-sign",
    "--only",
    `--message=${message}`,
    "--",
    ...paths,
  ]);
  return (await runGit(top, ["rev-parse", "HEAD"])).toString().trim();
}

/** Git's own guess from the machine's account is nobody's name. */
async function identityArguments(top: string): Promise<string[]> {
  const known = await tryGit(top, ["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"]);
  return known.code === 0 ? [] : ["-c", "user.name=Assay", "-c", "user.email=assay@localhost"];
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (["EEXIST", "ENOTDIR", "EACCES", "EROFS", "EPERM"].includes(code))
      throw new AssayError("invalid", `The folder "${path}" cannot be made (${code}).`, {
        hint: "Name another one.",
      });
    throw error;
  }
}
