import { AssayError } from "../format/error.ts";
import type { PullRequest } from "../github/pulls.ts";
import { readPull } from "../github/pulls.ts";
import { listReviews } from "../github/reviews.ts";
import { listTeamMembers } from "../github/teams.ts";
import type { Review, ReviewFacts } from "../policy/approval.ts";
import type { Decision } from "../policy/decide.ts";
import { decide } from "../policy/decide.ts";
import type { Proposal } from "../policy/proposal.ts";
import type { Requirement } from "../policy/requirements.ts";
import { requirementsOf } from "../policy/requirements.ts";
import { trailerValues } from "../registry/trailers.ts";
import type { Difference } from "../store/store.ts";
import { contentDigest } from "./content-digest.ts";
import type { GitHubRegistry } from "./github-registry.ts";
import type { ReadProposal } from "./propose.ts";
import { readProposal } from "./propose.ts";

/** What was decided on a pull request, and what it was decided from. */
export interface JudgedPull extends ReadProposal {
  readonly pull: PullRequest;
  readonly decision: Decision;
}

/**
 * Judges a pull request against the default branch as it is now, whatever branch it aims at: a verdict belongs to the
 * head commit, and a pull request that changes its base must not bring a verdict from elsewhere.
 * Throws `not-found` for a number that is none.
 */
export async function judgePull(registry: GitHubRegistry, number: number, now: Date): Promise<JudgedPull> {
  const pull = await readPull(registry.client, registry.repository, number);
  if (pull === undefined)
    throw new AssayError("not-found", `${registry.store.name} has no pull request ${number}.`);
  const { store } = registry;
  const difference = await store.diffFromTip(await store.defaultBranch(), pull.headSha);
  const authorship = {
    kind: "known",
    author: pull.author.login,
    committers: difference.commits.map((commit) => commit.login),
    app: [registry.identity.login],
  } as const;
  const read = await readProposal(registry.store, difference, { authorship, now });
  const reviews = await readReviews(registry, { pull, difference, proposal: read.proposal });
  return { ...read, pull, decision: decide(read.proposal, reviews) };
}

interface ReviewContext {
  readonly pull: PullRequest;
  readonly difference: Difference;
  readonly proposal: Proposal;
}

/** Asks for reviews and members only where somebody has to agree: a request that nobody needs is a request too many. */
async function readReviews(registry: GitHubRegistry, context: ReviewContext): Promise<ReviewFacts> {
  const requirements = requirementsOf(context.proposal);
  if (requirements.length === 0)
    return { kind: "known", reviews: [], members: new Map(), excluded: new Map() };
  const [reviews, members] = await Promise.all([
    readCurrency(registry, context),
    readMembers(registry, requirements),
  ]);
  return { kind: "known", reviews, members, excluded: excludedFrom(context) };
}

/** A review counts for the content it was given on, however many commits it took to get there. */
async function readCurrency(
  { client, repository, store }: GitHubRegistry,
  { pull, difference }: ReviewContext,
): Promise<Review[]> {
  const reviews = await listReviews(client, repository, pull.number);
  const current = new Map([[pull.headSha, Promise.resolve(true)]]);
  const isCurrent = (commit: string): Promise<boolean> => {
    const known = current.get(commit) ?? hasSameContent(store, difference, commit);
    current.set(commit, known);
    return known;
  };
  return Promise.all(
    reviews.map(async ({ author, state, commit }) => ({
      author,
      state: state === "changes_requested" ? "changes-requested" : state,
      current: state === "approved" && (await isCurrent(commit)),
    })),
  );
}

async function hasSameContent(
  store: GitHubRegistry["store"],
  difference: Difference,
  commit: string,
): Promise<boolean> {
  try {
    const then = await store.diff(difference.base, commit);
    return (await contentDigest(store, then)) === (await contentDigest(store, difference));
  } catch (error) {
    // A commit that was forced away cannot be compared, so nobody can say that it held the same.
    if (error instanceof AssayError && (error.code === "not-found" || error.code === "invalid")) return false;
    throw error;
  }
}

async function readMembers(
  { client, repository, teams }: GitHubRegistry,
  requirements: readonly Requirement[],
): Promise<Map<string, readonly string[]>> {
  const slugs = [...new Set(requirements.flatMap(({ approvers }) => approvers.teams))];
  const members = new Map<string, readonly string[]>();
  for (const slug of slugs) {
    const logins = await listTeamMembers(client, { org: repository.owner, slug }, teams);
    if (logins !== undefined) members.set(slug, logins);
  }
  return members;
}

/** Nobody agrees with himself: who opened, asked for, pushed or published this has no say in it. */
function excludedFrom({ pull, difference, proposal }: ReviewContext): Map<string, string> {
  const excluded = new Map<string, string>();
  const exclude = (login: string | undefined, why: string): void => {
    if (login !== undefined) excluded.set(login.toLowerCase(), why);
  };
  for (const { record } of proposal.moves) exclude(record?.publisher.actor, "they published the version");
  for (const commit of difference.commits) {
    // Nobody vouches for a name in an unsigned commit, but leaving one out by mistake only asks for another reviewer.
    for (const login of [commit.login, ...commit.named]) exclude(login, "they pushed its content");
    for (const login of trailerValues(commit.message, "Assay-Requested-By"))
      exclude(login, "they asked for this change");
  }
  exclude(pull.author.login, "they opened this pull request");
  return excluded;
}
