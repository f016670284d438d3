import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createClient } from "../../src/github/client.ts";
import type { ObjectCache } from "../../src/store/github/object-cache.ts";
import { createObjectCache } from "../../src/store/github/object-cache.ts";
import { openGitHubStore } from "../../src/store/github/store.ts";
import type { Store, Write } from "../../src/store/store.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import { describeStore } from "./behaviour.ts";
import { plainGit } from "./fixture.ts";

const TIMINGS = { secondMs: 1, pace: "none" } as const;

describeStore("the store over GitHub", async (repository, root) => {
  const sandbox = await startSandbox();
  const { gitDir } = sandbox.addRepo("acme/images");
  await plainGit(gitDir, ["fetch", "--quiet", repository, "+refs/heads/*:refs/heads/*"]);
  return { store: openStore(sandbox, "acme/images", { root }), cleanup: () => sandbox.stop() };
});

interface Opening {
  readonly root?: string;
  readonly cache?: ObjectCache;
  readonly timeoutMs?: number;
}

function openStore(
  sandbox: Sandbox,
  fullName: string,
  { timeoutMs = 10_000, ...options }: Opening = {},
): Store {
  const [owner = "", repo = ""] = fullName.split("/");
  const timings = { ...TIMINGS, timeoutMs };
  const client = createClient({ auth: sandbox.userToken(owner), baseUrl: sandbox.url, timings });
  return openGitHubStore(client, { owner, repo, defaultBranch: "main", timings, ...options });
}

describe("what the store over GitHub asks for", () => {
  let sandbox: Sandbox;
  let count = 0;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.stop());

  const FILES = {
    "assay.yml": "apiVersion: assay/v1\n",
    "buckets/web/bucket.yml": "description: web\n",
    "buckets/web/versions/v1.json": "{}\n",
    "buckets/web/channels/dev.yml": "version: v1\n",
    "buckets/db/bucket.yml": "description: db\n",
  };

  function addRepo(): string {
    count += 1;
    const name = `acme/images-${count}`;
    sandbox.addRepo(name, { files: FILES });
    return name;
  }

  /** The requests that a piece of work makes, as `METHOD route`. */
  async function requestsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    sandbox.clearRequests();
    await work();
    return sandbox.requests.map(
      ({ method, path }) =>
        `${method} ${path.replace(/^\/repos\/acme\/[^/]+\//, "").replaceAll(/[0-9a-f]{40}/g, "…")}`,
    );
  }

  async function tipOf(store: Store): Promise<string> {
    return (await store.tip("main")) ?? "no tip";
  }

  async function aWrite(store: Store, path = "buckets/web/versions/v2.json"): Promise<Write> {
    const tip = await tipOf(store);
    return { branch: "main", base: tip, tip, edits: [{ path, content: "{}\n" }], message: "Publish" };
  }

  test("a straight publish costs four reads and three writes", async () => {
    const store = openStore(sandbox, addRepo());
    const requests = await requestsOf(async () => {
      const write = await aWrite(store);
      const snapshot = store.at(write.base);
      await snapshot.read("buckets/web/bucket.yml");
      await snapshot.list("buckets/web/versions");
      await snapshot.entry("buckets/web/versions/v2.json");
      expect(await store.write(write)).toMatchObject({ kind: "written" });
    });
    expect(requests).toEqual([
      "GET branches/main",
      "GET contents/buckets%2Fweb?ref=…",
      "GET git/blobs/…",
      "GET git/trees/…",
      "POST git/trees",
      "POST git/commits",
      "PATCH git/refs/heads%2Fmain",
    ]);
  });

  test("what did not change is not read again at the next commit", async () => {
    const store = openStore(sandbox, addRepo());
    const write = await aWrite(store);
    const read = async (commit: string): Promise<void> => {
      await store.at(commit).read("buckets/web/bucket.yml");
      await store.at(commit).list("buckets/web/channels");
    };
    await read(write.base);
    await store.write(write);
    const tip = await tipOf(store);
    // One comparison with the tip before tells that neither was touched.
    expect(await requestsOf(() => read(tip))).toEqual([expect.stringMatching(/^GET compare/)]);
    expect(await requestsOf(() => read(tip))).toEqual([]);
  });

  test("what did change is read again, and only that", async () => {
    const name = addRepo();
    const store = openStore(sandbox, name);
    const write = await aWrite(store);
    for (const path of ["assay.yml", "buckets/web/bucket.yml"]) await store.at(write.base).read(path);
    const edits = [{ path: "buckets/web/bucket.yml", content: "changed\n" }];
    await store.write({ ...write, edits });
    const tip = await tipOf(store);
    const read = async (path: string): Promise<string> =>
      new TextDecoder().decode((await store.at(tip).read(path))?.bytes);
    expect(await read("buckets/web/bucket.yml")).toBe("changed\n");
    expect(await requestsOf(() => read("assay.yml"))).toEqual([]);
  });

  test("whether there is something costs one request, however large its folder", async () => {
    const store = openStore(sandbox, addRepo());
    const snapshot = store.at(await tipOf(store));
    expect(await requestsOf(() => snapshot.has("buckets/web/bucket.yml"))).toHaveLength(1);
    expect(await snapshot.has("buckets/web/versions/v999.json")).toBe(false);
  });

  test("what is wanted many times at once is asked for once", async () => {
    const store = openStore(sandbox, addRepo());
    const tip = await tipOf(store);
    const requests = await requestsOf(() =>
      Promise.all(Array.from({ length: 10 }, () => store.at(tip).read("buckets/web/bucket.yml"))),
    );
    expect(requests).toEqual(["GET contents/buckets%2Fweb?ref=…", "GET git/blobs/…"]);
  });

  test("stores with one cache share it, and one too small for all keeps working", async () => {
    const name = addRepo();
    const cache = createObjectCache({ maxBytes: 1_000_000 });
    const tip = await tipOf(openStore(sandbox, name, { cache }));
    await openStore(sandbox, name, { cache }).at(tip).read("assay.yml");
    const again = () => openStore(sandbox, name, { cache }).at(tip).read("assay.yml");
    expect(await requestsOf(again)).toEqual([]);
    const forgetful = openStore(sandbox, name, { cache: createObjectCache({ maxBytes: 10 }) });
    expect((await forgetful.at(tip).read("assay.yml"))?.bytes.length).toBe(FILES["assay.yml"].length);
    expect(await requestsOf(() => forgetful.at(tip).read("assay.yml"))).toEqual([
      "GET git/trees/…",
      "GET git/blobs/…",
    ]);
  });

  test("history and differences are asked for once", async () => {
    const store = openStore(sandbox, addRepo());
    const write = await aWrite(store);
    await store.write(write);
    const tip = await tipOf(store);
    const ask = async (): Promise<void> => {
      await store.diff(write.base, tip);
      for await (const revision of store.history(tip, ["buckets/web/versions/v2.json"]))
        await revision.read();
    };
    expect(await requestsOf(ask)).toEqual([
      "GET compare/…...…?page=1&per_page=100",
      "GET commits?sha=…&path=buckets%2Fweb%2Fversions%2Fv2.json&page=1&per_page=100",
      "GET commits/…/pulls?per_page=100",
      "GET contents/buckets%2Fweb%2Fversions%2Fv2.json?ref=…",
    ]);
    expect(await requestsOf(ask)).toEqual([]);
  });

  test("deleting what is not there changes nothing", async () => {
    const store = openStore(sandbox, addRepo());
    const write = { ...(await aWrite(store)), edits: [{ path: "waivers/none.yml", content: undefined }] };
    expect(await store.write(write)).toEqual({ kind: "unchanged", commit: write.tip });
  });

  test("the commits of a merge have the merge's time, whatever they claim", async () => {
    const name = addRepo();
    const store = openStore(sandbox, name);
    const base = await tipOf(store);
    const [owner = "", repo = ""] = name.split("/");
    const client = createClient({ auth: sandbox.userToken("acme"), baseUrl: sandbox.url, timings: TIMINGS });
    const person = { name: "Mallory", email: "m@example.com", date: "2020-01-01T00:00:00Z" };
    const path = "buckets/web/channels/dev.yml";
    const tree = await client.rest.git.createTree({
      owner,
      repo,
      base_tree: (await client.rest.git.getCommit({ owner, repo, commit_sha: base })).data.tree.sha,
      tree: [{ path, mode: "100644", type: "blob", content: "version: v9\n" }],
    });
    const commit = {
      message: "old",
      tree: tree.data.sha,
      parents: [base],
      author: person,
      committer: person,
    };
    const { data } = await client.rest.git.createCommit({ owner, repo, ...commit });
    await client.rest.git.createRef({ owner, repo, ref: "refs/heads/side", sha: data.sha });
    const pull = await client.rest.pulls.create({ owner, repo, head: "side", base: "main", title: "x" });
    await client.rest.pulls.merge({ owner, repo, pull_number: pull.data.number, merge_method: "merge" });
    const tip = await tipOf(store);
    for await (const revision of store.history(tip, [path])) {
      expect(revision.at > "2025-01-01T00:00:00Z").toBe(true);
    }
    expect(await store.commitAt("2021-01-01T00:00:00Z")).toBeUndefined();
  });

  test.each([
    { method: "POST", path: /git\/trees$/ },
    { method: "POST", path: /git\/commits$/ },
    { method: "PATCH", path: /git\/refs/ },
  ])("a connection that breaks at $method $path lands once", async (match) => {
    for (const when of ["before", "after"] as const) {
      const store = openStore(sandbox, addRepo());
      const write = await aWrite(store);
      sandbox.fault({ ...match, when }, { hangUp: true });
      expect(await store.write(write)).toMatchObject({ kind: "written" });
      expect((await store.diff(write.base, await tipOf(store))).commits.length).toBe(1);
    }
  });

  test("a protected branch says why, and stays", async () => {
    const name = addRepo();
    sandbox.addRuleset(name, {
      name: "main",
      target: "branch",
      enforcement: "active",
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [
        {
          type: "pull_request",
          parameters: {
            dismiss_stale_reviews_on_push: false,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_approving_review_count: 0,
            required_review_thread_resolution: false,
          },
        },
      ],
    });
    const store = openStore(sandbox, name);
    const write = await aWrite(store);
    const requests = await requestsOf(async () => {
      expect(await store.write(write)).toMatchObject({
        kind: "protected",
        reason: expect.stringContaining("pull request"),
      });
    });
    expect(requests.filter((request) => request.startsWith("PATCH")).length).toBe(1);
    expect(await tipOf(store)).toBe(write.tip);
  });

  test("a repository that these credentials may only read is forbidden", async () => {
    const name = addRepo();
    const [owner = "", repo = ""] = name.split("/");
    sandbox.addUser("reader");
    const client = createClient({
      auth: sandbox.userToken("reader"),
      baseUrl: sandbox.url,
      timings: TIMINGS,
    });
    const store = openGitHubStore(client, { owner, repo, timings: TIMINGS });
    await expect(store.write(await aWrite(store))).rejects.toMatchObject({ code: "forbidden" });
  });
});

test.each([
  { when: "before" as const, name: "before it is carried out", moves: 2 },
  { when: "after" as const, name: "after it was carried out", moves: 1 },
])("a move of the branch whose answer does not come in time, $name, lands once", async ({ when, moves }) => {
  const sandbox = await startSandbox();
  try {
    sandbox.addRepo("acme/images", { files: { "assay.yml": "a: 1\n" } });
    const store = openStore(sandbox, "acme/images", { timeoutMs: 700 });
    const tip = (await store.tip("main")) ?? "no tip";
    const write = {
      branch: "main",
      base: tip,
      tip,
      edits: [{ path: "x.json", content: "{}\n" }],
      message: "x",
    };
    sandbox.fault({ method: "PATCH", path: /git\/refs/, when }, { delayMs: 1_500 });
    const outcome = await store.write(write);
    // The late request is carried out in the end, and must change nothing.
    while (sandbox.requests.filter(({ method }) => method === "PATCH").length < moves) await sleep(20);
    const landed = await store.tip("main");
    expect(outcome).toEqual({ kind: "written", commit: landed });
    expect((await store.diff(tip, landed ?? "no tip")).commits.length).toBe(1);
  } finally {
    await sandbox.stop();
  }
});
