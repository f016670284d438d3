import { tryGit } from "./process.ts";

export type FileStatus = "added" | "modified" | "removed" | "renamed";

/** One changed file between two trees. */
export interface FileChange {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: FileStatus;
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
}

const RAW = /^:\d+ \d+ ([0-9a-f]{40}) ([0-9a-f]{40}) ([A-Z])\d*$/;

function fileStatus(letter: string | undefined): FileStatus {
  if (letter === "A" || letter === "C") return "added";
  if (letter === "D") return "removed";
  return letter === "R" ? "renamed" : "modified";
}

interface Raw {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: FileStatus;
  readonly sha: string;
}

function parseRaw(tokens: readonly string[]): { files: Raw[]; rest: readonly string[] } {
  const files: Raw[] = [];
  let at = 0;
  for (;;) {
    const match = RAW.exec(tokens[at] ?? "");
    if (!match) return { files, rest: tokens.slice(at) };
    const status = fileStatus(match[3]);
    const renamed = match[3] === "R" || match[3] === "C";
    const first = tokens[at + 1] ?? "";
    files.push({
      path: renamed ? (tokens[at + 2] ?? "") : first,
      previousPath: status === "renamed" ? first : undefined,
      status,
      sha: (status === "removed" ? match[1] : match[2]) ?? "",
    });
    at += renamed ? 3 : 2;
  }
}

function parseNumbers(tokens: readonly string[]): Map<string, { additions: number; deletions: number }> {
  const numbers = new Map<string, { additions: number; deletions: number }>();
  for (let at = 0; at < tokens.length; at++) {
    const [added, removed, path] = (tokens[at] ?? "").split("\t");
    if (removed === undefined) continue;
    const counts = { additions: Number(added) || 0, deletions: Number(removed) || 0 };
    if (path === "") at += 2;
    numbers.set(path === "" || path === undefined ? (tokens[at] ?? "") : path, counts);
  }
  return numbers;
}

/** The files that differ between two trees or commits, renames found, in path order. */
export async function readDiff(dir: string, from: string, to: string): Promise<FileChange[]> {
  const args = ["diff-tree", "-r", "-z", "-M", "--raw", "--numstat", "--abbrev=40", from, to];
  const { stdout } = await tryGit(dir, args);
  const { files, rest } = parseRaw(stdout.toString().split("\0"));
  const numbers = parseNumbers(rest);
  return files.map((file) => ({ ...file, ...(numbers.get(file.path) ?? { additions: 0, deletions: 0 }) }));
}

/** The textual patch of each changed file by its new path, as GitHub shows it (from the first hunk on). */
export async function readPatches(dir: string, from: string, to: string): Promise<Map<string, string>> {
  const args = ["diff-tree", "-r", "-M", "-p", "--no-color", from, to];
  const { stdout } = await tryGit(dir, ["-c", "core.quotePath=false", ...args]);
  const patches = new Map<string, string>();
  for (const part of stdout
    .toString()
    .split(/^diff --git /m)
    .slice(1)) {
    const hunk = part.search(/^@@ /m);
    const path = /^\+\+\+ (?:b\/(.*)|\/dev\/null)$/m.exec(part)?.[1] ?? /^--- a\/(.*)$/m.exec(part)?.[1];
    if (hunk >= 0 && path !== undefined) patches.set(path.trimEnd(), part.slice(hunk).trimEnd());
  }
  return patches;
}
