import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { timeToMs, type Time } from "../../src/format/time.ts";

/** What a commit of a fixture leaves at a path: a file's text, or something that is no file; undefined deletes it. */
export type FixtureContent = string | { readonly link: string } | { readonly submodule: string } | undefined;

/** One commit to lay down. */
export interface FixtureCommit {
  /** How tests, and `parents`, call it. */
  readonly name: string;
  /** `main` unless told otherwise. */
  readonly branch?: string;
  /** Names of earlier commits; the branch's newest unless told otherwise. */
  readonly parents?: readonly string[];
  /** The committer's time. The author's is an hour earlier, so that a test sees which of the two is used. */
  readonly at: Time;
  readonly author?: string;
  readonly message?: string;
  readonly files?: Readonly<Record<string, FixtureContent>>;
}

/** Runs git with no settings of the machine or the user, and returns what it printed. Throws unless it exits 0. */
export function plainGit(directory: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const identity = { name: "Fixture", email: "fixture@example.com" };
    const child = spawn("git", args, {
      cwd: directory,
      env: {
        PATH: process.env["PATH"],
        LC_ALL: "C",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: devNull,
        GIT_AUTHOR_NAME: identity.name,
        GIT_AUTHOR_EMAIL: identity.email,
        GIT_COMMITTER_NAME: identity.name,
        GIT_COMMITTER_EMAIL: identity.email,
      },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0
        ? resolve(stdout.replace(/\n$/, ""))
        : reject(new Error(`git ${args.join(" ")} exited ${code}: ${stderr}`)),
    );
    child.stdin.end(input);
  });
}

/** Makes a bare repository in an empty folder, whose default branch is `main`, and lays commits down in it. */
export async function layDown(
  repository: string,
  commits: readonly FixtureCommit[],
): Promise<ReadonlyMap<string, string>> {
  await plainGit(repository, ["init", "--bare", "--quiet", "--initial-branch=main", "."]);
  await plainGit(repository, ["config", "uploadpack.allowFilter", "true"]);
  return await addCommits(repository, commits, new Map());
}

/** Adds commits to a repository; `known` are the ids of those that the names in `parents` may mean beside these. */
export async function addCommits(
  repository: string,
  commits: readonly FixtureCommit[],
  known: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const marks = new Map(commits.map(({ name }, index) => [name, `:${index + 1}`]));
  const continued = new Set<string>();
  const stream = commits.map((commit) => {
    const { branch = "main", parents } = commit;
    const first = !continued.has(branch);
    continued.add(branch);
    const from = first && parents === undefined && known.size > 0 ? `from refs/heads/${branch}^0\n` : "";
    return renderCommit(commit, from, (name) => marks.get(name) ?? known.get(name));
  });
  const reports = commits.map((_, index) => `get-mark :${index + 1}\n`);
  const output = await plainGit(
    repository,
    ["fast-import", "--quiet", "--force"],
    [...stream, ...reports, "done\n"].join(""),
  );
  const ids = output.split("\n");
  return new Map([...known, ...commits.map(({ name }, index) => [name, ids[index] ?? ""] as const)]);
}

// https://git-scm.com/docs/git-fast-import#_input_format
function renderCommit(
  commit: FixtureCommit,
  from: string,
  refer: (name: string) => string | undefined,
): string {
  const { name, branch = "main", parents, at, author = "Ada Author", message = name, files = {} } = commit;
  const seconds = timeToMs(at) / 1_000;
  const references = parents?.map((parent) => {
    const reference = refer(parent);
    if (reference === undefined) throw new Error(`the fixture has no commit "${parent}" before "${name}"`);
    return reference;
  });
  const ref = `refs/heads/${branch}`;
  return [
    // A branch that is told its parents begins anew there; without any it begins from nothing.
    parents === undefined ? "" : `reset ${ref}\n`,
    `commit ${ref}\nmark ${refer(name) ?? ""}\n`,
    `author ${author} <author@example.com> ${seconds - 3_600} +0200\n`,
    `committer Cleo Committer <committer@example.com> ${seconds} +0200\n`,
    renderData(message),
    from,
    ...(references ?? []).map((reference, index) => `${index === 0 ? "from" : "merge"} ${reference}\n`),
    ...Object.entries(files).map(([path, content]) => renderFile(path, content)),
    "\n",
  ].join("");
}

function renderFile(path: string, content: FixtureContent): string {
  if (content === undefined) return `D ${path}\n`;
  if (typeof content === "string") return `M 100644 inline ${path}\n${renderData(content)}`;
  if ("link" in content) return `M 120000 inline ${path}\n${renderData(content.link)}`;
  return `M 160000 ${content.submodule} ${path}\n`;
}

function renderData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
