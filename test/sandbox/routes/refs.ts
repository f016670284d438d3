import { z } from "zod";
import type { Ref } from "../git/repo.ts";
import { presentCommit } from "../present/commits.ts";
import { repoUrl } from "../present/repos.ts";
import { notFound, Problem } from "../problem.ts";
import { moveRef, requireRefMove } from "../pushes.ts";
import {
  created,
  noContent,
  ok,
  pageList,
  param,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import { rulesetsOn } from "../rules.ts";
import type { Json, Repo } from "../state.ts";
import { nodeId, type World } from "../world.ts";

const READ = { permission: "contents", level: "read" } as const;
const WRITE = { permission: "contents", level: "write" } as const;

function presentRef(world: World, repo: Repo, ref: Ref): Json {
  const url = `${repoUrl(world, repo)}/git`;
  return {
    ref: ref.name,
    node_id: nodeId("REF", `${repo.id}:${ref.name}`),
    url: `${url}/${ref.name}`,
    object: { sha: ref.sha, type: ref.type, url: `${url}/${ref.type}s/${ref.sha}` },
  };
}

function isRefName(name: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(name) &&
    // eslint-disable-next-line no-control-regex -- git forbids them in ref names
    !/[\0- ~^:?*[\\\x7f]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|\/$|\.$/.test(name)
  );
}

async function findRef(repo: Repo, name: string): Promise<Ref | undefined> {
  if (!isRefName(name)) return undefined;
  const info = await repo.git.info(name);
  return info && { name, sha: info.sha, type: info.type };
}

async function getRef(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const ref = await findRef(repo, `refs/${param(context, "ref")}`);
  if (!ref) throw notFound();
  return ok(presentRef(world, repo, ref));
}

async function matchingRefs(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const refs = await repo.git.refs(`refs/${param(context, "ref")}`);
  return pageList(context, refs, (ref) => presentRef(world, repo, ref));
}

const createSchema = z.object({ ref: z.string(), sha: z.string() });

async function createRef(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const { ref, sha } = readBody(context, createSchema);
  if (!isRefName(ref))
    throw new Problem(422, "Reference name must start with 'refs/' and contain at least two slashes.");
  const info = /^[0-9a-f]{40}$/.test(sha) ? await repo.git.info(sha) : undefined;
  if (!info || (ref.startsWith("refs/heads/") && info.type !== "commit"))
    throw new Problem(422, "Object does not exist");
  if (await repo.git.ref(ref)) throw new Problem(422, "Reference already exists");
  const change = { ref, before: undefined, after: sha };
  await requireRefMove(world, repo, { move: { ...change, actor }, status: 422 });
  if (!(await moveRef(world, repo, { change, actor }))) throw new Problem(422, "Reference already exists");
  return created(presentRef(world, repo, { name: ref, sha, type: info.type }));
}

const updateSchema = z.object({ sha: z.string(), force: z.boolean().default(false) });

async function updateRef(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const { sha, force } = readBody(context, updateSchema);
  const ref = await findRef(repo, `refs/${param(context, "ref")}`);
  if (!ref) throw new Problem(422, "Reference does not exist");
  const info = /^[0-9a-f]{40}$/.test(sha) ? await repo.git.info(sha) : undefined;
  if (!info) throw new Problem(422, "Object does not exist");
  if (!force && !(await repo.git.isAncestor(ref.sha, sha)))
    throw new Problem(422, "Update is not a fast forward");
  const change = { ref: ref.name, before: ref.sha, after: sha };
  if (ref.sha !== sha) {
    await requireRefMove(world, repo, { move: { ...change, actor }, status: 422 });
    if (!(await moveRef(world, repo, { change, actor })))
      throw new Problem(422, "Update is not a fast forward");
  }
  return ok(presentRef(world, repo, { ...ref, sha, type: info.type }));
}

async function deleteRef(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const ref = await findRef(repo, `refs/${param(context, "ref")}`);
  if (!ref) throw new Problem(422, "Reference does not exist");
  if (ref.name === `refs/heads/${repo.defaultBranch}`)
    throw new Problem(422, "Cannot delete the default branch");
  const change = { ref: ref.name, before: ref.sha, after: undefined };
  await requireRefMove(world, repo, { move: { ...change, actor }, status: 422 });
  if (!(await moveRef(world, repo, { change, actor }))) throw new Problem(422, "Reference does not exist");
  return noContent();
}

function presentShortBranch(world: World, repo: Repo, ref: Ref): Json {
  const name = ref.name.slice("refs/heads/".length);
  return {
    name,
    commit: { sha: ref.sha, url: `${repoUrl(world, repo)}/commits/${ref.sha}` },
    protected: rulesetsOn(repo, ref.name).length > 0,
  };
}

async function listBranches(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  return pageList(context, await repo.git.refs("refs/heads/"), (ref) => presentShortBranch(world, repo, ref));
}

async function getBranch(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const name = param(context, "branch");
  const sha = await repo.git.branch(name);
  const commit = sha === undefined ? undefined : await repo.git.commit(sha);
  if (!commit) throw new Problem(404, "Branch not found");
  const url = `${repoUrl(world, repo)}/branches/${name}`;
  return ok({
    name,
    commit: presentCommit(world, repo, commit),
    _links: { self: url, html: `${world.url}/${repo.fullName}/tree/${name}` },
    protected: rulesetsOn(repo, `refs/heads/${name}`).length > 0,
    protection: { enabled: false },
    protection_url: `${url}/protection`,
  });
}

async function listTags(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const url = repoUrl(world, repo);
  return pageList(context, await repo.git.refs("refs/tags/"), async (ref) => {
    const name = ref.name.slice("refs/tags/".length);
    const commit = await repo.git.commit(ref.sha);
    const sha = commit?.sha ?? ref.sha;
    return {
      name,
      node_id: nodeId("REF", `${repo.id}:${ref.name}`),
      commit: { sha, url: `${url}/commits/${sha}` },
      zipball_url: `${url}/zipball/${ref.name}`,
      tarball_url: `${url}/tarball/${ref.name}`,
    };
  });
}

/** Refs, branches and tags. https://docs.github.com/en/rest/git/refs */
export const refRoutes: readonly Route[] = [
  repoRoute("GET /git/ref/{ref}", READ, getRef),
  repoRoute("GET /git/matching-refs/{ref}", READ, matchingRefs),
  repoRoute("POST /git/refs", WRITE, createRef),
  repoRoute("PATCH /git/refs/{ref}", WRITE, updateRef),
  repoRoute("DELETE /git/refs/{ref}", WRITE, deleteRef),
  repoRoute("GET /branches", READ, listBranches),
  repoRoute("GET /branches/{branch}", READ, getBranch),
  repoRoute("GET /tags", READ, listTags),
];
