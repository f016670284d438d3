import type { Time } from "../format/time.ts";
import type { ClientLike, RepositoryName } from "./client.ts";
import { ONCE } from "./client.ts";
import { asked, askedOrAbsent, parseRefusal, requestError } from "./request-error.ts";

/** A pull request. `mergeable` is undefined while GitHub has not worked it out, and always in lists. */
export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly merged: boolean;
  readonly draft: boolean;
  readonly author: { readonly login: string; readonly isBot: boolean };
  readonly headSha: string;
  readonly headRef: string;
  /** `owner/name`; undefined where the fork was deleted. */
  readonly headRepo: string | undefined;
  readonly isFork: boolean;
  readonly baseRef: string;
  readonly createdAt: Time;
  readonly url: string;
  readonly mergeable: boolean | undefined;
  readonly labels: readonly string[];
}

/** The pull request of a number; undefined when there is none. https://docs.github.com/en/rest/pulls/pulls */
export async function readPull(
  client: ClientLike,
  repository: RepositoryName,
  number: number,
): Promise<PullRequest | undefined> {
  const answer = await askedOrAbsent(client.rest.pulls.get({ ...repository, pull_number: number }));
  return answer === undefined ? undefined : parsePull(answer.data);
}

/** The open pull requests, oldest first; of one base branch where it is given. */
export async function listOpenPulls(
  client: ClientLike,
  repository: RepositoryName,
  base?: string,
): Promise<readonly PullRequest[]> {
  const filter = { ...repository, ...(base === undefined ? {} : { base }), state: "open" } as const;
  const pulls = await asked(
    client.paginate(client.rest.pulls.list, { ...filter, sort: "created", direction: "asc", per_page: 100 }),
  );
  return pulls.map(parsePull);
}

/** The open pull request from a branch of the repository itself; undefined when there is none. */
export async function findOpenPull(
  client: ClientLike,
  repository: RepositoryName,
  head: string,
): Promise<PullRequest | undefined> {
  const { data } = await asked(
    client.rest.pulls.list({
      ...repository,
      head: `${repository.owner}:${head}`,
      state: "open",
      per_page: 100,
    }),
  );
  // GitHub ignores a filter that it does not understand.
  return data.map(parsePull).find((pull) => pull.headRef === head && !pull.isFork);
}

/** A pull request to open, from a branch of the repository itself. */
export interface PullProposal {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly labels?: readonly string[];
}

/** Opens a pull request, or returns the one that is open from that branch already, as it is. */
export async function openPull(
  client: ClientLike,
  repository: RepositoryName,
  proposal: PullProposal,
): Promise<PullRequest> {
  const { labels = [], ...pull } = proposal;
  const open = await findOpenPull(client, repository, pull.head);
  if (open !== undefined) return open;
  let opened: PullRequest;
  try {
    const { data } = await client.rest.pulls.create({ ...repository, ...pull, request: ONCE });
    opened = parsePull(data);
  } catch (error) {
    // Somebody was quicker, or GitHub broke down after it had opened it.
    const found = await findOpenPull(client, repository, pull.head);
    if (found === undefined) throw requestError(error);
    opened = found;
  }
  const missing = labels.filter((label) => !opened.labels.includes(label));
  if (missing.length === 0) return opened;
  const { data } = await asked(
    client.rest.issues.addLabels({ ...repository, issue_number: opened.number, labels: missing }),
  );
  return { ...opened, labels: data.map((label) => label.name) };
}

/** Sets title and body. */
export async function updatePull(
  client: ClientLike,
  repository: RepositoryName,
  change: { readonly number: number; readonly title: string; readonly body: string },
): Promise<PullRequest> {
  const { number, ...text } = change;
  const { data } = await asked(client.rest.pulls.update({ ...repository, pull_number: number, ...text }));
  return parsePull(data);
}

/** Closes a pull request without merging it; a closed one stays closed. */
export async function closePull(
  client: ClientLike,
  repository: RepositoryName,
  number: number,
): Promise<void> {
  await asked(client.rest.pulls.update({ ...repository, pull_number: number, state: "closed" }));
}

/** Deletes a branch; one that does not exist is as good as deleted. */
export async function deleteBranch(
  client: ClientLike,
  repository: RepositoryName,
  branch: string,
): Promise<void> {
  try {
    await client.rest.git.deleteRef({ ...repository, ref: `heads/${branch}` });
  } catch (error) {
    const refusal = parseRefusal(error);
    if (refusal?.status === 404 || /does not exist/i.test(refusal?.reason ?? "")) return;
    throw requestError(error);
  }
}

/** The pull requests, open and merged, that a commit belongs to. */
export async function pullsOfCommit(
  client: ClientLike,
  repository: RepositoryName,
  commit: string,
): Promise<readonly PullRequest[]> {
  const pulls = await asked(
    client.paginate(client.rest.repos.listPullRequestsAssociatedWithCommit, {
      ...repository,
      commit_sha: commit,
      per_page: 100,
    }),
  );
  return pulls.map(parsePull);
}

/** Whether GitHub took the request for reviews; it refuses all when one cannot review, the author for example. */
export type ReviewRequest =
  { readonly kind: "requested" } | { readonly kind: "refused"; readonly reason: string };

/** Asks users (logins) and teams (slugs) for a review. */
export async function requestReviews(
  client: ClientLike,
  repository: RepositoryName,
  wanted: { readonly number: number; readonly users: readonly string[]; readonly teams: readonly string[] },
): Promise<ReviewRequest> {
  if (wanted.users.length + wanted.teams.length === 0) return { kind: "requested" };
  try {
    await client.rest.pulls.requestReviewers({
      ...repository,
      pull_number: wanted.number,
      reviewers: [...wanted.users],
      team_reviewers: [...wanted.teams],
    });
    return { kind: "requested" };
  } catch (error) {
    const refusal = parseRefusal(error);
    if (refusal?.status !== 422) throw requestError(error);
    return { kind: "refused", reason: refusal.reason };
  }
}

/** The parts that every answer about pull requests has. */
interface PullAnswer {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly draft?: boolean;
  readonly merged?: boolean;
  readonly merged_at: string | null;
  readonly mergeable?: boolean | null;
  readonly user: { readonly login: string; readonly type: string } | null;
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly full_name: string } | null;
  };
  readonly base: { readonly ref: string; readonly repo: { readonly full_name: string } };
  readonly created_at: string;
  readonly html_url: string;
  readonly labels: readonly { readonly name: string }[];
}

function parsePull(pull: PullAnswer): PullRequest {
  const headRepo = pull.head.repo?.full_name;
  return {
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    state: pull.state === "open" ? "open" : "closed",
    merged: pull.merged ?? pull.merged_at !== null,
    draft: pull.draft ?? false,
    // GitHub shows deleted accounts as "ghost".
    author: { login: pull.user?.login ?? "ghost", isBot: pull.user?.type === "Bot" },
    headSha: pull.head.sha,
    headRef: pull.head.ref,
    headRepo,
    isFork: headRepo !== pull.base.repo.full_name,
    baseRef: pull.base.ref,
    createdAt: pull.created_at,
    url: pull.html_url,
    mergeable: pull.mergeable ?? undefined,
    labels: pull.labels.map((label) => label.name),
  };
}
