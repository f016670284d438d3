import { AssayError } from "../../format/error.ts";
import { formatTime, type Time, timeToMs } from "../../format/time.ts";
import type { ObjectId, Revision } from "../store.ts";
import type { Clone } from "./clone.ts";
import { runGit, streamGit } from "./git.ts";
import { isObjectId, readFile } from "./objects.ts";
import { registryPath, repositoryPath } from "../paths.ts";
import { checkHistoryEnd, readShallowBoundary, shallowError } from "./shallow.ts";
import { isZero, parseRawChange, readTokens } from "./tokens.ts";
import { kindOfMode } from "./tree.ts";

// Git compares every entry of a changed folder with every path; past this many it is cheaper to look through it all.
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
    streamGit(clone.top, [...LOG, ...RAW, format, from, "--", ...narrowPaths(clone.root, wanted)]),
  );
  for await (const commits of parseLog(tokens)) {
    for (const commit of commits) {
      // To git such a commit adds all that it holds, so what it changed is unknown.
      if (boundary.has(commit.id)) throw shallowError(clone);
      for (const change of commit.changes) {
        if (wanted.has(change.path)) yield toRevision(clone, commit, change);
      }
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
  let end = message.length;
  while (message[end - 1] === "\n") end -= 1;
  return message.slice(0, end);
}

/** Throws `not-found` for what has not the form of an id, because git would read it as something else. */
export function checkCommitId(clone: Clone, commit: ObjectId): void {
  if (isObjectId(commit)) return;
  throw new AssayError("not-found", `"${clone.directory}" has no commit "${commit}".`);
}

/** A commit as git printed it. Most are passed over, so nothing of them is read before it is wanted. */
interface LoggedCommit {
  readonly id: ObjectId;
  readonly seconds: string;
  readonly author: string;
  readonly message: string;
  readonly changes: readonly LoggedChange[];
}

interface LoggedChange {
  readonly header: string;
  readonly path: string;
}

/** Reads the commits, as many at a time as have arrived; one is complete when the next begins. */
async function* parseLog(batches: AsyncIterable<readonly string[]>): AsyncGenerator<readonly LoggedCommit[]> {
  let fields: string[] = [];
  let changes: LoggedChange[] = [];
  let header: string | undefined;

  function finish(): LoggedCommit {
    const [id = "", seconds = "", author = "", message = ""] = fields;
    return { id, seconds, author, message, changes };
  }

  for await (const batch of batches) {
    const commits: LoggedCommit[] = [];
    for (const token of batch) {
      if (fields.length < 4) fields.push(token);
      else if (header !== undefined) {
        changes.push({ header, path: token });
        header = undefined;
      } else if (token.trimStart().startsWith(":")) header = token;
      // An empty token ends the fields; ids never begin with a colon, so any other is the next commit's.
      else if (token !== "") {
        commits.push(finish());
        fields = [token];
        changes = [];
      }
    }
    yield commits;
  }
  if (fields.length === 4) yield [finish()];
}

function toRevision(clone: Clone, commit: LoggedCommit, change: LoggedChange): Revision {
  const path = registryPath(clone.root, change.path) ?? change.path;
  const { mode, id } = parseRawChange(change.header, change.path);
  return {
    path,
    commit: commit.id,
    at: formatTime(new Date(Number(commit.seconds) * 1_000)),
    author: commit.author,
    message: trimMessage(commit.message),
    read: async () =>
      isZero(id) ? undefined : await readFile(clone.objects, path, { kind: kindOfMode(mode), id }),
  };
}

/** The paths, or the whole registry where they are many. */
function narrowPaths(root: string, paths: ReadonlySet<string>): readonly string[] {
  if (paths.size <= MAX_PATHS) return [...paths];
  return root === "" ? [] : [root];
}
