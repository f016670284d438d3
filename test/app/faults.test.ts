import { describe, expect, test } from "@jest/globals";
import { publish } from "../../src/flows/publish.ts";
import type { Fixture } from "./fixture.ts";
import { aPublish, REPO, withFixture } from "./fixture.ts";
import { commit, propose, readChecks, readFile, readPull, verdictsOf } from "./github.ts";

const DEV = "buckets/ubuntu-base/channels/dev.yml";
const PASSED = { compliance: "success", approval: "success" };

/** A pull request that Assay would merge at once. */
async function proposeRollback(fixture: Fixture): Promise<number> {
  const number = await propose(fixture.as("erin"), "rollback", { [DEV]: "version: none\n" });
  await fixture.quiet();
  return number;
}

describe("when GitHub breaks down", () => {
  test("in the middle of a judgement, both checks fail with the reason, and it is judged again later", async () => {
    await withFixture(async (fixture) => {
      fixture.box.fault({ method: "GET", path: /\/compare\//, times: 4, when: "before" }, { status: 502 });
      const number = await proposeRollback(fixture);
      const { head } = await readPull(fixture.bot, number);
      const checks = await readChecks(fixture.bot, head.sha);
      expect(checks).toMatchObject({
        "assay/compliance": { conclusion: "failure", title: "Could not decide" },
        "assay/approval": { conclusion: "failure", title: "Could not decide" },
      });
      expect(checks["assay/compliance"]?.summary).toContain("GitHub answered 502");
      await fixture.pass(1);
      await fixture.pass(1);
      expect(await verdictsOf(fixture.bot, number)).toEqual(PASSED);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
    });
  });

  test("for a moment, the request is repeated and nobody notices", async () => {
    await withFixture(async (fixture) => {
      fixture.box.fault({ method: "GET", path: /\/compare\//, times: 1, when: "before" }, { status: 502 });
      const number = await proposeRollback(fixture);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
    });
  });

  test("before the App knows who it is, it works once GitHub is back, and its health stays good", async () => {
    await withFixture(
      async (fixture) => {
        const number = await proposeRollback(fixture);
        expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
        expect((await fetch(`${fixture.app.url}/healthz`)).status).toBe(200);
        for (let hour = 0; hour < 3; hour += 1) await fixture.pass(1);
        expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
      },
      {
        prepare: (box) =>
          box.fault({ method: "GET", path: /^\/app$/, times: 6, when: "before" }, { hangUp: true }),
      },
    );
  });

  test("over a merge that it carried out all the same, the merge counts as done", async () => {
    await withFixture(async (fixture) => {
      fixture.box.fault({ method: "PUT", path: /\/merge$/, when: "after" }, { status: 502 });
      const number = await proposeRollback(fixture);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
      expect(
        fixture.box.requests.filter(({ method, path }) => method === "PUT" && path.endsWith("/merge")),
      ).toHaveLength(1);
    });
  });

  test("over the automatic promotion, it is opened when GitHub is back", async () => {
    await withFixture(async (fixture) => {
      fixture.box.fault({ method: "POST", path: /\/pulls$/, when: "before" }, { status: 503 });
      const store = fixture.store(fixture.as("dana"));
      await publish(store, aPublish(fixture.now(), { fingerprint: "run-1" }), fixture.now());
      await fixture.quiet();
      expect(await readFile(fixture.bot, DEV)).toBeUndefined();
      await fixture.pass(1);
      expect(await readFile(fixture.bot, DEV)).toBe("version: v1\n");
    });
  });
});

describe("when something comes between", () => {
  test("a head that moved before the merge is judged again, and only what was judged is merged", async () => {
    await withFixture(async (fixture) => {
      const answer = { message: "Head branch was modified. Review and try the merge again." };
      fixture.box.fault({ method: "PUT", path: /\/merge$/, when: "before" }, { status: 409, body: answer });
      const number = await proposeRollback(fixture);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
    });
  });

  test("a base that moved before the merge is judged again", async () => {
    await withFixture(async (fixture) => {
      const answer = { message: "Base branch was modified. Review and try the merge again." };
      fixture.box.fault({ method: "PUT", path: /\/merge$/, when: "before" }, { status: 405, body: answer });
      const number = await proposeRollback(fixture);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
    });
  });

  test("a merge that is always refused is tried only so many times", async () => {
    await withFixture(async (fixture) => {
      const answer = { message: "Pull Request is not mergeable" };
      fixture.box.fault(
        { method: "PUT", path: /\/merge$/, times: 1000, when: "before" },
        { status: 405, body: answer },
      );
      const number = await proposeRollback(fixture);
      for (let hour = 0; hour < 10; hour += 1) await fixture.pass(1);
      const merges = fixture.box.requests.filter(
        ({ method, path }) => method === "PUT" && path.endsWith("/merge"),
      );
      expect(merges).toHaveLength(4);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
      expect(await verdictsOf(fixture.bot, number)).toEqual(PASSED);
    });
  });

  test("a bucket that cannot be read holds up no other", async () => {
    const bucket = "apiVersion: assay/v1\n";
    const files = {
      "assay.yml": "apiVersion: assay/v1\nname: x\nchannels:\n  dev: { auto: true }\n",
      "buckets/a/bucket.yml": "what: is this\n",
      "buckets/ubuntu-base/bucket.yml": bucket,
    };
    await withFixture(
      async (fixture) => {
        const store = fixture.store(fixture.as("dana"));
        await publish(store, aPublish(fixture.now(), { fingerprint: "run-1" }), fixture.now());
        await commit(fixture.as("alice"), "main", {
          files: { "assay.yml": `${files["assay.yml"]}# touched\n` },
        });
        await fixture.quiet();
        expect(await readFile(fixture.bot, DEV)).toBe("version: v1\n");
      },
      { files },
    );
  });
});

describe("when somebody asks again", () => {
  test.each(["run", "suite"] as const)(
    "for a check %s, new runs answer although the verdict is the same",
    async (what) => {
      await withFixture(async (fixture) => {
        const erin = fixture.as("erin");
        const number = await propose(erin, "change", { "packer/x.hcl": "x\n" });
        await fixture.quiet();
        const { head } = await readPull(fixture.bot, number);
        const before = await readChecks(fixture.bot, head.sha);
        const run = before["assay/compliance"]?.id ?? 0;
        if (what === "run") await fixture.bot.rest.checks.rerequestRun({ ...REPO, check_run_id: run });
        else {
          const { data } = await fixture.bot.rest.checks.listSuitesForRef({ ...REPO, ref: head.sha });
          const suite = data.check_suites.find(({ app }) => app?.slug === "assay")?.id ?? 0;
          await fixture.bot.rest.checks.rerequestSuite({ ...REPO, check_suite_id: suite });
        }
        await fixture.quiet();
        const after = await readChecks(fixture.bot, head.sha);
        expect(after["assay/compliance"]?.conclusion).toBe("success");
        expect(after["assay/compliance"]?.id).not.toBe(run);
        expect(after["assay/approval"]?.conclusion).toBe("success");
      });
    },
  );

  test("for the check of another App, nothing is done", async () => {
    await withFixture(async (fixture) => {
      const number = await propose(fixture.as("erin"), "change", { "packer/x.hcl": "x\n" });
      await fixture.quiet();
      fixture.box.clearRequests();
      await fixture.deliver("check_run", {
        action: "rerequested",
        installation: { id: fixture.installationId },
        repository: { name: "images", owner: { login: "acme" }, default_branch: "main" },
        check_run: { head_sha: "1".repeat(40), app: { id: fixture.appId + 1 }, pull_requests: [{ number }] },
      });
      await fixture.quiet();
      expect(fixture.box.requests).toEqual([]);
    });
  });
});
