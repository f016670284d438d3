import { randomBytes } from "node:crypto";
import { makeInstallationToken } from "./auth.ts";
import { emitInstallation } from "./events.ts";
import type { TreeEntry } from "./git/trees.ts";
import { signatureOf } from "./identity.ts";
import { presentRepo } from "./present/repos.ts";
import type { App, Hook, Installation, Permissions, Repo, Role } from "./state.ts";
import type { World } from "./world.ts";

export interface SandboxRepo {
  readonly id: number;
  readonly fullName: string;
  /** The bare repository on disk; other programs may write to it. */
  readonly gitDir: string;
  readonly cloneUrl: string;
}

export interface RepoOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly defaultBranch?: string;
  /** Roles of users by login. */
  readonly collaborators?: Readonly<Record<string, Role>>;
  /** Roles of the owning organization's teams by slug. */
  readonly teams?: Readonly<Record<string, Role>>;
  readonly private?: boolean;
}

export interface AppOptions {
  readonly slug: string;
  readonly owner?: string;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly webhook?: Hook;
}

const ACTIONS_APP_ID = 15_368;
const ACTIONS_PERMISSIONS = {
  actions: "write",
  checks: "write",
  contents: "write",
  deployments: "write",
  issues: "write",
  pull_requests: "write",
  statuses: "write",
} as const;

/** A repository as tests see it. */
export function presentSandboxRepo(world: World, repo: Repo): SandboxRepo {
  return {
    id: repo.id,
    fullName: repo.fullName,
    gitDir: repo.git.dir,
    cloneUrl: `${world.url}/${repo.fullName}.git`,
  };
}

/** Writes files as one tree; paths are split at slashes. */
function plantTree(repo: Repo, files: readonly (readonly [string, string])[]): string {
  const entries: TreeEntry[] = [];
  const folders = new Map<string, [string, string][]>();
  for (const [path, content] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) entries.push({ mode: "100644", name: path, sha: repo.git.writeBlob(content) });
    else {
      const inner = folders.get(path.slice(0, slash)) ?? [];
      folders.set(path.slice(0, slash), [...inner, [path.slice(slash + 1), content]]);
    }
  }
  for (const [name, inner] of folders) entries.push({ mode: "040000", name, sha: plantTree(repo, inner) });
  return repo.git.writeTree(entries);
}

function splitName(fullName: string): { owner: string; name: string } {
  const [owner = "", name = ""] = fullName.split("/");
  if (owner === "" || name === "") throw new Error(`"${fullName}" is not an "owner/name".`);
  return { owner, name };
}

/** Makes a repository with one commit of files, if any. */
export function addRepo(world: World, fullName: string, options: RepoOptions): Repo {
  const { owner: login, name } = splitName(fullName);
  const owner = world.addAccount(login, "User");
  const { defaultBranch = "main" } = options;
  const repo = world.addRepo({ owner, name, defaultBranch, private: options.private ?? false });
  for (const [user, role] of Object.entries(options.collaborators ?? {})) {
    repo.collaborators.set(world.addAccount(user, "User").login.toLowerCase(), role);
  }
  for (const [slug, role] of Object.entries(options.teams ?? {})) repo.teams.set(slug, role);
  if (options.files) {
    const tree = plantTree(repo, Object.entries(options.files));
    const author = signatureOf(world, owner);
    const sha = repo.git.writeCommit({
      tree,
      parents: [],
      author,
      committer: author,
      message: "Initial commit",
    });
    repo.git.plantRef(`refs/heads/${defaultBranch}`, sha);
  }
  return repo;
}

/** Registers an App. */
export function addApp(world: World, options: AppOptions, id: number): App {
  const { slug, permissions, events, webhook } = options;
  const owner = world.addAccount(options.owner ?? slug, "User");
  const clientId = `Iv23${randomBytes(8).toString("hex")}`;
  const bot = world.botOf(slug);
  const app = { id, slug, clientId, owner, bot, permissions, events, createdAt: world.now(), hook: webhook };
  world.apps.set(slug, app);
  return app;
}

/** The App of a slug; throws for an unknown one. */
export function appBySlug(world: World, slug: string): App {
  const app = world.apps.get(slug);
  if (!app) throw new Error(`There is no App "${slug}". Add it with addApp first.`);
  return app;
}

/** Installs an App on an account, on some or all of its repositories, and tells it. */
export function install(
  world: World,
  app: App,
  place: { account: string; repos: readonly string[] | undefined },
): Installation {
  const account = world.account(place.account);
  const repos =
    place.repos &&
    new Set(
      place.repos.map((name) => (name.includes("/") ? name : `${account.login}/${name}`).toLowerCase()),
    );
  const installation = { id: world.nextId(), app, account, repos, createdAt: world.now() };
  world.installations.set(installation.id, installation);
  const reached = [...world.repos.values()].filter((repo) =>
    world.installationsOn(repo).includes(installation),
  );
  const payload = { repositories: reached.map((repo) => presentRepo(world, repo)) };
  emitInstallation(world, installation, {
    event: "installation",
    action: "created",
    sender: account,
    payload,
  });
  return installation;
}

/** Makes a workflow's GITHUB_TOKEN for one repository. */
export function actionsToken(world: World, repo: Repo): string {
  const slug = "github-actions";
  const permissions = ACTIONS_PERMISSIONS;
  const app =
    world.apps.get(slug) ?? addApp(world, { slug, owner: "github", permissions, events: [] }, ACTIONS_APP_ID);
  const repos = new Set([repo.fullName.toLowerCase()]);
  const installation = { id: world.nextId(), app, account: repo.owner, repos, createdAt: world.now() };
  return makeInstallationToken(world, { installation, permissions, repos }).token;
}
