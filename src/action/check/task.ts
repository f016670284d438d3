import { context } from "@actions/github";
import * as z from "zod";
import { AssayError } from "../../format/error.ts";

/** What is to be checked: one pull request, an entry of the merge queue, or all open pull requests. */
export type Task =
  | { readonly kind: "pull"; readonly number: number }
  | ({ readonly kind: "group" } & MergeGroup)
  | { readonly kind: "open" };

/** An entry of a merge queue: its pull request on top of what is queued before it. */
export interface MergeGroup {
  readonly number: number;
  readonly headSha: string;
  readonly baseSha: string;
}

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const pullEvent = z.object({ pull_request: z.object({ number: z.int().positive() }) });
const groupEvent = z.object({
  merge_group: z.object({ head_sha: sha, base_sha: sha, head_ref: z.string() }),
});

/**
 * What the event asks to check. Throws `usage` for an event that lacks what it should have.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function readTask(pullRequest: number | undefined): Task {
  if (pullRequest !== undefined) return { kind: "pull", number: pullRequest };
  switch (context.eventName) {
    case "pull_request":
    case "pull_request_target":
    case "pull_request_review":
      return { kind: "pull", number: readEvent(pullEvent).pull_request.number };
    case "merge_group":
      return groupOf(readEvent(groupEvent).merge_group);
    default:
      return { kind: "open" };
  }
}

/** GitHub names the branch of an entry `gh-readonly-queue/main/pr-12-<base>`. */
function groupOf(group: z.output<typeof groupEvent>["merge_group"]): Task {
  const number = /\/pr-([1-9][0-9]{0,9})-[0-9a-f]{7,64}$/.exec(group.head_ref)?.[1];
  if (number === undefined)
    throw new AssayError("usage", `The merge queue's branch "${group.head_ref}" names no pull request.`);
  return { kind: "group", number: Number(number), headSha: group.head_sha, baseSha: group.base_sha };
}

function readEvent<T>(schema: z.ZodType<T>): T {
  const event = schema.safeParse(context.payload);
  if (event.success) return event.data;
  throw new AssayError("usage", `The event "${context.eventName}" does not say what to check.`, {
    hint: 'Set the input "pull-request".',
  });
}
