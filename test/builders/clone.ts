import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openCloneStore } from "../../src/store/clone/clone-store.ts";

/** What a file becomes: text, bytes, a link to somewhere, or (undefined) nothing. */
export type Content = string | Buffer | { readonly link: string } | undefined;

/** A clone in a folder of its own. */
export interface Clone {
  readonly directory: string;
  readonly store: Awaited<ReturnType<typeof openCloneStore>>;
  git(...args: readonly string[]): string;
  /** Commits files on the branch that is checked out; `at` is the commit's time. */
  commit(files: Readonly<Record<string, Content>>, at?: string): string;
  /** Makes a branch from `main` with one commit, checks `main` out again, and answers the branch's name. */
  branch(name: string, files: Readonly<Record<string, Content>>): string;
  remove(): void;
}

/** Makes a clone with one commit of these files on `main`. */
export async function aClone(
  files: Readonly<Record<string, Content>>,
  at = "2026-11-01T00:00:00Z",
): Promise<Clone> {
  const directory = mkdtempSync(join(tmpdir(), "assay-clone-"));
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], { cwd: directory, encoding: "utf8", env: environment(at) }).trim();
  git("init", "--quiet", "--initial-branch=main");
  const commit: Clone["commit"] = (changes, when = at) => {
    for (const [path, content] of Object.entries(changes)) write(join(directory, path), content);
    git("add", "--all", "--force");
    execFileSync("git", ["commit", "--quiet", "--allow-empty", "--message", "change"], {
      cwd: directory,
      env: environment(when),
    });
    return git("rev-parse", "HEAD");
  };
  commit(files);
  const store = await openCloneStore(directory);
  return {
    directory,
    store,
    git,
    commit,
    branch(name, changes) {
      git("checkout", "--quiet", "-b", name, "main");
      commit(changes);
      git("checkout", "--quiet", "main");
      return name;
    },
    remove() {
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function write(path: string, content: Content): void {
  rmSync(path, { force: true, recursive: true });
  if (content === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  if (typeof content === "string" || Buffer.isBuffer(content)) writeFileSync(path, content);
  else symlinkSync(content.link, path);
}

function environment(at: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: tmpdir(),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ana",
    GIT_AUTHOR_EMAIL: "ana@acme.example",
    GIT_COMMITTER_NAME: "Ana",
    GIT_COMMITTER_EMAIL: "ana@acme.example",
    GIT_AUTHOR_DATE: at,
    GIT_COMMITTER_DATE: at,
  };
}
