import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { presentComment, presentIssue } from "../present/issues.ts";
import { notFound, Problem } from "../problem.ts";
import {
  created,
  noContent,
  numberParam,
  ok,
  pageList,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { Comment } from "../state.ts";
import { actorAccount } from "../world.ts";
import { appOf, requireBody } from "./issues.ts";

const READ = { permission: "issues", or: "pull_requests", level: "read" } as const;
const WRITE = { permission: "issues", or: "pull_requests", level: "write", role: "read" } as const;

function emitComment(context: RepoContext, comment: Comment, action: string): void {
  const { world, repo, actor } = context;
  const payload = {
    issue: presentIssue(world, repo, world.issue(repo, comment.issue)),
    comment: presentComment(world, repo, comment),
  };
  emitRepoEvent(world, repo, { event: "issue_comment", action, sender: actorAccount(actor), payload });
}

function commentOf(context: RepoContext): Comment {
  const comment = context.repo.comments.get(numberParam(context, "comment_id"));
  if (!comment) throw notFound();
  return comment;
}

function requireAuthorOrWrite(context: RepoContext, comment: Comment): void {
  const { world, repo, actor } = context;
  if (actor.kind !== "user" || actor.user.id === comment.user.id || world.canWrite(repo, actor.user)) return;
  throw new Problem(403, "Must have admin rights to Repository.");
}

function createComment(context: RepoContext): Reply {
  const { world, repo, actor } = context;
  const issue = world.issue(repo, numberParam(context, "issue_number"));
  const { body } = readBody(context, z.object({ body: z.string().min(1) }));
  const now = world.now();
  const comment: Comment = {
    id: world.nextId(),
    user: actorAccount(actor),
    app: appOf(actor),
    issue: issue.number,
    body: requireBody(body) ?? "",
    createdAt: now,
    updatedAt: now,
  };
  repo.comments.set(comment.id, comment);
  issue.updatedAt = now;
  emitComment(context, comment, "created");
  return created(presentComment(world, repo, comment));
}

function listComments(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const issue = world.issue(repo, numberParam(context, "issue_number"));
  const items = [...repo.comments.values()].filter((comment) => comment.issue === issue.number);
  return pageList(context, items, (comment) => presentComment(world, repo, comment));
}

function updateComment(context: RepoContext): Reply {
  const { world, repo } = context;
  const comment = commentOf(context);
  requireAuthorOrWrite(context, comment);
  comment.body = requireBody(readBody(context, z.object({ body: z.string().min(1) })).body) ?? "";
  comment.updatedAt = world.now();
  emitComment(context, comment, "edited");
  return ok(presentComment(world, repo, comment));
}

function deleteComment(context: RepoContext): Reply {
  const comment = commentOf(context);
  requireAuthorOrWrite(context, comment);
  context.repo.comments.delete(comment.id);
  emitComment(context, comment, "deleted");
  return noContent();
}

/** Comments on issues and pull requests. https://docs.github.com/en/rest/issues/comments */
export const commentRoutes: readonly Route[] = [
  repoRoute("GET /issues/{issue_number}/comments", READ, listComments),
  repoRoute("POST /issues/{issue_number}/comments", WRITE, createComment),
  repoRoute("GET /issues/comments/{comment_id}", READ, (context) =>
    ok(presentComment(context.world, context.repo, commentOf(context))),
  ),
  repoRoute("PATCH /issues/comments/{comment_id}", WRITE, updateComment),
  repoRoute("DELETE /issues/comments/{comment_id}", WRITE, deleteComment),
];
