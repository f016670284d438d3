import * as z from "zod";
import type { Place, Task } from "./task.ts";

/** What is known of an event before its payload is read. */
export interface EventContext {
  /** The App's own id: only its own checks are its business. */
  readonly appId: number;
}

/** An event that Assay acts upon: what it reads of the payload, and the tasks that follow. */
type Handler = (payload: unknown, context: EventContext) => readonly Task[];

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const NOTHING = /^0+$/;

const inRepository = z.object({
  installation: z.object({ id: z.int() }),
  repository: z.object({
    name: z.string().min(1),
    owner: z.object({ login: z.string().min(1) }),
    default_branch: z.string(),
  }),
});

function placeOf({ installation, repository }: z.output<typeof inRepository>): Place {
  return { installationId: installation.id, owner: repository.owner.login, repo: repository.name };
}

const pullEvent = inRepository.extend({ pull_request: z.object({ number: z.int().positive() }) });

function onPull(payload: unknown): Task[] {
  const event = pullEvent.parse(payload);
  return [{ kind: "pull", ...placeOf(event), number: event.pull_request.number }];
}

const editedEvent = z.object({
  changes: z.object({ base: z.unknown().optional(), title: z.unknown().optional() }),
});

function onPullEdited(payload: unknown): Task[] {
  const { changes } = editedEvent.parse(payload);
  return changes.base === undefined && changes.title === undefined ? [] : onPull(payload);
}

const pushEvent = inRepository.extend({ ref: z.string(), before: sha, after: sha });

function onPush(payload: unknown): Task[] {
  const event = pushEvent.parse(payload);
  const { before, after } = event;
  if (event.ref !== `refs/heads/${event.repository.default_branch}` || NOTHING.test(after)) return [];
  const span = NOTHING.test(before) ? undefined : { before, after };
  return [{ kind: "default-branch", ...placeOf(event), span }];
}

const checkOf = z.object({ head_sha: sha, app: z.object({ id: z.int() }) });
const runEvent = inRepository.extend({ check_run: checkOf });
const suiteEvent = inRepository.extend({ check_suite: checkOf });

function onRun(payload: unknown, { appId }: EventContext): Task[] {
  const event = runEvent.parse(payload);
  const { app, head_sha: headSha } = event.check_run;
  return app.id === appId ? [{ kind: "commit", ...placeOf(event), headSha }] : [];
}

function onSuite(payload: unknown, { appId }: EventContext): Task[] {
  const event = suiteEvent.parse(payload);
  const { app, head_sha: headSha } = event.check_suite;
  return app.id === appId ? [{ kind: "commit", ...placeOf(event), headSha }] : [];
}

const branchRef = z
  .string()
  .startsWith("refs/heads/")
  .transform((ref) => ref.slice("refs/heads/".length));
const groupEvent = inRepository.extend({
  merge_group: z.object({ head_sha: sha, head_ref: branchRef, base_sha: sha, base_ref: branchRef }),
});

function onGroup(payload: unknown): Task[] {
  const event = groupEvent.parse(payload);
  const {
    head_sha: headSha,
    head_ref: headBranch,
    base_sha: baseSha,
    base_ref: baseBranch,
  } = event.merge_group;
  return [{ kind: "merge-group", ...placeOf(event), headSha, headBranch, baseSha, baseBranch }];
}

const repositories = z.array(z.object({ full_name: z.string() })).default([]);
const installationEvent = z.object({
  installation: z.object({ id: z.int() }),
  repositories,
  repositories_added: repositories,
});

function onInstallation(payload: unknown): Task[] {
  const event = installationEvent.parse(payload);
  return [...event.repositories, ...event.repositories_added].map(({ full_name: name }) => {
    const [owner = "", repo = ""] = name.split("/");
    const { id: installationId } = event.installation;
    return { kind: "default-branch", installationId, owner, repo, span: undefined };
  });
}

const HANDLERS = {
  "pull_request.opened": onPull,
  "pull_request.synchronize": onPull,
  "pull_request.reopened": onPull,
  "pull_request.ready_for_review": onPull,
  "pull_request.edited": onPullEdited,
  "pull_request_review.submitted": onPull,
  "pull_request_review.edited": onPull,
  "pull_request_review.dismissed": onPull,
  push: onPush,
  "check_run.rerequested": onRun,
  "check_suite.rerequested": onSuite,
  "merge_group.checks_requested": onGroup,
  "installation.created": onInstallation,
  "installation.unsuspend": onInstallation,
  "installation_repositories.added": onInstallation,
} as const satisfies Readonly<Record<string, Handler>>;

/** The name of an event that Assay acts upon, with its action where it has one. */
export type EventName = keyof typeof HANDLERS;

/** The events that Assay acts upon. */
export const EVENTS: readonly EventName[] = Object.keys(HANDLERS).filter(isEvent);

function isEvent(name: string): name is EventName {
  return Object.hasOwn(HANDLERS, name);
}

/** The tasks that follow from an event. Throws a `ZodError` for a payload that does not have the form GitHub documents. */
export function tasksOf(name: EventName, payload: unknown, context: EventContext): readonly Task[] {
  return HANDLERS[name](payload, context);
}
