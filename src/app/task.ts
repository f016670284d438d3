/** A repository as an installation of the App reaches it. */
export interface Place {
  readonly installationId: number;
  readonly owner: string;
  readonly repo: string;
}

/**
 * A piece of work: plain data that names things and holds no payload, so that a durable queue can keep it. Everything
 * else is fetched when the work is done, so the order in which webhooks arrive does not matter.
 */
export type Task = PullTask | BranchTask | AutomationTask | CommitTask | GroupTask;

/** Judge a pull request, tell, and merge it when it is ready. */
export interface PullTask extends Place {
  readonly kind: "pull";
  readonly number: number;
}

/** The default branch moved: judge the open pull requests that this may concern, and let automation go on. */
export interface BranchTask extends Place {
  readonly kind: "default-branch";
  /** What moved; undefined when everything has to be looked at. */
  readonly span: Span | undefined;
}

/** A stretch of a branch's history. */
export interface Span {
  readonly before: string;
  readonly after: string;
}

/** Open the promotions that automation wants now: time may have let a version qualify. */
export interface AutomationTask extends Place {
  readonly kind: "automation";
}

/** Somebody asked for the checks of a commit once more. */
export interface CommitTask extends Place {
  readonly kind: "commit";
  readonly headSha: string;
}

/** Judge what a merge queue is about to merge. Branches are named without `refs/heads/`. */
export interface GroupTask extends Place {
  readonly kind: "merge-group";
  readonly headSha: string;
  readonly headBranch: string;
  readonly baseSha: string;
  readonly baseBranch: string;
}

/** Tasks of one key are about the same thing: one of them runs at a time, and at most one waits. */
export function keyOf(task: Task): string {
  const place = `${task.installationId} ${task.owner}/${task.repo}`.toLowerCase();
  switch (task.kind) {
    case "pull":
      return `pull ${place} ${task.number}`;
    case "default-branch":
    case "automation":
      return `${task.kind} ${place}`;
    case "commit":
    case "merge-group":
      return `${task.kind} ${place} ${task.headSha}`;
  }
}

/** One task that does the work of two of the same key, the second of which came later. */
export function joinTasks(first: Task, second: Task): Task {
  if (first.kind !== "default-branch" || second.kind !== "default-branch") return second;
  return { ...second, span: joinSpans(first.span, second.span) };
}

/** Pushes that do not follow each other may be told in the wrong order, or one between them was never told. */
function joinSpans(first: Span | undefined, second: Span | undefined): Span | undefined {
  if (first === undefined || second === undefined) return undefined;
  if (first.after === second.before) return { before: first.before, after: second.after };
  if (second.after === first.before) return { before: second.before, after: first.after };
  return undefined;
}
