import { z } from "zod";
import { modeType, TREE_MODE, type TreeEntry } from "../git/trees.ts";
import { writeRequestedCommit } from "../identity.ts";
import { presentGitCommit } from "../present/commits.ts";
import { repoUrl } from "../present/repos.ts";
import { notFound, Problem } from "../problem.ts";
import { moveRef, requireRefMove } from "../pushes.ts";
import { ok, param, readBody, type RepoContext, type Reply, repoRoute, type Route } from "../router.ts";
import type { Json } from "../state.ts";
import { peopleSchema, renderBase64, requestedSignature } from "./git.ts";

const READ = { permission: "contents", level: "read" } as const;
const WRITE = { permission: "contents", level: "write" } as const;
const MEGABYTE = 1024 * 1024;
const MAX_ENTRIES = 1000;

interface Found {
  readonly path: string;
  readonly mode: string;
  readonly sha: string;
  readonly size: number;
}

function entryType(mode: string): "dir" | "file" | "symlink" | "submodule" {
  if (mode === TREE_MODE) return "dir";
  if (mode === "120000") return "symlink";
  return mode === "160000" ? "submodule" : "file";
}

function presentEntry(context: RepoContext, entry: Found & { revision: string }): Json {
  const { world, repo } = context;
  const { path, sha, revision } = entry;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const url = `${repoUrl(world, repo)}/contents/${encoded}?ref=${encodeURIComponent(revision)}`;
  const type = entryType(entry.mode);
  const kind = type === "dir" ? "tree" : "blob";
  const git = type === "submodule" ? null : `${repoUrl(world, repo)}/git/${kind}s/${sha}`;
  const html = `${world.url}/${repo.fullName}/${kind}/${revision}/${encoded}`;
  return {
    name: path.split("/").at(-1) ?? "",
    path,
    sha,
    size: entry.size,
    url,
    html_url: html,
    git_url: git,
    download_url: type === "file" ? `${world.url}/${repo.fullName}/raw/${revision}/${encoded}` : null,
    type,
    _links: { self: url, git, html },
  };
}

async function readRevision(context: RepoContext): Promise<{ name: string; tree: string }> {
  const { repo, query } = context;
  const name = query.get("ref") ?? repo.defaultBranch;
  const tree = await repo.git.info(`${name}^{tree}`);
  if (!tree)
    throw new Problem(
      404,
      query.has("ref") ? `No commit found for the ref ${name}` : "This repository is empty.",
    );
  return { name, tree: tree.sha };
}

async function findEntry(
  context: RepoContext,
  { tree, path }: { tree: string; path: string },
): Promise<TreeEntry> {
  const { git } = context.repo;
  const parts = path.split("/").filter(Boolean);
  let found: TreeEntry = { mode: TREE_MODE, name: "", sha: tree };
  for (const part of parts) {
    const entries: readonly TreeEntry[] = found.mode === TREE_MODE ? await git.readTree(found.sha) : [];
    const next = entries.find(({ name }) => name === part);
    if (!next) throw notFound();
    found = next;
  }
  return found;
}

async function getDirectory(
  context: RepoContext,
  { found, revision }: { found: Found; revision: string },
): Promise<Reply> {
  const entries = (await context.repo.git.listTree(found.sha, [])).slice(0, MAX_ENTRIES).map((entry) => {
    const path = found.path === "" ? entry.path : `${found.path}/${entry.path}`;
    return presentEntry(context, { ...entry, path, size: entry.size ?? 0, revision });
  });
  if (!context.accept.includes("object")) return ok(entries);
  return ok({ ...presentEntry(context, { ...found, revision }), entries });
}

async function readSubmoduleUrl(
  context: RepoContext,
  { tree, path }: { tree: string; path: string },
): Promise<string | null> {
  const modules = await context.repo.git.read(`${tree}:.gitmodules`);
  const sections = (modules?.body.toString() ?? "").split(/^\[submodule .*\]$/m);
  const own = sections.find((section) => /^\s*path\s*=\s*(.*)$/m.exec(section)?.[1] === path);
  return /^\s*url\s*=\s*(.*)$/m.exec(own ?? "")?.[1] ?? null;
}

async function getContent(context: RepoContext): Promise<Reply> {
  const { repo } = context;
  const path = param(context, "path").replaceAll(/^\/+|\/+$/g, "");
  const revision = await readRevision(context);
  const entry = await findEntry(context, { tree: revision.tree, path });
  const found = { path, mode: entry.mode, sha: entry.sha, size: 0 };
  if (entry.mode === TREE_MODE) return getDirectory(context, { found, revision: revision.name });
  const blob = modeType(entry.mode) === "blob" ? await repo.git.read(entry.sha) : undefined;
  const body = blob?.body ?? Buffer.alloc(0);
  const raw = context.accept.includes("raw");
  if (body.length > 100 * MEGABYTE) throw new Problem(403, "This API returns blobs up to 100 MB in size.");
  if (raw && blob) {
    return {
      status: 200,
      bytes: body,
      headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" },
    };
  }
  const json = presentEntry(context, { ...found, size: body.length, revision: revision.name });
  switch (entryType(entry.mode)) {
    case "symlink":
      return ok({ ...json, target: body.toString() });
    case "submodule":
      return ok({
        ...json,
        submodule_git_url: await readSubmoduleUrl(context, { tree: revision.tree, path }),
      });
    default: {
      const large = body.length > MEGABYTE;
      return ok({ ...json, content: large ? "" : renderBase64(body), encoding: large ? "none" : "base64" });
    }
  }
}

const changeSchema = peopleSchema.extend({
  message: z.string(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  content: z.string().optional(),
});

async function change(context: RepoContext, verb: "put" | "delete"): Promise<Reply> {
  const { world, repo, actor } = context;
  const path = param(context, "path");
  const request = readBody(context, changeSchema);
  const branch = request.branch ?? repo.defaultBranch;
  const before = await repo.git.branch(branch);
  const base = before === undefined ? undefined : await repo.git.commit(before);
  if (!base && branch !== repo.defaultBranch) throw new Problem(404, `Branch ${branch} not found`);
  const old = base ? await repo.git.info(`${base.tree}:${path}`) : undefined;
  if (verb === "delete" && !old) throw notFound();
  if (old && request.sha === undefined) throw new Problem(422, `Invalid request.\n\n"sha" wasn't supplied.`);
  if (request.sha !== undefined && request.sha !== old?.sha) {
    throw new Problem(409, `${path} does not match ${request.sha}`);
  }
  if (verb === "put" && request.content === undefined) {
    throw new Problem(422, `Invalid request.\n\n"content" wasn't supplied.`);
  }
  const blob = verb === "put" ? repo.git.writeBlob(Buffer.from(request.content ?? "", "base64")) : undefined;
  const entry = blob === undefined ? null : { mode: "100644", sha: blob };
  const tree = await repo.git.editTree(base?.tree, [{ path, entry }]);
  const commit = writeRequestedCommit(world, repo, {
    actor,
    tree,
    parents: base ? [base.sha] : [],
    message: request.message,
    author: requestedSignature(world, request.author),
    committer: requestedSignature(world, request.committer),
  });
  const move = { ref: `refs/heads/${branch}`, before, after: commit.sha };
  await requireRefMove(world, repo, { move: { ...move, actor }, status: 409 });
  if (!(await moveRef(world, repo, { change: move, actor }))) {
    throw new Problem(
      409,
      `${branch} is at ${(await repo.git.branch(branch)) ?? ""} but expected ${before ?? ""}`,
    );
  }
  const size = blob === undefined ? 0 : ((await repo.git.info(blob))?.size ?? 0);
  const content =
    blob === undefined
      ? null
      : presentEntry(context, { path, mode: "100644", sha: blob, size, revision: branch });
  return {
    status: old || verb === "delete" ? 200 : 201,
    body: { content, commit: presentGitCommit(world, repo, commit) },
  };
}

/** Files and directories. https://docs.github.com/en/rest/repos/contents */
export const contentRoutes: readonly Route[] = [
  repoRoute("GET /contents/{path}", READ, getContent),
  repoRoute("PUT /contents/{path}", WRITE, (context) => change(context, "put")),
  repoRoute("DELETE /contents/{path}", WRITE, (context) => change(context, "delete")),
];
