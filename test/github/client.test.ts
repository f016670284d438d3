import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import nock from "nock";
import { createClient } from "../../src/github/client.ts";
import { asked, askedOrAbsent, requestError } from "../../src/github/request-error.ts";
import { startSandbox } from "../sandbox/sandbox.ts";

const API = "https://api.github.com";
const TOKEN = "ghp_0123456789";
const TIMINGS = { secondMs: 1, pace: "none", retries: 2, maxWaitSeconds: 30 } as const;

function aClient() {
  return createClient({ auth: TOKEN, timings: TIMINGS });
}

function readRepo() {
  return asked(aClient().rest.repos.get({ owner: "acme", repo: "images" }));
}

async function thrownBy(request: Promise<unknown>): Promise<unknown> {
  return await request.then(
    () => "nothing was thrown",
    (error: unknown) => error,
  );
}

describe("a request", () => {
  test("says who asks, and which version of the API it means", async () => {
    nock(API, {
      reqheaders: {
        authorization: `token ${TOKEN}`,
        "user-agent": /^assay /,
        "x-github-api-version": "2022-11-28",
      },
    })
      .get("/repos/acme/images")
      .reply(200, { id: 1 });
    expect((await readRepo()).data.id).toBe(1);
  });

  test.each([
    { name: "a server error", status: 502, headers: {} },
    { name: "a limit", status: 429, headers: { "retry-after": "3" } },
    { name: "a limit as 403", status: 403, headers: { "retry-after": "3" } },
  ])("is repeated after $name", async ({ status, headers }) => {
    nock(API).get("/repos/acme/images").reply(status, { message: "no" }, headers);
    nock(API).get("/repos/acme/images").reply(200, { id: 1 });
    expect((await readRepo()).data.id).toBe(1);
  });

  test.each([
    { status: 401, code: "forbidden", says: "GITHUB_TOKEN" },
    { status: 403, code: "forbidden", says: "may not do this" },
    { status: 404, code: "not-found", says: "the App is installed there" },
    { status: 405, code: "conflict", says: "405" },
    { status: 409, code: "conflict", says: "409" },
    { status: 410, code: "not-found", says: "410" },
    { status: 422, code: "invalid", says: '"no" ' },
  ])("that is answered $status is not repeated, and becomes $code", async ({ status, code, says }) => {
    nock(API).get("/repos/acme/images").reply(status, { message: "no" });
    const error = await thrownBy(readRepo());
    expect(error).toMatchObject({ code, message: expect.stringContaining(says.trim()) });
  });

  test("that the server never carries out is given up", async () => {
    nock(API).get("/repos/acme/images").times(3).reply(503, { message: "no" });
    expect(await thrownBy(readRepo())).toMatchObject({ code: "unavailable" });
  });

  test("that would have to wait too long says how long", async () => {
    nock(API)
      .get("/repos/acme/images")
      .reply(403, { message: "secondary rate limit" }, { "retry-after": "600" });
    expect(await thrownBy(readRepo())).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("in 600 s"),
    });
  });

  test("that uses the budget up says so", async () => {
    const headers = {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(Date.now() / 1_000) + 3_000),
    };
    nock(API).get("/repos/acme/images").reply(403, { message: "API rate limit exceeded" }, headers);
    expect(await thrownBy(readRepo())).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("rate limit"),
    });
  });

  test("whose answer does not come is given up in time", async () => {
    const sandbox = await startSandbox();
    try {
      const client = createClient({
        auth: TOKEN,
        baseUrl: sandbox.url,
        timings: { ...TIMINGS, retries: 0, timeoutMs: 50 },
      });
      sandbox.fault({ when: "before" }, { delayMs: 300 });
      const error = await thrownBy(asked(client.rest.repos.get({ owner: "acme", repo: "images" })));
      expect(error).toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("did not answer GET /repos/acme/images"),
      });
    } finally {
      await sandbox.stop();
    }
  });

  test("for what does not exist can be undefined", async () => {
    nock(API).get("/repos/acme/images").reply(404, { message: "Not Found" });
    expect(await askedOrAbsent(aClient().rest.repos.get({ owner: "acme", repo: "images" }))).toBeUndefined();
  });
});

describe("an error", () => {
  test("holds no token, however it is printed", async () => {
    nock(API).get("/repos/acme/images").query(true).reply(403, { message: "no" });
    const request = aClient().request("GET /repos/acme/images", { access_token: TOKEN });
    const error = await thrownBy(asked(request));
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN);
  });

  test("names the setting that keeps workflows from opening pull requests", async () => {
    nock(API)
      .post("/repos/acme/images/pulls")
      .reply(403, { message: "GitHub Actions is not permitted to create or approve pull requests." });
    const error = await thrownBy(
      asked(aClient().rest.pulls.create({ owner: "acme", repo: "images", head: "a", base: "b", title: "t" })),
    );
    expect(error).toMatchObject({ message: expect.stringContaining("Allow GitHub Actions to create") });
  });

  test("that is no failed request stays what it is", () => {
    const bug = new TypeError("x is not a function");
    expect(requestError(bug)).toBe(bug);
  });
});
