import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appPrivateKey, makeInstallationToken } from "./auth.ts";
import { emitInstallation } from "./events.ts";
import { type FaultAct, type FaultMatch, Faults } from "./faults.ts";
import type { TreeEntry } from "./git/trees.ts";
import { type RateLimit, Limits } from "./limits.ts";
import { signatureOf } from "./identity.ts";
import { enqueuePull } from "./merge-queue.ts";
import { presentRepo } from "./present/repos.ts";
import { Router } from "./router.ts";
import { appRoutes } from "./routes/apps.ts";
import { checkRoutes } from "./routes/checks.ts";
import { commentRoutes } from "./routes/comments.ts";
import { commitRoutes } from "./routes/commits.ts";
import { contentRoutes } from "./routes/contents.ts";
import { gitRoutes } from "./routes/git.ts";
import { issueRoutes } from "./routes/issues.ts";
import { labelRoutes } from "./routes/labels.ts";
import { orgRoutes } from "./routes/orgs.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { refRoutes } from "./routes/refs.ts";
import { repoRoutes } from "./routes/repos.ts";
import { reviewRoutes } from "./routes/reviews.ts";
import { rulesetRoutes } from "./routes/rulesets.ts";
import { statusRoutes } from "./routes/statuses.ts";
import { putRuleset, type RulesetBody } from "./rulesets.ts";
import { listen, type Observation, type RequestLog } from "./server.ts";
import type { App, Dispatch, Hook, Installation, Permissions, QueueEntry, Repo, Role } from "./state.ts";
import { setMembers } from "./teams.ts";
import { type Delivery, Webhooks } from "./webhooks.ts";
import { World } from "./world.ts";

export type { FaultAct, FaultMatch } from "./faults.ts";
export type { RateLimit } from "./limits.ts";
export type { RulesetBody } from "./rulesets.ts";
export type { Observation, RequestLog } from "./server.ts";
export type { Dispatch, QueueEntry, Role } from "./state.ts";
export type { Delivery } from "./webhooks.ts";

export interface SandboxOptions {
  /** The clock of every timestamp; real time unless given. Tokens expire by real time. */
  readonly now?: () => Date;
  /** Is told of every JSON answer. */
  readonly observe?: (answer: Observation) => void;
}

export interface SandboxUser {
  readonly login: string;
  readonly id: number;
  /** A personal access token. */
  readonly token: string;
}

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

export interface SandboxApp {
  readonly id: number;
  readonly slug: string;
  /** PEM. */
  readonly privateKey: string;
  readonly clientId: string;
}

/** A GitHub of its own on a loopback port. */
export interface Sandbox {
  readonly url: string;
  addUser(login: string): SandboxUser;
  addOrg(
    login: string,
    members?: Readonly<Record<string, "admin" | "member">>,
  ): { login: string; id: number };
  addTeam(org: string, slug: string, members: readonly string[]): { id: number; slug: string };
  setTeamMembers(org: string, slug: string, members: readonly string[]): void;
  addRepo(fullName: string, options?: RepoOptions): SandboxRepo;
  addFork(fullName: string, owner: string): SandboxRepo;
  addApp(options: AppOptions): SandboxApp;
  install(slug: string, account: string, repos?: readonly string[]): { installationId: number };
  setWebhook(slug: string, hook: Hook): void;
  userToken(login: string): string;
  /** A workflow's GITHUB_TOKEN for one repository. */
  actionsToken(fullName: string): string;
  addRuleset(fullName: string, ruleset: RulesetBody): { id: number };
  readonly requests: readonly RequestLog[];
  clearRequests(): void;
  fault(match: FaultMatch, act: FaultAct): void;
  /** Sets the rate limit of a user (by login) or an App (by slug). */
  setRateLimit(name: string, limit: RateLimit): void;
  /** The dispatches a repository has received, oldest first. */
  dispatches(fullName: string): readonly Dispatch[];
  /** Puts a pull request into the merge queue in the name of its author. */
  enqueue(fullName: string, pullNumber: number): Promise<QueueEntry>;
  readonly deliveries: readonly Delivery[];
  redeliver(deliveryId: number): void;
  dropDeliveries(count: number): void;
  settle(): Promise<void>;
  stop(): Promise<void>;
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

function presentSandboxRepo(world: World, repo: Repo): SandboxRepo {
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

function addRepo(world: World, fullName: string, options: RepoOptions): Repo {
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

function addApp(world: World, options: AppOptions, id: number): App {
  const { slug, permissions, events, webhook } = options;
  const owner = world.addAccount(options.owner ?? slug, "User");
  const clientId = `Iv23${randomBytes(8).toString("hex")}`;
  const bot = world.botOf(slug);
  const app = { id, slug, clientId, owner, bot, permissions, events, createdAt: world.now(), hook: webhook };
  world.apps.set(slug, app);
  return app;
}

function appBySlug(world: World, slug: string): App {
  const app = world.apps.get(slug);
  if (!app) throw new Error(`There is no App "${slug}". Add it with addApp first.`);
  return app;
}

function install(
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

function actionsToken(world: World, repo: Repo): string {
  const slug = "github-actions";
  const permissions = ACTIONS_PERMISSIONS;
  const app =
    world.apps.get(slug) ?? addApp(world, { slug, owner: "github", permissions, events: [] }, ACTIONS_APP_ID);
  const repos = new Set([repo.fullName.toLowerCase()]);
  const installation = { id: world.nextId(), app, account: repo.owner, repos, createdAt: world.now() };
  return makeInstallationToken(world, { installation, permissions, repos }).token;
}

/** Starts a sandbox on a free loopback port; `stop` ends it and removes its files. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? (() => new Date());
  const root = mkdtempSync(join(tmpdir(), "sandbox-"));
  const webhooks = new Webhooks(now);
  const world = new World({ root, now, webhooks });
  const limits = new Limits();
  const faults = new Faults();
  const log: RequestLog[] = [];
  const router = new Router([
    ...gitRoutes,
    ...refRoutes,
    ...contentRoutes,
    ...commitRoutes,
    ...repoRoutes,
    ...pullRoutes,
    ...reviewRoutes,
    ...checkRoutes,
    ...statusRoutes,
    ...issueRoutes,
    ...labelRoutes,
    ...commentRoutes,
    ...orgRoutes,
    ...rulesetRoutes,
    ...appRoutes(limits),
  ]);
  const server = await listen({ world, router, limits, faults, log, observe: options.observe });

  return {
    url: world.url,
    requests: log,
    deliveries: webhooks.log,
    addUser: (login) => {
      const { id, token } = world.addAccount(login, "User");
      return { login, id, token };
    },
    addOrg: (login, members = {}) => {
      const { account, members: known } = world.addOrg(login);
      for (const [user, role] of Object.entries(members))
        known.set(world.addAccount(user, "User").login, role);
      return { login, id: account.id };
    },
    addTeam: (org, slug, members) => {
      const team = { id: world.nextId(), org, slug, members: new Set<string>(), createdAt: now() };
      for (const login of members) world.addAccount(login, "User");
      const { account, teams } = world.addOrg(org);
      teams.set(slug, team);
      setMembers(world, { team, logins: members, sender: account });
      return { id: team.id, slug };
    },
    setTeamMembers: (org, slug, members) => {
      for (const login of members) world.addAccount(login, "User");
      setMembers(world, { team: world.team(org, slug), logins: members, sender: world.account(org) });
    },
    addRepo: (fullName, repoOptions = {}) => presentSandboxRepo(world, addRepo(world, fullName, repoOptions)),
    addFork: (fullName, login) => {
      const parent = world.repo(fullName);
      const owner = world.addAccount(login, "User");
      const { name, defaultBranch } = parent;
      const fork = world.addRepo({ owner, name, defaultBranch, private: parent.private, parent });
      const tip = parent.git.readRefNow(`refs/heads/${defaultBranch}`);
      if (tip) fork.git.plantRef(`refs/heads/${defaultBranch}`, tip);
      return presentSandboxRepo(world, fork);
    },
    addApp: (appOptions) => {
      const { id, slug, clientId } = addApp(world, appOptions, world.nextId());
      return { id, slug, clientId, privateKey: appPrivateKey() };
    },
    install: (slug, account, repos) => ({
      installationId: install(world, appBySlug(world, slug), { account, repos }).id,
    }),
    setWebhook: (slug, hook) => {
      appBySlug(world, slug).hook = hook;
    },
    userToken: (login) => world.account(login).token,
    actionsToken: (fullName) => actionsToken(world, world.repo(fullName)),
    addRuleset: (fullName, ruleset) => ({
      id: putRuleset(world, world.repo(fullName), { body: ruleset, old: undefined }).id,
    }),
    clearRequests: () => {
      log.length = 0;
    },
    fault: (match, act) => faults.plan(match, act),
    setRateLimit: (name, limit) => limits.set(name, limit),
    dispatches: (fullName) => world.repo(fullName).dispatches,
    enqueue: (fullName, number) => {
      const repo = world.repo(fullName);
      return enqueuePull(world, repo, { number, sender: world.pull(repo, number).user });
    },
    redeliver: (deliveryId) => {
      const delivery = webhooks.log.find(({ id }) => id === deliveryId);
      const app = [...world.apps.values()].find(({ id }) => id === delivery?.appId);
      if (!app || !webhooks.redeliver(deliveryId, app))
        throw new Error(`There is no delivery ${deliveryId}.`);
    },
    dropDeliveries: (count) => webhooks.drop(count),
    settle: () => webhooks.settle(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await webhooks.settle();
      for (const repo of world.repos.values()) repo.git.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
