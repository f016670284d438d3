import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { GitRepo } from "./git/repo.ts";
import { notFound } from "./problem.ts";
import type { Account, Actor, App, Installation, Issue, Org, PullIssue, Repo, Role, Team } from "./state.ts";
import type { Webhooks } from "./webhooks.ts";

/** What a token stands for, other than a user's own. */
export type TokenActor = Extract<Actor, { kind: "installation" }> & { readonly expiresAt: number };

const ROLES: readonly Role[] = ["read", "triage", "write", "maintain", "admin"];

/** Whether one role includes another. */
export function roleIncludes(held: Role | undefined, wanted: Role): boolean {
  return held !== undefined && ROLES.indexOf(held) >= ROLES.indexOf(wanted);
}

/** Everything the server knows besides git data. */
export class World {
  readonly now: () => Date;
  readonly root: string;
  readonly webhooks: Webhooks;
  readonly accounts = new Map<string, Account>();
  readonly orgs = new Map<string, Org>();
  readonly repos = new Map<string, Repo>();
  readonly apps = new Map<string, App>();
  readonly installations = new Map<number, Installation>();
  readonly tokens = new Map<string, TokenActor>();
  /** Commits that GitHub signed itself. */
  readonly verified = new Set<string>();
  url = "";
  #lastId = 1000;

  constructor(options: { root: string; now: () => Date; webhooks: Webhooks }) {
    this.root = options.root;
    this.now = options.now;
    this.webhooks = options.webhooks;
    this.addAccount("web-flow", "User");
  }

  nextId(): number {
    return ++this.#lastId;
  }

  addAccount(login: string, type: Account["type"]): Account {
    const known = this.accounts.get(login.toLowerCase());
    if (known) return known;
    const token = `ghp_${randomBytes(18).toString("hex")}`;
    const account = { id: this.nextId(), login, type, token, createdAt: this.now() };
    this.accounts.set(login.toLowerCase(), account);
    return account;
  }

  addOrg(login: string): Org {
    const known = this.orgs.get(login.toLowerCase());
    if (known) return known;
    const account = this.addAccount(login, "Organization");
    const org = { account, members: new Map(), teams: new Map() };
    this.orgs.set(login.toLowerCase(), org);
    return org;
  }

  account(login: string): Account {
    const found = this.accounts.get(login.toLowerCase());
    if (!found) throw notFound();
    return found;
  }

  org(login: string): Org {
    const found = this.orgs.get(login.toLowerCase());
    if (!found) throw notFound();
    return found;
  }

  team(org: string, slug: string): Team {
    const found = this.org(org).teams.get(slug.toLowerCase());
    if (!found) throw notFound();
    return found;
  }

  repo(fullName: string): Repo {
    const found = this.repos.get(fullName.toLowerCase());
    if (!found) throw notFound();
    return found;
  }

  issue(repo: Repo, number: number): Issue {
    const found = repo.issues.get(number);
    if (!found) throw notFound();
    return found;
  }

  pull(repo: Repo, number: number): PullIssue {
    const found = this.issue(repo, number);
    if (!isPull(found)) throw notFound();
    return found;
  }

  /** The bot account of `github-actions`, `web-flow` and the like, made when first asked for. */
  botOf(slug: string): Account {
    return this.addAccount(`${slug}[bot]`, "Bot");
  }

  addRepo(options: {
    readonly owner: Account;
    readonly name: string;
    readonly defaultBranch: string;
    readonly private: boolean;
    readonly parent?: Repo;
  }): Repo {
    const { owner, name, parent } = options;
    const now = this.now();
    const dir = join(this.root, owner.login, `${name}.git`);
    const repo: Repo = {
      id: this.nextId(),
      owner,
      name,
      fullName: `${owner.login}/${name}`,
      private: options.private,
      parent: parent?.fullName,
      git: GitRepo.create(dir, options.defaultBranch, parent?.git.dir),
      defaultBranch: options.defaultBranch,
      description: null,
      settings: {
        deleteBranchOnMerge: false,
        allowMergeCommit: true,
        allowSquashMerge: true,
        allowRebaseMerge: true,
      },
      collaborators: new Map(),
      teams: new Map(),
      issues: new Map(),
      comments: new Map(),
      labels: new Map(),
      suites: new Map(),
      runs: new Map(),
      statuses: [],
      rulesets: new Map(),
      dispatches: [],
      queue: [],
      lastNumber: 0,
      createdAt: now,
      updatedAt: now,
      pushedAt: now,
    };
    this.repos.set(repo.fullName.toLowerCase(), repo);
    return repo;
  }

  /** A user's role in a repository, or undefined for none. Public repositories are readable by all. */
  roleOf(repo: Repo, user: Account): Role | undefined {
    const org = this.orgs.get(repo.owner.login.toLowerCase());
    if (repo.owner.id === user.id || org?.members.get(user.login) === "admin") return "admin";
    const held = [repo.collaborators.get(user.login.toLowerCase())];
    for (const [slug, role] of repo.teams) {
      if (org?.teams.get(slug)?.members.has(user.login)) held.push(role);
    }
    if (org?.members.has(user.login) || !repo.private) held.push("read");
    return held.reduce((best, role) => (role && !roleIncludes(best, role) ? role : best), undefined);
  }

  /** Whether the repository's own people count a review or a push of this account. */
  canWrite(repo: Repo, user: Account): boolean {
    return roleIncludes(this.roleOf(repo, user), "write");
  }

  /** The installations that reach a repository. */
  installationsOn(repo: Repo): Installation[] {
    return [...this.installations.values()].filter(
      ({ account, repos }) =>
        account.id === repo.owner.id && (!repos || repos.has(repo.fullName.toLowerCase())),
    );
  }

  /** The account whose commits carry an email address, or undefined. */
  accountByEmail(email: string): Account | undefined {
    const login = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
    if (login) return this.accounts.get(login.toLowerCase());
    return email === "noreply@github.com" ? this.accounts.get("web-flow") : undefined;
  }
}

/** The address under which an account's own commits are made. */
export function noreplyEmail(account: Account): string {
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

/** Whether an issue is a pull request. */
export function isPull(issue: Issue): issue is PullIssue {
  return issue.pull !== undefined;
}

/** A stable opaque id in the manner of GitHub's `node_id`. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${createHash("sha1").update(`${kind}:${id}`).digest("base64url").slice(0, 16)}`;
}

/** The account in whose name an actor does things; anonymous requests and Apps as such have none. */
export function actorAccount(actor: Actor): Account {
  if (actor.kind === "user" || actor.kind === "installation") return actor.user;
  throw notFound();
}
