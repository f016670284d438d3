import { AssayError } from "../../format/error.ts";
import { compareText } from "../../format/names.ts";
import { parseRefusal, requestError } from "../../github/request-error.ts";
import { registryPath } from "../paths.ts";
import type { ChangedPath, Difference, ObjectId, ProposedCommit } from "../store.ts";
import { noteTip, rememberRoot } from "./known-commits.ts";
import type { Source } from "./source.ts";
import { cacheKey } from "./source.ts";

// The comparison lists no more files than this, and does not say how many there are.
const MAX_FILES = 300;
const MAX_COMMITS = 1_000;
const PER_PAGE = 100;

/**
 * What a head adds to a base: one request for each hundred commits, once for each pair. Throws `invalid` when there are
 * 300 changed files or more, or more than 1,000 commits, because GitHub would leave some out.
 * https://docs.github.com/en/rest/commits/commits#compare-two-commits
 */
export function readDifference(source: Source, base: ObjectId, head: ObjectId): Promise<Difference> {
  return source.cache.differences.load(cacheKey(source, base, head), async () =>
    complete(source, await compare(source, `${base}...${head}`, 1), head),
  );
}

/** What a head adds to a branch as it is now: the comparison itself tells where the branch stands. */
export async function readDifferenceFromTip(
  source: Source,
  branch: string,
  head: ObjectId,
): Promise<Difference> {
  const first = await compare(source, `${branch}...${head}`, 1);
  const { sha: base, commit } = first.base_commit;
  noteTip(source, branch, base);
  rememberRoot(source, base, commit.tree.sha);
  return source.cache.differences.load(cacheKey(source, base, head), () => complete(source, first, head));
}

type Comparison = Awaited<ReturnType<typeof compare>>;

async function complete(source: Source, first: Comparison, head: ObjectId): Promise<Difference> {
  const { total_commits: count, files = [], base_commit: base } = first;
  if (files.length >= MAX_FILES) throw tooLarge(`${MAX_FILES} files or more`, `at most ${MAX_FILES - 1}`);
  if (count > MAX_COMMITS) throw tooLarge(`${count} commits`, `at most ${MAX_COMMITS}`);
  const commits = [...first.commits];
  for (let page = 2; commits.length < count; page += 1) {
    const more = await compare(source, `${base.sha}...${head}`, page);
    if (more.commits.length === 0) {
      throw new AssayError(
        "unavailable",
        `GitHub lists ${commits.length} of ${count} commits up to ${head}.`,
      );
    }
    commits.push(...more.commits);
  }
  return {
    base: base.sha,
    head,
    mergeBase: first.merge_base_commit.sha,
    ...placePaths(source, files.flatMap(parseFile)),
    commits: commits.map(parseCommit),
  };
}

async function compare({ client, repository }: Source, basehead: string, page: number) {
  try {
    const { data } = await client.rest.repos.compareCommitsWithBasehead({
      ...repository,
      basehead,
      page,
      per_page: PER_PAGE,
    });
    return data;
  } catch (error) {
    if (!/no common ancestor/i.test(parseRefusal(error)?.reason ?? "")) throw requestError(error);
    throw new AssayError("usage", `The two sides of ${basehead} have no commit in common.`, {
      hint: "Compare branches that began as one.",
    });
  }
}

function tooLarge(found: string, most: string): AssayError {
  return new AssayError(
    "invalid",
    `The change has ${found}, and GitHub would not list them all; ${most} can be judged. Split it.`,
  );
}

interface ComparedFile {
  readonly filename: string;
  readonly previous_filename?: string;
  readonly status: string;
  readonly sha: string | null;
}

function parseFile({ filename, previous_filename: previous, status, sha }: ComparedFile): ChangedPath[] {
  switch (status) {
    case "removed":
      return [{ path: filename, id: undefined }];
    case "renamed":
      return [
        { path: filename, id: sha ?? undefined },
        ...(previous === undefined ? [] : [{ path: previous, id: undefined }]),
      ];
    default:
      return [{ path: filename, id: sha ?? undefined }];
  }
}

function placePaths(source: Source, changed: readonly ChangedPath[]): Pick<Difference, "paths" | "outside"> {
  const paths: ChangedPath[] = [];
  const outside: ChangedPath[] = [];
  for (const { path, id } of changed) {
    const inside = registryPath(source.root, path);
    if (inside === undefined) outside.push({ path, id });
    else paths.push({ path: inside, id });
  }
  return {
    paths: paths.toSorted((a, b) => compareText(a.path, b.path)),
    outside: outside.toSorted((a, b) => compareText(a.path, b.path)),
  };
}

interface ComparedCommit {
  readonly sha: string;
  readonly commit: {
    readonly message: string;
    readonly committer: { readonly date?: string } | null;
    readonly verification?: { readonly verified: boolean };
  };
  readonly author: object | null;
  readonly committer: object | null;
}

function parseCommit({ sha, commit, author, committer }: ComparedCommit): ProposedCommit {
  const [by, through] = [loginOf(author), loginOf(committer)];
  // A signature vouches for the committer; GitHub's own account commits only for whoever it has authenticated.
  const vouched = commit.verification?.verified === true && (through === by || through === "web-flow");
  const at = commit.committer?.date;
  if (at === undefined)
    throw new AssayError("unavailable", `GitHub does not tell when ${sha} was committed.`);
  return {
    id: sha,
    at,
    message: commit.message,
    named: [by, through].filter((name) => name !== undefined),
    login: vouched ? by : undefined,
  };
}

function loginOf(account: object | null): string | undefined {
  return account !== null && "login" in account && typeof account.login === "string"
    ? account.login
    : undefined;
}
