import { describe, expect, test } from "@jest/globals";
import nock from "nock";
import { createClient } from "../../src/github/client.ts";
import { createObjectCache } from "../../src/store/github/object-cache.ts";
import { openGitHubStore } from "../../src/store/github/store.ts";
import type { Store, Write } from "../../src/store/store.ts";

const API = "https://api.github.com";
const REPO = "/repos/acme/images";
const REF = `${REPO}/git/refs/heads%2Fmain`;
const TIP = "a".repeat(40);
const MINE = "b".repeat(40);
const OTHER = "c".repeat(40);
const TIMINGS = { secondMs: 1, timeoutMs: 10_000, maxWaitSeconds: 30, retries: 2, pace: "none" } as const;

type Reply =
  | { readonly status: number; readonly body?: object; readonly headers?: Record<string, string> }
  | { readonly network: string };

const ok = { status: 200, body: { object: { sha: MINE } } };
const serverError = { status: 500, body: { message: "Server Error" } };
const badGateway = { status: 502, body: { message: "Bad Gateway" } };
const reset = { network: "ECONNRESET" };
const moved = { status: 422, body: { message: "Update is not a fast forward" } };
const rule = {
  status: 422,
  body: { message: "Repository rule violations found\n\nChanges must be made through a pull request." },
};
const waitABit = {
  status: 403,
  body: { message: "You have exceeded a secondary rate limit." },
  headers: { "retry-after": "2" },
};
const bareWait = { status: 403, body: { message: "Slow down" }, headers: { "retry-after": "1" } };
const waitLong = { status: 429, body: { message: "Too many requests" }, headers: { "retry-after": "3600" } };
const notAccessible = { status: 403, body: { message: "Resource not accessible by integration" } };
const notFound = { status: 404, body: { message: "Not Found" } };
const unknownRefusal = { status: 422, body: { message: "Reference cannot be updated" } };
const objectLags = { status: 422, body: { message: "Object does not exist" } };

function plan(request: nock.Interceptor, reply: Reply): void {
  if ("network" in reply)
    request.replyWithError(Object.assign(new Error(reply.network), { code: reply.network }));
  else request.reply(reply.status, reply.body ?? {}, reply.headers ?? {});
}

function planAll(make: () => nock.Interceptor, replies: readonly Reply[]): void {
  for (const reply of replies) plan(make(), reply);
}

function refAt(sha: string | undefined): Reply {
  return sha === undefined ? notFound : { status: 200, body: { ref: "refs/heads/main", object: { sha } } };
}

function open(): Store {
  const client = createClient({ auth: "ghp_secret", baseUrl: API, timings: TIMINGS });
  const cache = createObjectCache({ maxBytes: 1_000_000 });
  return openGitHubStore(client, { owner: "acme", repo: "images", cache, timings: TIMINGS });
}

function aWrite(change: Partial<Write> = {}): Write {
  return {
    branch: "main",
    base: TIP,
    tip: TIP,
    edits: [{ path: "buckets/b/versions/v1.json", content: "{}\n" }],
    message: "Publish b v1",
    ...change,
  };
}

/** What the write came to: the outcome, or the code of the error it threw. */
async function outcomeOf(write: Promise<object>): Promise<unknown> {
  try {
    return await write;
  } catch (error) {
    return error instanceof Error && "code" in error ? { code: error.code } : error;
  }
}

function planSteps(trees: readonly Reply[], commits: readonly Reply[]): void {
  nock(API)
    .get(`${REPO}/git/commits/${TIP}`)
    .reply(200, { sha: TIP, tree: { sha: "0".repeat(40) } });
  planAll(() => nock(API).post(`${REPO}/git/trees`), trees);
  planAll(() => nock(API).post(`${REPO}/git/commits`), commits);
}

const aTree = { status: 201, body: { sha: "1".repeat(40) } };
const aCommit = { status: 201, body: { sha: MINE } };
const written = { kind: "written", commit: MINE };

interface MoveCase {
  readonly name: string;
  readonly patches: readonly Reply[];
  readonly looks: readonly (string | undefined)[];
  readonly compare?: string;
  readonly outcome: object;
}

describe("moving the branch", () => {
  test.each<MoveCase>([
    { name: "works", patches: [ok], looks: [], outcome: written },
    { name: "a 500 that moved it is found out", patches: [serverError], looks: [MINE], outcome: written },
    { name: "a 502 that moved it is found out", patches: [badGateway], looks: [MINE], outcome: written },
    {
      name: "a broken connection that moved it is found out",
      patches: [reset],
      looks: [MINE],
      outcome: written,
    },
    { name: "a 500 that did not is repeated", patches: [serverError, ok], looks: [TIP], outcome: written },
    { name: "a 502 that did not is repeated", patches: [badGateway, ok], looks: [TIP], outcome: written },
    {
      name: "a broken connection that did not is repeated",
      patches: [reset, ok],
      looks: [TIP],
      outcome: written,
    },
    {
      name: "a server that stays broken is given up",
      patches: [serverError, badGateway, reset],
      looks: [TIP, TIP, TIP],
      outcome: { code: "unavailable" },
    },
    { name: "a lost race is told", patches: [moved], looks: [OTHER], outcome: { kind: "moved" } },
    {
      name: "a lost race is told though the look lags behind",
      patches: [moved],
      looks: [TIP],
      outcome: { kind: "moved" },
    },
    {
      name: "a deleted branch is a lost race",
      patches: [notFound],
      looks: [undefined],
      outcome: { kind: "moved" },
    },
    {
      name: "a lost race behind a 500 is told",
      patches: [serverError],
      looks: [OTHER],
      compare: "diverged",
      outcome: { kind: "moved" },
    },
    {
      name: "others who built on it behind a 500 do not hide that it is there",
      patches: [badGateway],
      looks: [OTHER],
      compare: "ahead",
      outcome: written,
    },
    {
      name: "others who built on it before the repeat do not either",
      patches: [reset, moved],
      looks: [TIP, OTHER],
      compare: "ahead",
      outcome: written,
    },
    { name: "a limit is waited for", patches: [waitABit, ok], looks: [TIP], outcome: written },
    {
      name: "a limit that only a header tells is waited for",
      patches: [bareWait, ok],
      looks: [TIP],
      outcome: written,
    },
    {
      name: "a limit while others write is a lost race",
      patches: [waitABit],
      looks: [OTHER],
      outcome: { kind: "moved" },
    },
    { name: "a long limit is an error", patches: [waitLong], looks: [TIP], outcome: { code: "unavailable" } },
    {
      name: "a limit that stays is an error",
      patches: [waitABit, waitABit, waitABit],
      looks: [TIP, TIP, TIP],
      outcome: { code: "unavailable" },
    },
    {
      name: "a rule protects",
      patches: [rule],
      looks: [TIP],
      outcome: {
        kind: "protected",
        reason: "Repository rule violations found Changes must be made through a pull request.",
      },
    },
    {
      name: "a rule on a branch that moved is a lost race",
      patches: [rule],
      looks: [OTHER],
      outcome: { kind: "moved" },
    },
    {
      name: "a refusal in unknown words is tried once more",
      patches: [unknownRefusal, ok],
      looks: [TIP],
      outcome: written,
    },
    {
      name: "a refusal in unknown words that stays protects",
      patches: [unknownRefusal, unknownRefusal],
      looks: [TIP, TIP],
      outcome: { kind: "protected", reason: "Reference cannot be updated" },
    },
    {
      name: "a commit that has not arrived everywhere is waited for",
      patches: [objectLags, ok],
      looks: [TIP],
      outcome: written,
    },
    {
      name: "a missing permission is an error",
      patches: [notAccessible],
      looks: [TIP],
      outcome: { code: "forbidden" },
    },
    {
      name: "a hidden branch is an error",
      patches: [notFound],
      looks: [TIP],
      outcome: { code: "forbidden" },
    },
  ])("$name", async ({ patches, looks, compare, outcome }) => {
    planSteps([aTree], [aCommit]);
    planAll(() => nock(API).patch(REF, { sha: MINE, force: false }), patches);
    planAll(() => nock(API).get(`${REPO}/git/ref/heads%2Fmain`), looks.map(refAt));
    if (compare !== undefined) {
      nock(API)
        .get(`${REPO}/compare/${MINE}...${OTHER}`)
        .query({ per_page: "1" })
        .reply(200, { status: compare });
    }
    expect(await outcomeOf(open().write(aWrite()))).toMatchObject(outcome);
  });

  test.each([
    { name: "created", posts: [{ status: 201 }], looks: [], outcome: written },
    { name: "created behind a 502", posts: [badGateway], looks: [MINE], outcome: written },
    {
      name: "created at the second attempt",
      posts: [reset, { status: 201 }],
      looks: [undefined],
      outcome: written,
    },
    {
      name: "created by somebody else",
      posts: [{ status: 422, body: { message: "Reference already exists" } }],
      looks: [OTHER],
      outcome: { kind: "moved" },
    },
    { name: "refused by a rule", posts: [rule], looks: [undefined], outcome: { kind: "protected" } },
  ])("a branch that does not exist is $name", async ({ posts, looks, outcome }) => {
    planSteps([aTree], [aCommit]);
    planAll(() => nock(API).post(`${REPO}/git/refs`, { ref: "refs/heads/assay/x", sha: MINE }), posts);
    planAll(() => nock(API).get(`${REPO}/git/ref/heads%2Fassay%2Fx`), looks.map(refAt));
    const write = aWrite({ branch: "assay/x", tip: undefined });
    expect(await outcomeOf(open().write(write))).toMatchObject(outcome);
  });

  test("a look that fails leaves the outcome open and says so", async () => {
    planSteps([aTree], [aCommit]);
    plan(nock(API).patch(REF), badGateway);
    planAll(() => nock(API).get(`${REPO}/git/ref/heads%2Fmain`), [badGateway, badGateway, badGateway]);
    await expect(open().write(aWrite())).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("the steps before it", () => {
  const faults = [
    { name: "a 500", reply: serverError },
    { name: "a 502", reply: badGateway },
    { name: "a broken connection", reply: reset },
    { name: "a 403 with retry-after", reply: waitABit },
    { name: "a 403 with only the header", reply: bareWait },
    { name: "a 429", reply: { status: 429, body: { message: "Too many" }, headers: { "retry-after": "1" } } },
  ];

  test.each(faults)("$name on the tree is repeated, and the branch moves once", async ({ reply }) => {
    planSteps([reply, aTree], [aCommit]);
    plan(nock(API).patch(REF), ok);
    expect(await open().write(aWrite())).toEqual(written);
  });

  test.each(faults)("$name on the commit is repeated, and the branch moves once", async ({ reply }) => {
    planSteps([aTree], [reply, aCommit]);
    plan(nock(API).patch(REF), ok);
    expect(await open().write(aWrite())).toEqual(written);
  });

  test.each([
    { name: "a 500 that stays", replies: [serverError, serverError, serverError], code: "unavailable" },
    { name: "a long limit", replies: [waitLong], code: "unavailable" },
    { name: "a missing permission", replies: [notAccessible], code: "forbidden" },
    { name: "a hidden repository", replies: [notFound], code: "forbidden" },
    {
      name: "a bad token",
      replies: [{ status: 401, body: { message: "Bad credentials" } }],
      code: "forbidden",
    },
    {
      name: "a malformed path",
      replies: [{ status: 422, body: { message: "tree.path contains a malformed path component" } }],
      code: "invalid",
    },
  ])("$name on the tree is an error, and no commit is made", async ({ replies, code }) => {
    planSteps(replies, []);
    await expect(open().write(aWrite())).rejects.toMatchObject({ code });
  });

  test("a missing permission is named, and the token is not", async () => {
    planSteps([notAccessible], []);
    const error: unknown = await open()
      .write(aWrite())
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('"contents: write"');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("ghp_secret");
  });

  test("a tree that is the tip's already is not committed", async () => {
    planSteps([{ status: 201, body: { sha: "0".repeat(40) } }], []);
    expect(await open().write(aWrite())).toEqual({ kind: "unchanged", commit: TIP });
  });
});

describe("reading", () => {
  test("a blob whose transfer breaks off is asked for again", async () => {
    nock(API)
      .get(`${REPO}/git/trees/${TIP}`)
      .reply(200, {
        sha: TIP,
        truncated: false,
        tree: [{ path: "a", mode: "100644", type: "blob", sha: OTHER, size: 2 }],
      });
    plan(nock(API).get(`${REPO}/git/blobs/${OTHER}`), reset);
    nock(API).get(`${REPO}/git/blobs/${OTHER}`).reply(200, { content: "aGk=", encoding: "base64" });
    const file = await open().at(TIP).read("a");
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe("hi");
  });

  test("a truncated folder is refused", async () => {
    nock(API).get(`${REPO}/git/trees/${TIP}`).reply(200, { sha: TIP, truncated: true, tree: [] });
    await expect(open().at(TIP).list("")).rejects.toMatchObject({ code: "invalid" });
  });

  test("a commit that GitHub does not know is no empty folder", async () => {
    nock(API)
      .get(`${REPO}/contents/buckets`)
      .query({ ref: TIP })
      .reply(404, { message: `No commit found for the ref ${TIP}` });
    await expect(open().at(TIP).list("buckets")).rejects.toMatchObject({ code: "not-found" });
  });

  test("a folder that the contents API cuts is listed by its tree", async () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => ({
      name: `f${index}`,
      type: "file",
      sha: OTHER,
    }));
    nock(API).get(`${REPO}/contents/big`).query({ ref: TIP }).reply(200, { type: "dir", sha: MINE, entries });
    nock(API)
      .get(`${REPO}/git/trees/${MINE}`)
      .reply(200, { truncated: false, tree: [{ path: "all", mode: "100644", sha: OTHER, size: 1 }] });
    expect(await open().at(TIP).list("big")).toEqual([{ name: "all", kind: "file", id: OTHER }]);
  });

  test("a comparison that GitHub cuts is refused", async () => {
    const files = Array.from({ length: 300 }, (_, index) => ({
      filename: `f${index}`,
      status: "added",
      sha: OTHER,
    }));
    nock(API)
      .get(`${REPO}/compare/${TIP}...${MINE}`)
      .query({ page: "1", per_page: "100" })
      .reply(200, { total_commits: 1, commits: [], files, merge_base_commit: { sha: TIP } });
    await expect(open().diff(TIP, MINE)).rejects.toThrow("at most 299 can be judged. Split it.");
  });

  test("a comparison's commits are read page by page, oldest first", async () => {
    const commits = Array.from({ length: 150 }, (_, index) => ({
      sha: String(index).padStart(40, "0"),
      commit: { message: `m${index}`, committer: { date: "2026-11-23T09:00:00Z" } },
      author: null,
      committer: null,
    }));
    for (const page of [1, 2]) {
      nock(API)
        .get(`${REPO}/compare/${TIP}...${MINE}`)
        .query({ page: String(page), per_page: "100" })
        .reply(200, {
          total_commits: 150,
          commits: commits.slice(100 * (page - 1), 100 * page),
          files: page === 1 ? [{ filename: "a", status: "renamed", previous_filename: "b", sha: OTHER }] : [],
          base_commit: { sha: TIP },
          merge_base_commit: { sha: TIP },
        });
    }
    const difference = await open().diff(TIP, MINE);
    expect(difference.commits.map(({ message }) => message)).toEqual(
      commits.map(({ commit }) => commit.message),
    );
    expect(difference.paths).toEqual([
      { path: "a", id: OTHER },
      { path: "b", id: undefined },
    ]);
  });

  test.each([
    { name: "an author who signed", verified: true, author: "ann", committer: "ann", login: "ann" },
    {
      name: "GitHub in the author's name",
      verified: true,
      author: "ann",
      committer: "web-flow",
      login: "ann",
    },
    { name: "another signer", verified: true, author: "ann", committer: "mallory", login: undefined },
    { name: "nobody", verified: false, author: "ann", committer: "ann", login: undefined },
    { name: "no account", verified: true, author: undefined, committer: undefined, login: undefined },
  ])(
    "a commit that $name vouches for has the login $login",
    async ({ verified, author, committer, login }) => {
      const account = (name: string | undefined): object | null =>
        name === undefined ? null : { login: name };
      const commit = {
        sha: MINE,
        commit: { message: "x", committer: { date: "2026-11-23T09:00:00Z" }, verification: { verified } },
        author: account(author),
        committer: account(committer),
      };
      nock(API)
        .get(`${REPO}/compare/${TIP}...${MINE}`)
        .query({ page: "1", per_page: "100" })
        .reply(200, {
          total_commits: 1,
          commits: [commit],
          files: [],
          base_commit: { sha: TIP },
          merge_base_commit: { sha: TIP },
        });
      expect((await open().diff(TIP, MINE)).commits).toEqual([
        {
          id: MINE,
          at: "2026-11-23T09:00:00Z",
          message: "x",
          login,
          named: [author, committer].filter((name) => name !== undefined),
        },
      ]);
    },
  );
});
