import { z } from "zod";
import type { Signature } from "../git/commits.ts";
import { MissingPath, modeType, TREE_MODE, type TreeEdit } from "../git/trees.ts";
import { writeRequestedCommit } from "../identity.ts";
import { presentGitCommit } from "../present/commits.ts";
import { repoUrl } from "../present/repos.ts";
import { notFound, Problem } from "../problem.ts";
import {
  created,
  ok,
  param,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { Json, Repo } from "../state.ts";
import { nodeId, type World } from "../world.ts";

const READ = { permission: "contents", level: "read" } as const;
const WRITE = { permission: "contents", level: "write" } as const;
const MAX_TREE_ENTRIES = 100_000;

const personSchema = z.object({ name: z.string(), email: z.string(), date: z.string().optional() });

/** An author or committer of a request's body as a signature. */
export function requestedSignature(
  world: World,
  person: z.infer<typeof personSchema> | undefined,
): Signature | undefined {
  if (!person) return undefined;
  const { name, email, date } = person;
  return { name, email, date: date === undefined ? world.now() : new Date(date) };
}

/** A request's author and committer. */
export const peopleSchema = z.object({
  author: personSchema.optional(),
  committer: personSchema.optional(),
});

async function getCommit(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const sha = param(context, "commit_sha");
  const commit = /^[0-9a-f]{40}$/.test(sha) ? await repo.git.commit(sha) : undefined;
  if (!commit) throw notFound();
  return ok(presentGitCommit(world, repo, commit));
}

const commitSchema = peopleSchema.extend({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
});

async function createCommit(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const { message, tree, parents, author, committer } = readBody(context, commitSchema);
  if ((await repo.git.info(tree))?.type !== "tree") throw new Problem(422, "Tree SHA does not exist");
  for (const parent of parents) {
    if ((await repo.git.info(parent))?.type !== "commit") {
      throw new Problem(422, "Parent SHA does not exist or is not a commit object");
    }
  }
  const people = {
    author: requestedSignature(world, author),
    committer: requestedSignature(world, committer),
  };
  const commit = writeRequestedCommit(world, repo, { actor, message, tree, parents, ...people });
  return created(presentGitCommit(world, repo, commit));
}

function presentEntry(
  world: World,
  repo: Repo,
  entry: { path: string; mode: string; sha: string; size?: number | undefined },
): Json {
  const type = modeType(entry.mode);
  const { size, ...rest } = entry;
  return {
    ...rest,
    type,
    ...(size === undefined ? {} : { size }),
    ...(type === "commit" ? {} : { url: `${repoUrl(world, repo)}/git/${type}s/${entry.sha}` }),
  };
}

async function getTree(context: RepoContext): Promise<Reply> {
  const { world, repo, query } = context;
  const root = await repo.git.info(`${param(context, "tree_sha")}^{tree}`);
  if (!root) throw notFound();
  const entries = await repo.git.listTree(root.sha, query.has("recursive") ? ["-r", "-t"] : []);
  return ok({
    sha: root.sha,
    url: `${repoUrl(world, repo)}/git/trees/${root.sha}`,
    tree: entries.slice(0, MAX_TREE_ENTRIES).map((entry) => presentEntry(world, repo, entry)),
    truncated: entries.length > MAX_TREE_ENTRIES,
  });
}

const treeSchema = z.object({
  base_tree: z.string().nullish(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(["100644", "100755", "040000", "160000", "120000"]).default("100644"),
      type: z.enum(["blob", "tree", "commit"]).optional(),
      sha: z.string().nullish(),
      content: z.string().optional(),
    }),
  ),
});

async function readEdit(repo: Repo, entry: z.infer<typeof treeSchema>["tree"][number]): Promise<TreeEdit> {
  const { path, mode, sha, content } = entry;
  if (path === "" || path.split("/").some((part) => ["", ".", "..", ".git"].includes(part.toLowerCase()))) {
    throw new Problem(422, `tree.path contains a malformed path component`);
  }
  if (content !== undefined) return { path, entry: { mode, sha: repo.git.writeBlob(content) } };
  if (sha === null) return { path, entry: null };
  const known = sha === undefined ? undefined : await repo.git.info(sha);
  if (
    sha === undefined ||
    (!known && mode !== "160000") ||
    (known && mode !== "160000" && known.type !== modeType(mode))
  ) {
    throw new Problem(422, `tree.sha ${sha ?? ""} is not a valid ${mode === TREE_MODE ? "tree" : "blob"}`);
  }
  return { path, entry: { mode, sha } };
}

async function createTree(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const request = readBody(context, treeSchema);
  const base = request.base_tree ? await repo.git.info(`${request.base_tree}^{tree}`) : undefined;
  if (request.base_tree && !base) throw notFound();
  const edits: TreeEdit[] = [];
  for (const entry of request.tree) edits.push(await readEdit(repo, entry));
  try {
    const sha = await repo.git.editTree(base?.sha, edits);
    const tree = (await repo.git.listTree(sha, [])).map((entry) => presentEntry(world, repo, entry));
    return created({ sha, url: `${repoUrl(world, repo)}/git/trees/${sha}`, tree, truncated: false });
  } catch (error) {
    if (error instanceof MissingPath) throw new Problem(422, "GitRPC::BadObjectState");
    throw error;
  }
}

async function getBlob(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const blob = await repo.git.read(param(context, "file_sha"));
  if (blob?.type !== "blob") throw notFound();
  if (context.accept.includes("raw")) {
    return {
      status: 200,
      bytes: blob.body,
      headers: { "content-type": "application/vnd.github.raw+json; charset=utf-8" },
    };
  }
  return ok({
    sha: blob.sha,
    node_id: nodeId("B", blob.sha),
    size: blob.size,
    url: `${repoUrl(world, repo)}/git/blobs/${blob.sha}`,
    content: renderBase64(blob.body),
    encoding: "base64",
  });
}

/** Base64 in lines of 60 characters, as GitHub breaks it. */
export function renderBase64(body: Buffer): string {
  return body.toString("base64").replaceAll(/.{1,60}/g, "$&\n");
}

const blobSchema = z.object({ content: z.string(), encoding: z.enum(["utf-8", "base64"]).default("utf-8") });

function createBlob(context: RepoContext): Reply {
  const { world, repo } = context;
  const { content, encoding } = readBody(context, blobSchema);
  const sha = repo.git.writeBlob(encoding === "base64" ? Buffer.from(content, "base64") : content);
  return created({ sha, url: `${repoUrl(world, repo)}/git/blobs/${sha}` });
}

async function getTag(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const found = await repo.git.read(param(context, "tag_sha"));
  if (found?.type !== "tag") throw notFound();
  const text = found.body.toString();
  const field = (name: string): string => new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1] ?? "";
  const tagger = /^(.*) <(.*)> (\d+)/.exec(field("tagger"));
  const url = `${repoUrl(world, repo)}/git`;
  return ok({
    node_id: nodeId("TA", found.sha),
    sha: found.sha,
    url: `${url}/tags/${found.sha}`,
    tag: field("tag"),
    message: text.slice(text.indexOf("\n\n") + 2),
    tagger: {
      name: tagger?.[1] ?? "",
      email: tagger?.[2] ?? "",
      date: new Date(Number(tagger?.[3] ?? 0) * 1000),
    },
    object: { sha: field("object"), type: field("type"), url: `${url}/${field("type")}s/${field("object")}` },
  });
}

/** Commits, trees, blobs and tags. https://docs.github.com/en/rest/git */
export const gitRoutes: readonly Route[] = [
  repoRoute("GET /git/commits/{commit_sha}", READ, getCommit),
  repoRoute("POST /git/commits", WRITE, createCommit),
  repoRoute("GET /git/trees/{tree_sha}", READ, getTree),
  repoRoute("POST /git/trees", WRITE, createTree),
  repoRoute("GET /git/blobs/{file_sha}", READ, getBlob),
  repoRoute("POST /git/blobs", WRITE, createBlob),
  repoRoute("GET /git/tags/{tag_sha}", READ, getTag),
];
