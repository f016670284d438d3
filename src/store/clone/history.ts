import { AssayError } from "../../format/error.ts";
import { formatTime, type Time, timeToMs } from "../../format/time.ts";
import type { ObjectId, Revision } from "../store.ts";
import type { Clone } from "./clone.ts";
import { runGit, streamGit } from "./git.ts";
import { isObjectId, readFile } from "./objects.ts";
import { registryPath, repositoryPath } from "./paths.ts";
import { checkHistoryEnd, readShallowBoundary, shallowError } from "./shallow.ts";
import { isZero, parseRawChange, type RawChange, readTokens } from "./tokens.ts";
import { kindOfMode } from "./tree.ts";

// Git compares every entry of a changed folder with every path; past this many the common folder is cheaper.
const MAX_PATHS = 50;
const MAX_MESSAGES = 100;

const LOG = ["log", "-z", "--first-parent", "--no-color", "--no-notes", "--encoding=UTF-8"];
const RAW = ["-m", "--raw", "--no-renames", "--no-abbrev", "--no-relative"];

/** The commits that changed any of the paths, along first parents, newest first; git stops when the reader does. */
export async function* readHistory(
  clone: Clone,
  from: ObjectId,
  paths: readonly string[],
): AsyncGenerator<Revision> {
  checkCommitId(clone, from);
  if (paths.length === 0) return;
  const wanted = new Set(paths.map((path) => repositoryPath(clone.root, path)));
  const boundary = await readShallowBoundary(clone);
  const format = "--format=tformat:%H%x00%ct%x00%an%x00%B%x00";
  const tokens = readTokens(
    streamGit(clone.top, [...LOG, ...RAW, format, from, "--", ...narrowPaths([...wanted])]),
  );
  for await (const { commit, changes } of parseLog(tokens)) {
    // To git such a commit adds all that it holds, so what it changed is unknown.
    if (boundary.has(commit.commit)) throw shallowError(clone);
    for (const change of changes) {
      if (wanted.has(change.path)) yield toRevision(clone, commit, change);
    }
  }
  await checkHistoryEnd(clone, from);
}

/** The messages of the newest commits, at most 100, that changed anything in a folder, along first parents. */
export async function readMessages(clone: Clone, from: ObjectId, folder: string): Promise<readonly string[]> {
  checkCommitId(clone, from);
  const path = repositoryPath(clone.root, folder);
  const args = [...LOG, `--max-count=${MAX_MESSAGES}`, "--format=tformat:%B", from, "--"];
  const output = await runGit(clone.top, path === "" ? args : [...args, path]);
  return output.toString().split("\0").slice(0, -1).map(trimMessage);
}

/** The first commit, from a tip along first parents, that is not younger than a time; undefined when all are. */
export async function findCommitAt(clone: Clone, tip: ObjectId, time: Time): Promise<ObjectId | undefined> {
  const seconds = Math.floor(timeToMs(time) / 1_000);
  const args = ["rev-list", "--first-parent", "--max-count=1", `--min-age=${seconds}`, tip, "--"];
  const found = (await runGit(clone.top, args)).toString().trim();
  if (found !== "") return found;
  await checkHistoryEnd(clone, tip);
  return undefined;
}

/** A message without the newlines at its end, as GitHub's API gives it. */
export function trimMessage(message: string): string {
  return message.replace(/\n+$/, "");
}

/** Throws `not-found` for what has not the form of an id, because git would read it as something else. */
export function checkCommitId(clone: Clone, commit: ObjectId): void {
  if (isObjectId(commit)) return;
  throw new AssayError("not-found", `"${clone.directory}" has no commit "${commit}".`);
}

type LoggedCommit = Pick<Revision, "commit" | "at" | "author" | "message">;

async function* parseLog(
  tokens: AsyncIterableIterator<string>,
): AsyncGenerator<{ readonly commit: LoggedCommit; readonly changes: readonly RawChange[] }> {
  try {
    let token = await next(tokens);
    while (token !== undefined) {
      const seconds = Number(await next(tokens));
      const author = (await next(tokens)) ?? "";
      const message = trimMessage((await next(tokens)) ?? "");
      const commit = { commit: token, at: formatTime(new Date(seconds * 1_000)), author, message };
      const changes: RawChange[] = [];
      // An empty token ends the header; ids never begin with a colon, so the first token without one is the next commit.
      token = await next(tokens);
      while (token === "" || token?.trimStart().startsWith(":") === true) {
        if (token !== "") changes.push(parseRawChange(token, (await next(tokens)) ?? ""));
        token = await next(tokens);
      }
      yield { commit, changes };
    }
  } finally {
    await tokens.return?.();
  }
}

async function next(tokens: AsyncIterator<string>): Promise<string | undefined> {
  const result = await tokens.next();
  return result.done === true ? undefined : result.value;
}

function toRevision(clone: Clone, commit: LoggedCommit, { path: full, mode, id }: RawChange): Revision {
  const path = registryPath(clone.root, full) ?? full;
  return {
    path,
    ...commit,
    read: async () =>
      isZero(id) ? undefined : await readFile(clone.objects, path, { kind: kindOfMode(mode), id }),
  };
}

/** The paths, or the folder that they share where they are many. */
function narrowPaths(paths: readonly string[]): readonly string[] {
  if (paths.length <= MAX_PATHS) return paths;
  const [first = [], ...rest] = paths.map((path) => path.split("/").slice(0, -1));
  const differs = first.findIndex((part, index) => rest.some((parts) => parts[index] !== part));
  const common = first.slice(0, differs < 0 ? first.length : differs).join("/");
  return common === "" ? [] : [common];
}
