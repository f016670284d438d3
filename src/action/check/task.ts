import { context } from "@actions/github";
import * as z from "zod";
import type { MergeGroup } from "../../flows/judge-group.ts";
import { memberOf } from "../../flows/judge-group.ts";
import { AssayError } from "../../format/error.ts";

/** What is to be checked: one pull request, an entry of the merge queue, or all open pull requests. */
export type Task =
  | { readonly kind: "pull"; readonly number: number }
  | ({ readonly kind: "group"; readonly number: number } & MergeGroup)
  | { readonly kind: "open" };

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const branch = z.string().transform((ref) => ref.replace(/^refs\/heads\//, ""));
const pullEvent = z.object({ pull_request: z.object({ number: z.int().positive() }) });
const groupEvent = z.object({
  merge_group: z.object({ head_sha: sha, base_sha: sha, head_ref: branch, base_ref: branch }),
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

function groupOf(group: z.output<typeof groupEvent>["merge_group"]): Task {
  const { head_ref: headBranch, head_sha: headSha, base_ref: baseBranch, base_sha: baseSha } = group;
  const number = memberOf(headBranch, baseBranch);
  if (number === undefined)
    throw new AssayError("usage", `The merge queue's branch "${headBranch}" names no pull request.`);
  return { kind: "group", number, headBranch, headSha, baseBranch, baseSha };
}

function readEvent<T>(schema: z.ZodType<T>): T {
  const event = schema.safeParse(context.payload);
  if (event.success) return event.data;
  throw new AssayError("usage", `The event "${context.eventName}" does not say what to check.`, {
    hint: 'Set the input "pull-request".',
  });
}
