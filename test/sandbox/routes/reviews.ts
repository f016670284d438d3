import { z } from "zod";
import { emitRepoEvent } from "../events.ts";
import { presentPull, presentReview } from "../present/pulls.ts";
import { presentTeam, presentUser } from "../present/accounts.ts";
import { notFound, Problem } from "../problem.ts";
import { emitPull } from "../pulls.ts";
import {
  created,
  numberParam,
  ok,
  pageList,
  readBody,
  type RepoContext,
  type Reply,
  repoRoute,
  type Route,
} from "../router.ts";
import type { PullIssue, Review, ReviewState } from "../state.ts";
import { actorAccount } from "../world.ts";
import { pullOf } from "./pulls.ts";

const READ = { permission: "pull_requests", level: "read" } as const;
const REVIEW = { permission: "pull_requests", level: "write", role: "read" } as const;
const WRITE = { permission: "pull_requests", level: "write" } as const;

const STATES = { APPROVE: "APPROVED", REQUEST_CHANGES: "CHANGES_REQUESTED", COMMENT: "COMMENTED" } as const;
const reviewSchema = z.object({
  event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]).optional(),
  body: z.string().optional(),
  commit_id: z.string().optional(),
});

function emitReview(context: RepoContext, what: { issue: PullIssue; review: Review; action: string }): void {
  const { world, repo, actor } = context;
  const { issue, review, action } = what;
  const shown = presentReview(world, repo, { issue, review });
  const payload = {
    // Webhooks write review states in lower case, the REST API in upper case.
    review: { ...shown, state: review.state.toLowerCase() },
    pull_request: presentPull(world, repo, issue),
  };
  emitRepoEvent(world, repo, { event: "pull_request_review", action, sender: actorAccount(actor), payload });
}

async function createReview(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const issue = await pullOf(context);
  const user = actorAccount(actor);
  const { event, body = "", commit_id: commit } = readBody(context, reviewSchema);
  const state: ReviewState = event === undefined ? "PENDING" : STATES[event];
  if (user.id === issue.user.id && (event === "APPROVE" || event === "REQUEST_CHANGES")) {
    const what = event === "APPROVE" ? "approve" : "request changes on";
    throw new Problem(422, "Unprocessable Entity", [`Review Can not ${what} your own pull request`]);
  }
  if (body === "" && (event === "REQUEST_CHANGES" || event === "COMMENT")) {
    throw new Problem(422, "Unprocessable Entity", ["Body can't be blank"]);
  }
  const commitId = commit ?? issue.pull.headSha;
  if (!(await repo.git.info(commitId)))
    throw new Problem(422, "Unprocessable Entity", ["commit_id is not part of the pull request"]);
  const review = { id: world.nextId(), user, commitId, submittedAt: world.now(), body, state };
  issue.pull.reviews.push(review);
  if (state !== "PENDING") {
    issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter(({ id }) => id !== user.id);
    emitReview(context, { issue, review, action: "submitted" });
  }
  return ok(presentReview(world, repo, { issue, review }));
}

async function listReviews(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const issue = await pullOf(context);
  return pageList(context, issue.pull.reviews, (review) => presentReview(world, repo, { issue, review }));
}

function reviewOf(context: RepoContext, issue: PullIssue): Review {
  const review = issue.pull.reviews.find(({ id }) => id === numberParam(context, "review_id"));
  if (!review) throw notFound();
  return review;
}

async function getReview(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const issue = await pullOf(context);
  return ok(presentReview(world, repo, { issue, review: reviewOf(context, issue) }));
}

async function dismiss(context: RepoContext): Promise<Reply> {
  const { world, repo } = context;
  const issue = await pullOf(context);
  const review = reviewOf(context, issue);
  readBody(context, z.object({ message: z.string() }));
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    throw new Problem(422, "Unprocessable Entity", [
      "Can not dismiss a review that is not approved or requesting changes",
    ]);
  }
  review.state = "DISMISSED";
  emitReview(context, { issue, review, action: "dismissed" });
  return ok(presentReview(world, repo, { issue, review }));
}

const requestSchema = z.object({
  reviewers: z.array(z.string()).default([]),
  team_reviewers: z.array(z.string()).default([]),
});

async function requestReviewers(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const issue = await pullOf(context);
  const { pull } = issue;
  const { reviewers, team_reviewers: slugs } = readBody(context, requestSchema);
  const sender = actorAccount(actor);
  if (reviewers.some((login) => login.toLowerCase() === issue.user.login.toLowerCase())) {
    throw new Problem(422, "Review cannot be requested from pull request author.");
  }
  for (const login of reviewers) {
    const user = world.accounts.get(login.toLowerCase());
    if (!user || !world.roleOf(repo, user))
      throw new Problem(
        422,
        `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${repo.fullName} repository.`,
      );
    if (!pull.requestedReviewers.includes(user)) pull.requestedReviewers.push(user);
    emitPull(world, repo, {
      issue,
      action: "review_requested",
      sender,
      extra: { requested_reviewer: presentUser(world, user) },
    });
  }
  for (const slug of slugs) {
    const team = world.team(repo.owner.login, slug);
    if (!pull.requestedTeams.includes(team)) pull.requestedTeams.push(team);
    emitPull(world, repo, {
      issue,
      action: "review_requested",
      sender,
      extra: { requested_team: presentTeam(world, team) },
    });
  }
  return created(presentPull(world, repo, issue));
}

async function removeReviewers(context: RepoContext): Promise<Reply> {
  const { world, repo, actor } = context;
  const issue = await pullOf(context);
  const { reviewers, team_reviewers: slugs } = readBody(context, requestSchema);
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter(
    ({ login }) => !reviewers.includes(login),
  );
  issue.pull.requestedTeams = issue.pull.requestedTeams.filter(({ slug }) => !slugs.includes(slug));
  emitPull(world, repo, { issue, action: "review_request_removed", sender: actorAccount(actor) });
  return ok(presentPull(world, repo, issue));
}

async function listRequested(context: RepoContext): Promise<Reply> {
  const { world } = context;
  const { pull } = await pullOf(context);
  return ok({
    users: pull.requestedReviewers.map((user) => presentUser(world, user)),
    teams: pull.requestedTeams.map((team) => presentTeam(world, team)),
  });
}

/** Reviews and requests for them. https://docs.github.com/en/rest/pulls/reviews */
export const reviewRoutes: readonly Route[] = [
  repoRoute("GET /pulls/{pull_number}/reviews", READ, listReviews),
  repoRoute("POST /pulls/{pull_number}/reviews", REVIEW, createReview),
  repoRoute("GET /pulls/{pull_number}/reviews/{review_id}", READ, getReview),
  repoRoute("PUT /pulls/{pull_number}/reviews/{review_id}/dismissals", WRITE, dismiss),
  repoRoute("GET /pulls/{pull_number}/requested_reviewers", READ, listRequested),
  repoRoute("POST /pulls/{pull_number}/requested_reviewers", WRITE, requestReviewers),
  repoRoute("DELETE /pulls/{pull_number}/requested_reviewers", WRITE, removeReviewers),
];
