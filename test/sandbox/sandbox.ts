import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appPrivateKey } from "./auth.ts";
import { type FaultAct, type FaultMatch, Faults } from "./faults.ts";
import { type RateLimit, Limits } from "./limits.ts";
import { enqueuePull } from "./merge-queue.ts";
import { Router } from "./router.ts";
import { allRoutes } from "./routes/all.ts";
import { putRuleset, type RulesetBody } from "./rulesets.ts";
import { listen, type Observation, type RequestLog } from "./server.ts";
import type { Dispatch, Hook, QueueEntry } from "./state.ts";
import {
  actionsToken,
  addApp,
  addRepo,
  appBySlug,
  type AppOptions,
  install,
  presentSandboxRepo,
  type RepoOptions,
  type SandboxRepo,
} from "./setup.ts";
import { setMembers } from "./teams.ts";
import { type Delivery, Webhooks } from "./webhooks.ts";
import { World } from "./world.ts";

export type { FaultAct, FaultMatch } from "./faults.ts";
export type { RateLimit } from "./limits.ts";
export type { RulesetBody } from "./rulesets.ts";
export type { Observation, RequestLog } from "./server.ts";
export type { Dispatch, QueueEntry, Role } from "./state.ts";
export type { AppOptions, RepoOptions, SandboxRepo } from "./setup.ts";
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

/** Starts a sandbox on a free loopback port; `stop` ends it and removes its files. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? (() => new Date());
  const root = mkdtempSync(join(tmpdir(), "sandbox-"));
  const webhooks = new Webhooks(now);
  const world = new World({ root, now, webhooks });
  const limits = new Limits();
  const faults = new Faults();
  const log: RequestLog[] = [];
  const router = new Router(allRoutes(limits));
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
