import type { GitRepo } from "./git/repo.ts";

/** A JSON object as it goes over the wire. */
export type Json = { readonly [key: string]: unknown };

export type Role = "read" | "triage" | "write" | "maintain" | "admin";
export type Level = "read" | "write" | "admin";
export type Permissions = Readonly<Record<string, string>>;

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization";
  readonly token: string;
  readonly createdAt: Date;
}

export interface Org {
  readonly account: Account;
  readonly members: Map<string, "admin" | "member">;
  readonly teams: Map<string, Team>;
}

export interface Team {
  readonly id: number;
  readonly org: string;
  readonly slug: string;
  readonly members: Set<string>;
  readonly createdAt: Date;
}

export interface Hook {
  readonly url: string;
  readonly secret: string;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly clientId: string;
  readonly owner: Account;
  readonly bot: Account;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly createdAt: Date;
  hook: Hook | undefined;
}

export interface Installation {
  readonly id: number;
  readonly app: App;
  readonly account: Account;
  /** Full names; undefined stands for every repository of the account. */
  repos: Set<string> | undefined;
  readonly createdAt: Date;
}

export interface Label {
  readonly id: number;
  name: string;
  color: string;
  description: string | null;
}

export interface Comment {
  readonly id: number;
  readonly user: Account;
  readonly app: App | undefined;
  readonly issue: number;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly user: Account;
  readonly app: App | undefined;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: string | null;
  labels: string[];
  assignees: Account[];
  readonly createdAt: Date;
  updatedAt: Date;
  closedAt: Date | undefined;
  closedBy: Account | undefined;
  readonly pull: Pull | undefined;
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";

export interface Review {
  readonly id: number;
  readonly user: Account;
  readonly commitId: string;
  readonly submittedAt: Date;
  body: string;
  state: ReviewState;
}

export interface Pull {
  readonly id: number;
  base: string;
  /** The base branch's commit when the pull request was opened or its base last changed. */
  baseSha: string;
  readonly headOwner: Account;
  readonly headRepo: string;
  readonly headRef: string;
  headSha: string;
  draft: boolean;
  readonly maintainerCanModify: boolean;
  mergedAt: Date | undefined;
  mergedBy: Account | undefined;
  mergeSha: string | undefined;
  lastPusher: string;
  readonly reviews: Review[];
  requestedReviewers: Account[];
  requestedTeams: Team[];
}

export type PullIssue = Issue & { readonly pull: Pull };

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number | null;
  readonly end_column: number | null;
  readonly annotation_level: string;
  readonly title: string | null;
  readonly message: string;
  readonly raw_details: string | null;
}

export interface CheckSuite {
  readonly id: number;
  readonly app: App;
  readonly headSha: string;
  headBranch: string | null;
  readonly before: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
}

export interface CheckRun {
  readonly id: number;
  readonly app: App;
  readonly suite: CheckSuite;
  readonly headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | undefined;
  status: string;
  conclusion: string | null;
  startedAt: Date;
  completedAt: Date | undefined;
  output: { title: string | null; summary: string | null; text: string | null };
  readonly annotations: Annotation[];
  actions: readonly Json[];
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Account;
  readonly createdAt: Date;
}

export interface RulesetRule {
  readonly type: string;
  readonly parameters?: Json | undefined;
}

export interface BypassActor {
  readonly actor_id: number | null;
  readonly actor_type: string;
  readonly bypass_mode: "always" | "pull_request" | "exempt";
}

export interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly target: string;
  readonly enforcement: "active" | "disabled" | "evaluate";
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly RulesetRule[];
  readonly bypassActors: readonly BypassActor[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Dispatch {
  readonly kind: "repository_dispatch" | "workflow_dispatch";
  /** The event type, or the workflow's file name or id. */
  readonly name: string;
  readonly ref: string;
  readonly payload: Json;
  readonly sender: string;
}

export interface QueueEntry {
  readonly pull: number;
  readonly branch: string;
  readonly sha: string;
  readonly baseSha: string;
  readonly by: Account;
}

export interface RepoSettings {
  deleteBranchOnMerge: boolean;
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
}

export interface Repo {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly fullName: string;
  readonly private: boolean;
  readonly parent: string | undefined;
  readonly git: GitRepo;
  defaultBranch: string;
  description: string | null;
  readonly settings: RepoSettings;
  readonly collaborators: Map<string, Role>;
  readonly teams: Map<string, Role>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly labels: Map<string, Label>;
  readonly suites: Map<number, CheckSuite>;
  readonly runs: Map<number, CheckRun>;
  readonly statuses: Status[];
  readonly rulesets: Map<number, Ruleset>;
  readonly dispatches: Dispatch[];
  readonly queue: QueueEntry[];
  lastNumber: number;
  readonly createdAt: Date;
  updatedAt: Date;
  pushedAt: Date;
}

/** Who makes a request. */
export type Actor =
  | { readonly kind: "anonymous" }
  | { readonly kind: "user"; readonly user: Account }
  | { readonly kind: "app"; readonly app: App }
  | {
      readonly kind: "installation";
      readonly app: App;
      readonly user: Account;
      readonly installation: Installation;
      readonly permissions: Permissions;
      readonly repos: ReadonlySet<string> | undefined;
    };
