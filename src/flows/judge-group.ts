import type { GitHubRegistry } from "./github-registry.ts";
import type { JudgedPull } from "./judge-pull.ts";
import { judgePull } from "./judge-pull.ts";
import { readProposal } from "./propose.ts";
import { AssayError } from "../format/error.ts";
import type { PullRequest } from "../github/pulls.ts";
import { listOpenPulls } from "../github/pulls.ts";
import type { ApprovalDecision } from "../policy/approval.ts";
import type { Decision } from "../policy/decide.ts";
import { decide } from "../policy/decide.ts";
import { subjectOf } from "../policy/files.ts";
import type { Finding } from "../policy/finding.ts";
import { verdictOf, worstOf } from "../policy/finding.ts";
import type { Authorship, Proposal } from "../policy/proposal.ts";
import type { Difference } from "../store/store.ts";

/** What a merge queue is about to merge: its pull requests, one on top of the other, on the tip of a branch. */
export interface MergeGroup {
  readonly baseBranch: string;
  readonly baseSha: string;
  /** `gh-readonly-queue/main/pr-12-<sha>`. */
  readonly headBranch: string;
  readonly headSha: string;
}

/**
 * Judges what a merge queue is about to merge: its content as one change of what it will be put on, and the approvals
 * of the pull requests in it. Nobody has reviewed the group itself, so its content must be, file by file, what these
 * pull requests hold. Throws `refused` where that cannot be told.
 */
export async function judgeGroup(registry: GitHubRegistry, group: MergeGroup, now: Date): Promise<Decision> {
  const { store } = registry;
  const difference = await store.diff(group.baseSha, group.headSha);
  if (difference.mergeBase !== group.baseSha)
    throw new AssayError(
      "refused",
      "The merge group does not build on the commit that it names as its base.",
    );
  const members = await readMembers(registry, group, { difference, now });
  const authorship = authorshipOf(members, registry.identity.login);
  const { proposal } = await readProposal(store, difference, { authorship, now });
  const nobody = { kind: "known", reviews: [], members: new Map(), excluded: new Map() } as const;
  const decision = decide(proposal, nobody);
  const strangers = checkContent(proposal, difference, members);
  const compliance = worstOf([decision.compliance, verdictOf(strangers)]);
  const approval = joinApprovals(decision.approval, members);
  const findings = [...decision.findings, ...strangers];
  return { ...decision, findings, compliance, approval, verdict: worstOf([compliance, approval.verdict]) };
}

async function readMembers(
  registry: GitHubRegistry,
  { headBranch, baseBranch }: MergeGroup,
  { difference, now }: { readonly difference: Difference; readonly now: Date },
): Promise<JudgedPull[]> {
  const named = memberOf(headBranch, baseBranch);
  const open = await listOpenPulls(registry.client, registry.repository, baseBranch);
  const commits = new Set(difference.commits.map(({ id }) => id));
  const mentioned = new Set(difference.commits.flatMap(({ message }) => pullsIn(message)));
  const isMember = ({ number, headSha }: PullRequest): boolean =>
    number === named || commits.has(headSha) || mentioned.has(number);
  const members = open.filter(isMember);
  if (named === undefined || !members.some(({ number }) => number === named))
    throw new AssayError(
      "refused",
      `It cannot be told which pull requests the merge group "${headBranch}" holds. Take them out of the queue and put them in again.`,
    );
  return Promise.all(members.map(({ number }) => judgePull(registry, number, now)));
}

/** The pull request that a group's branch names: `gh-readonly-queue/main/pr-12-<sha>`. */
export function memberOf(headBranch: string, baseBranch: string): number | undefined {
  const prefix = `gh-readonly-queue/${baseBranch}/pr-`;
  if (!headBranch.startsWith(prefix)) return undefined;
  const number = /^([1-9]\d*)-[0-9a-f]+$/.exec(headBranch.slice(prefix.length))?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The pull requests that GitHub's messages of squashes and merges name. */
function pullsIn(message: string): number[] {
  const [subject = ""] = message.split("\n");
  const number = /\(#(\d+)\)$|^Merge pull request #(\d+) /.exec(subject);
  return number === null ? [] : [Number(number[1] ?? number[2])];
}

/**
 * Who wrote the group: the queue's own commits are GitHub's, so the pull requests tell. Where several bring records,
 * somebody who is not the App stands for all, because that is what can be wrong.
 */
function authorshipOf(members: readonly JudgedPull[], app: string): Authorship {
  const writing = members.filter(({ proposal }) => proposal.records.length > 0);
  const authors = (writing.length === 0 ? members : writing).map(({ pull }) => pull.author.login);
  return {
    kind: "known",
    author: authors.find((login) => login !== app) ?? app,
    committers: writing.flatMap(({ difference }) => difference.commits.map(({ login }) => login)),
    app: [app],
  };
}

/** What the group would write and no pull request in it holds; it may come from merging two of them. */
function checkContent(proposal: Proposal, difference: Difference, members: readonly JudgedPull[]): Finding[] {
  const wanted = new Map(difference.paths.map(({ path, id }) => [path, id]));
  const isHeld = (path: string): boolean =>
    members.some((member) =>
      member.difference.paths.some((changed) => changed.path === path && changed.id === wanted.get(path)),
    );
  return proposal.files
    .filter(({ is, path }) => subjectOf(is) !== undefined && wanted.has(path) && !isHeld(path))
    .map(({ path }) => ({
      rule: "merge-queue",
      level: "error",
      message:
        "No pull request of this merge group holds the file as it would become, so nobody has approved that. Bring the pull request up to date and queue it again.",
      path,
    }));
}

/** The approvals of all members; what the group asks beyond theirs was never asked of anybody. */
function joinApprovals(wanted: ApprovalDecision, members: readonly JudgedPull[]): ApprovalDecision {
  const own = members.map(({ decision }) => decision.approval);
  const groups = own.flatMap((approval) => approval.groups);
  const asked = new Set(groups.map(({ requirement }) => JSON.stringify(requirement.approvers)));
  const unasked = wanted.groups.filter(
    ({ requirement }) => !asked.has(JSON.stringify(requirement.approvers)),
  );
  const findings = [
    ...own.flatMap((approval) => approval.findings),
    ...unasked.map(({ requirement }): Finding => ({
      rule: "approval",
      level: "pending",
      message: `The rules change with what is before this in the queue (${requirement.reason}). Queue it again after that.`,
    })),
  ];
  return {
    verdict: verdictOf(findings),
    known: true,
    groups: [...groups, ...unasked],
    notCounted: own.flatMap((approval) => approval.notCounted),
    findings,
  };
}
