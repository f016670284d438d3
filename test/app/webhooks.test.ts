import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { MAX_BODY_BYTES, WEBHOOK_PATH } from "../../src/app/front-door.ts";
import type { Fixture } from "./fixture.ts";
import { SECRET, withFixture } from "./fixture.ts";
import { propose, verdictsOf } from "./github.ts";

const execFileAsync = promisify(execFile);
const OVERSIZE = `
  const [url, path] = process.argv.slice(1);
  const { hostname, port } = new URL(url);
  const socket = require("node:net").connect(Number(port), hostname, () => {
    socket.write("POST " + path + " HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: ${MAX_BODY_BYTES + 1}\\r\\n\\r\\n");
  });
  socket.pipe(process.stdout);
`;
const FOREIGN = { "packer/ubuntu.pkr.hcl": "source {}\n" };

function pullEvent({ installationId }: Fixture, number: number): object {
  return {
    action: "synchronize",
    installation: { id: installationId },
    repository: { name: "images", owner: { login: "acme" }, default_branch: "main" },
    pull_request: { number },
  };
}

/** How many requests the App sent to judge a pull request. */
function judgements({ box }: Fixture, number: number): number {
  const path = `/repos/acme/images/pulls/${number}`;
  return box.requests.filter((one) => one.actor === "assay" && one.method === "GET" && one.path === path)
    .length;
}

describe("the front door", () => {
  test("tells its health and version, and that there is nothing elsewhere", async () => {
    await withFixture(async ({ app }) => {
      const health = await fetch(`${app.url}/healthz`);
      expect([health.status, await health.json()]).toEqual([
        200,
        { status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      ]);
      expect((await fetch(`${app.url}/`)).status).toBe(404);
      expect((await fetch(`${app.url}/api/github`, { method: "POST", body: "{}" })).status).toBe(404);
      expect((await fetch(`${app.url}${WEBHOOK_PATH}`)).status).toBe(405);
    });
  });

  test("refuses what is not signed, or signed with another secret", async () => {
    await withFixture(async (fixture) => {
      const number = await propose(fixture.as("erin"), "change", FOREIGN);
      await fixture.quiet();
      fixture.box.clearRequests();
      const event = pullEvent(fixture, number);
      expect(await fixture.deliver("pull_request", event, { secret: "development" })).toBe(401);
      const url = `${fixture.app.url}${WEBHOOK_PATH}`;
      expect((await fetch(url, { method: "POST", body: JSON.stringify(event) })).status).toBe(401);
      await fixture.quiet();
      expect(fixture.box.requests).toEqual([]);
    });
  });

  test("takes what is signed with the previous secret while secrets are rotated", async () => {
    await withFixture(
      async (fixture) => {
        expect(await fixture.deliver("ping", { zen: "x" }, { secret: "the one before" })).toBe(202);
        expect(await fixture.deliver("ping", { zen: "x" }, { secret: SECRET })).toBe(202);
        expect(await fixture.deliver("ping", { zen: "x" }, { secret: "another" })).toBe(401);
      },
      { previousSecret: "the one before" },
    );
  });

  test("refuses a body that is too large without reading it", async () => {
    await withFixture(async ({ app }) => {
      // From a process of its own: what stands between here and the network waits for the whole body.
      const { stdout } = await execFileAsync(process.execPath, ["-e", OVERSIZE, app.url, WEBHOOK_PATH]);
      expect(stdout).toMatch(/^HTTP\/1.1 413 /);
    });
  });

  test.each([
    ["an event that nothing follows from", "watch", { action: "started" }],
    [
      "an event without what GitHub documents",
      "pull_request",
      { action: "opened", pull_request: { number: "x" } },
    ],
    ["an event of no installation", "push", { ref: "refs/heads/main" }],
  ])("takes %s and does nothing", async (_name, event, payload) => {
    await withFixture(async (fixture) => {
      expect(await fixture.deliver(event, payload)).toBe(202);
      await fixture.quiet();
      expect(fixture.box.requests).toEqual([]);
    });
  });
});

describe("deliveries", () => {
  test("of the same id are worked on once", async () => {
    await withFixture(async (fixture) => {
      const number = await propose(fixture.as("erin"), "change", FOREIGN);
      await fixture.quiet();
      fixture.box.clearRequests();
      const id = "3f0d1b7e-0000-4000-8000-000000000001";
      for (let times = 0; times < 3; times += 1) {
        expect(await fixture.deliver("pull_request", pullEvent(fixture, number), { id })).toBe(202);
        await fixture.quiet();
      }
      // One to see whether it is open, one to judge it.
      expect(judgements(fixture, number)).toBe(2);
    });
  });

  test("that GitHub sends again change nothing and write nothing", async () => {
    await withFixture(async (fixture) => {
      const number = await propose(fixture.as("erin"), "change", FOREIGN);
      await fixture.quiet();
      fixture.box.clearRequests();
      const opened = fixture.box.deliveries.find(({ event }) => event === "pull_request");
      fixture.box.redeliver(opened?.id ?? 0);
      await fixture.deliver("pull_request", pullEvent(fixture, number));
      await fixture.quiet();
      expect(fixture.box.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    });
  });

  test("that come in a burst cost at most two judgements", async () => {
    await withFixture(async (fixture) => {
      const number = await propose(fixture.as("erin"), "change", FOREIGN);
      await fixture.quiet();
      fixture.box.clearRequests();
      const event = pullEvent(fixture, number);
      await Promise.all(Array.from({ length: 20 }, () => fixture.deliver("pull_request", event)));
      await fixture.quiet();
      expect(judgements(fixture, number)).toBeLessThanOrEqual(4);
    });
  });

  test("that come late are judged as things are now", async () => {
    await withFixture(async (fixture) => {
      const erin = fixture.as("erin");
      const number = await propose(erin, "change", { "buckets/ubuntu-base/notes.txt": "x\n" });
      await fixture.quiet();
      const opened = fixture.box.deliveries.findLast(({ event }) => event === "pull_request")?.payload ?? {};
      const { data } = await erin.rest.repos.getContent({
        owner: "acme",
        repo: "images",
        path: "buckets/ubuntu-base/notes.txt",
        ref: "change",
      });
      await erin.rest.repos.deleteFile({
        owner: "acme",
        repo: "images",
        path: "buckets/ubuntu-base/notes.txt",
        branch: "change",
        message: "mend",
        sha: "sha" in data ? data.sha : "",
      });
      await fixture.quiet();
      await fixture.deliver("pull_request", opened);
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toEqual({ compliance: "success", approval: "success" });
    });
  });

  test("of pushes to other branches cost nothing", async () => {
    await withFixture(async (fixture) => {
      const push = {
        ref: "refs/heads/other",
        before: "1".repeat(40),
        after: "2".repeat(40),
        installation: { id: fixture.installationId },
        repository: { name: "images", owner: { login: "acme" }, default_branch: "main" },
      };
      expect(await fixture.deliver("push", push)).toBe(202);
      await fixture.quiet();
      expect(fixture.box.requests).toEqual([]);
    });
  });
});

test("A push judges again only the pull requests that it may concern.", async () => {
  const bucket = "apiVersion: assay/v1\n";
  const files = {
    "assay.yml": "apiVersion: assay/v1\nname: x\nmerge: by-hand\nchannels:\n  dev: {}\n",
    "buckets/a/bucket.yml": bucket,
    "buckets/b/bucket.yml": bucket,
  };
  await withFixture(
    async (fixture) => {
      const erin = fixture.as("erin");
      const a = await propose(erin, "a", { "buckets/a/channels/dev.yml": "version: none\n" });
      const b = await propose(erin, "b", { "buckets/b/channels/dev.yml": "version: none\n" });
      await fixture.quiet();
      fixture.box.clearRequests();
      await erin.rest.repos.createOrUpdateFileContents({
        owner: "acme",
        repo: "images",
        path: "buckets/a/bucket.yml",
        message: "describe",
        content: Buffer.from(`${bucket}description: A\n`).toString("base64"),
        sha: await blobOf(fixture, "buckets/a/bucket.yml"),
      });
      await fixture.quiet();
      expect(judgements(fixture, a)).toBeGreaterThan(0);
      expect(judgements(fixture, b)).toBe(0);
    },
    { files },
  );
});

async function blobOf(fixture: Fixture, path: string): Promise<string> {
  const { data } = await fixture.bot.rest.repos.getContent({ owner: "acme", repo: "images", path });
  return "sha" in data ? data.sha : "";
}

test("An installation judges the pull requests that are open already, and starts automation.", async () => {
  await withFixture(async (fixture) => {
    const repository = { full_name: "acme/images" };
    fixture.box.dropDeliveries(1000);
    const number = await propose(fixture.as("erin"), "change", FOREIGN);
    await fixture.quiet();
    expect(await verdictsOf(fixture.bot, number)).toEqual({ compliance: undefined, approval: undefined });
    fixture.box.dropDeliveries(0);
    await fixture.deliver("installation", {
      action: "created",
      installation: { id: fixture.installationId },
      repositories: [repository],
    });
    await fixture.quiet();
    expect(await verdictsOf(fixture.bot, number)).toEqual({ compliance: "success", approval: "success" });
  });
});
