import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, quietEnvironment } from "../git.ts";
import type { GeneratedCommit } from "./history.ts";
import { generateHistory } from "./history.ts";
import type { Shape } from "./shape.ts";

// Raise it with every change of what is generated, or benches keep reading what an older generator left.
const GENERATOR = 1;

/** A generated registry on disk. */
export interface GeneratedRegistry {
  readonly shape: Shape;
  /** The bare repository, packed. */
  readonly origin: string;
  /** A clone of it with its files checked out. */
  readonly clone: string;
}

/** The registry of a shape: the one that an earlier run left in the temporary folder, or else a new one. */
export async function openRegistryOf(shape: Shape): Promise<GeneratedRegistry> {
  const shelf = join(tmpdir(), "assay-bench");
  const place = join(shelf, `generator-${GENERATOR}-${shape.name}-${shape.buckets}-${shape.versions}`);
  const found = { shape, origin: join(place, "origin.git"), clone: join(place, "clone") };
  if (await exists(place)) return found;
  await mkdir(shelf, { recursive: true });
  process.stderr.write(`bench: generating ${shape.versions} versions in ${shape.buckets} buckets …\n`);
  // Made beside its place and moved there whole, so that an interrupted run leaves nothing that looks finished.
  const making = await mkdtemp(join(shelf, "making-"));
  try {
    await generate(shape, making);
    await rename(making, place);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return found;
}

async function generate(shape: Shape, folder: string): Promise<void> {
  const origin = join(folder, "origin.git");
  await git(folder, ["init", "--quiet", "--bare", "--initial-branch=main", origin]);
  await importHistory(origin, shape);
  // What a clone receives: everything in one pack, deltas searched anew, no commit graph.
  await git(origin, ["-c", "pack.threads=2", "repack", "-a", "-d", "-F", "-q", "--window=10", "--depth=50"]);
  await git(origin, ["pack-refs", "--all"]);
  const clone = join(folder, "clone");
  await git(folder, ["clone", "--quiet", "origin.git", clone]);
  // The folder moves to its place when it is whole, and the clone must find its origin from there too.
  await git(clone, ["remote", "set-url", "origin", "../origin.git"]);
}

async function importHistory(origin: string, shape: Shape): Promise<void> {
  const child = spawn("git", ["fast-import", "--quiet", "--depth=50"], {
    cwd: origin,
    env: quietEnvironment(),
    stdio: ["pipe", "ignore", "inherit"],
  });
  const closed = once(child, "close");
  let text = "";
  for (const commit of generateHistory(shape)) {
    text += renderCommit(commit);
    if (text.length < 1_048_576) continue;
    if (!child.stdin.write(text)) await Promise.race([once(child.stdin, "drain"), closed]);
    text = "";
  }
  child.stdin.end(`${text}done\n`);
  const [code] = await closed;
  if (code !== 0) throw new Error(`"git fast-import" failed in "${origin}" with ${String(code)}.`);
}

/** https://git-scm.com/docs/git-fast-import#_commit */
function renderCommit({ at, author, message, files }: GeneratedCommit): string {
  const when = `${at.getTime() / 1_000} +0000`;
  const changes = files.map(({ path, content }) => `M 100644 inline ${path}\n${renderData(content)}`);
  return [
    "commit refs/heads/main\n",
    `author ${author} <${author}@users.noreply.github.com> ${when}\n`,
    `committer GitHub <noreply@github.com> ${when}\n`,
    renderData(message),
    ...changes,
    "\n",
  ].join("");
}

function renderData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
