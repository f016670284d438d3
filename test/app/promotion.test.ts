import { describe, expect, test } from "@jest/globals";
import { publish } from "../../src/flows/publish.ts";
import type { Fixture } from "./fixture.ts";
import { aPublish, REPO, withFixture } from "./fixture.ts";
import {
  approve,
  commit,
  openNumbers,
  propose,
  readChecks,
  readFile,
  readPull,
  verdictsOf,
} from "./github.ts";

const STABLE = "buckets/ubuntu-base/channels/stable.yml";
const STABLE_BRANCH = "assay/promote/ubuntu-base/stable";

/** Publishes a version, which automation then takes to `dev`. */
async function publishVersion(fixture: Fixture, fingerprint: string): Promise<void> {
  const store = fixture.store(fixture.as("dana"));
  await publish(store, aPublish(fixture.now(), { fingerprint }), fixture.now());
  await fixture.quiet();
}

/** A version on `dev`, and a pull request of erin that promotes it to the restricted channel. */
async function proposeStable(fixture: Fixture): Promise<number> {
  await publishVersion(fixture, "run-1");
  const number = await propose(fixture.as("erin"), STABLE_BRANCH, { [STABLE]: "version: v1\n" });
  await fixture.quiet();
  return number;
}

describe("automatic channels", () => {
  test("A published version gets there by a pull request that Assay opens, checks, merges and cleans up.", async () => {
    await withFixture(async (fixture) => {
      await publishVersion(fixture, "run-1");
      const dana = fixture.as("dana");
      const pull = await readPull(dana, 1);
      expect(pull).toMatchObject({ merged: true, user: { login: "assay[bot]" } });
      expect(await readChecks(dana, pull.head.sha)).toMatchObject({
        "assay/compliance": { conclusion: "success" },
        "assay/approval": { conclusion: "success", title: "Nobody has to agree" },
      });
      expect(await readFile(dana, "buckets/ubuntu-base/channels/dev.yml")).toBe("version: v1\n");
      expect(await openNumbers(dana)).toEqual([]);
      const { data: branches } = await dana.rest.repos.listBranches({ ...REPO });
      expect(branches.map(({ name }) => name)).toEqual(["main"]);
    });
  });

  test("A version that the App itself publishes gets there as well.", async () => {
    await withFixture(async (fixture) => {
      const request = aPublish(fixture.now(), { fingerprint: "run-1" });
      await publish(fixture.store(fixture.bot), request, fixture.now());
      await fixture.quiet();
      expect(await readFile(fixture.bot, "buckets/ubuntu-base/channels/dev.yml")).toBe("version: v1\n");
    });
  });

  test("A version that qualifies only after a while is promoted when the time has come, without any event.", async () => {
    const settings =
      "apiVersion: assay/v1\nname: x\nchannels:\n  dev: { auto: true }\n  staging: { auto: true, after: dev, soak: 24h }\n";
    await withFixture(
      async (fixture) => {
        await publishVersion(fixture, "run-1");
        const staging = "buckets/ubuntu-base/channels/staging.yml";
        await fixture.pass(23);
        expect(await readFile(fixture.bot, staging)).toBeUndefined();
        await fixture.pass(2);
        expect(await readFile(fixture.bot, staging)).toBe("version: v1\n");
      },
      { settings },
    );
  });

  test("A channel on hold stays where it is.", async () => {
    await withFixture(async (fixture) => {
      await publishVersion(fixture, "run-1");
      const path = "buckets/ubuntu-base/channels/dev.yml";
      const held = "version: v1\nhold: { reason: audit, by: alice }\n";
      await commit(fixture.as("alice"), "main", { files: { [path]: held } });
      await fixture.quiet();
      await publishVersion(fixture, "run-2");
      expect(await readFile(fixture.bot, path)).toBe(held);
      expect(await openNumbers(fixture.bot)).toEqual([]);
    });
  });
});

describe("a restricted channel", () => {
  test("waits for as many approvals of its team as it asks for, and is then merged with a record of who agreed", async () => {
    await withFixture(async (fixture) => {
      const number = await proposeStable(fixture);
      expect(await verdictsOf(fixture.bot, number)).toEqual({
        compliance: "success",
        approval: "action_required",
      });
      await approve(fixture.as("rita"), number);
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toEqual({
        compliance: "success",
        approval: "action_required",
      });
      expect(await readFile(fixture.bot, STABLE)).toBeUndefined();
      await approve(fixture.as("ron"), number);
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toEqual({ compliance: "success", approval: "success" });
      expect(await readPull(fixture.bot, number)).toMatchObject({
        merged: true,
        merged_by: { login: "assay[bot]" },
      });
      const { data } = await fixture.bot.rest.repos.getCommit({ ...REPO, ref: "main" });
      expect(data.commit.message.split("\n")).toEqual(
        expect.arrayContaining([
          `promote: ubuntu-base none -> v1 on stable (#${number})`,
          "Assay-Move: ubuntu-base@stable none -> v1",
          "Assay-Requested-By: erin",
          "Assay-Approved-By: rita",
          "Assay-Approved-By: ron",
          "Assay-Verdict: pass",
          `Assay-Pull-Request: ${number}`,
        ]),
      );
    });
  });

  test("counts no review of the publisher, of strangers to the team, or of bots, and says why", async () => {
    await withFixture(async (fixture) => {
      const number = await proposeStable(fixture);
      fixture.box.setTeamMembers("acme", "image-release", ["rita", "ron", "rose", "dana", "erin"]);
      await fixture.pass(1);
      for (const login of ["dana", "adam", "rita"]) await approve(fixture.as(login), number);
      await approve(fixture.bot, number);
      await fixture.quiet();
      const { head } = await readPull(fixture.bot, number);
      const { "assay/approval": approval } = await readChecks(fixture.bot, head.sha);
      expect(approval).toMatchObject({ conclusion: "action_required", title: "Needs 1 more approval" });
      expect(approval?.summary).toMatch(/dana.*does not count: they published the version/);
      expect(approval?.summary).toMatch(/adam.*does not count: not one of those who must agree/);
      expect(approval?.summary).toMatch(/assay.*does not count: not one of those who must agree/);
    });
  });

  test("keeps approvals over a merge of the base, and drops them when the content changes", async () => {
    await withFixture(async (fixture) => {
      const number = await proposeStable(fixture);
      await approve(fixture.as("rita"), number);
      await commit(fixture.as("alice"), "main", { files: { "README.md": "More.\n" } });
      await fixture.as("erin").rest.pulls.updateBranch({ ...REPO, pull_number: number });
      await fixture.quiet();
      const updated = await readPull(fixture.bot, number);
      expect((await readChecks(fixture.bot, updated.head.sha))["assay/approval"]?.title).toBe(
        "Needs 1 more approval",
      );
      const held = "version: v1\nhold: { reason: audit, by: erin }\n";
      const head = await commit(fixture.as("erin"), STABLE_BRANCH, { files: { [STABLE]: held } });
      await approve(fixture.as("ron"), number);
      await fixture.quiet();
      const { "assay/approval": approval } = await readChecks(fixture.bot, head);
      expect(approval).toMatchObject({ conclusion: "action_required", title: "Needs 1 more approval" });
      expect(approval?.summary).toMatch(/rita.*does not count: it was of other content/);
    });
  });

  test("takes a dismissed approval back", async () => {
    await withFixture(async (fixture) => {
      const number = await proposeStable(fixture);
      await approve(fixture.as("rita"), number);
      await fixture.quiet();
      const { data: reviews } = await fixture.bot.rest.pulls.listReviews({ ...REPO, pull_number: number });
      await fixture.as("alice").rest.pulls.dismissReview({
        ...REPO,
        pull_number: number,
        review_id: reviews[0]?.id ?? 0,
        message: "too early",
      });
      await approve(fixture.as("ron"), number);
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toEqual({
        compliance: "success",
        approval: "action_required",
      });
    });
  });
});

describe("time and the base branch", () => {
  test("A soak waits as action_required, and the promotion is merged when the time has come.", async () => {
    await withFixture(async (fixture) => {
      await publishVersion(fixture, "run-1");
      const staging = "buckets/ubuntu-base/channels/staging.yml";
      const number = await propose(fixture.as("erin"), "to-staging", { [staging]: "version: v1\n" });
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toEqual({
        compliance: "action_required",
        approval: "success",
      });
      await fixture.pass(23);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
      await fixture.pass(1.1);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
      expect(await readFile(fixture.bot, staging)).toBe("version: v1\n");
    });
  });

  test("A revocation on the default branch fails the promotion of the same version.", async () => {
    await withFixture(async (fixture) => {
      const number = await proposeStable(fixture);
      const revocation = { "buckets/ubuntu-base/revocations/v1.yml": "reason: leaked key\n" };
      await commit(fixture.as("alice"), "main", { files: revocation });
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toMatchObject({ compliance: "failure" });
    });
  });

  test("A pull request that aims at another branch is judged, and merged only once it aims at the default branch.", async () => {
    await withFixture(async (fixture) => {
      await publishVersion(fixture, "run-1");
      const erin = fixture.as("erin");
      await commit(erin, "elsewhere", { files: { "README.md": "Elsewhere.\n" } });
      await commit(erin, "rollback", {
        files: { "buckets/ubuntu-base/channels/dev.yml": "version: none\n" },
      });
      const { data } = await erin.rest.pulls.create({
        ...REPO,
        head: "rollback",
        base: "elsewhere",
        title: "x",
      });
      await fixture.quiet();
      expect(await verdictsOf(erin, data.number)).toEqual({ compliance: "success", approval: "success" });
      expect(await readPull(erin, data.number)).toMatchObject({ merged: false });
      await erin.rest.pulls.update({ ...REPO, pull_number: data.number, base: "main" });
      await fixture.quiet();
      expect(await readPull(erin, data.number)).toMatchObject({ merged: true });
    });
  });

  test("A draft is judged like any other and not merged.", async () => {
    await withFixture(async (fixture) => {
      await publishVersion(fixture, "run-1");
      const erin = fixture.as("erin");
      await commit(erin, "rollback", {
        files: { "buckets/ubuntu-base/channels/dev.yml": "version: none\n" },
      });
      const { data } = await erin.rest.pulls.create({
        ...REPO,
        head: "rollback",
        base: "main",
        title: "x",
        draft: true,
      });
      await fixture.quiet();
      expect(await verdictsOf(erin, data.number)).toEqual({ compliance: "success", approval: "success" });
      expect(await readPull(erin, data.number)).toMatchObject({ merged: false });
    });
  });
});

test("What comes from a fork is judged and never merged by Assay.", async () => {
  await withFixture(async (fixture) => {
    await publishVersion(fixture, "run-1");
    fixture.box.addUser("mallory");
    fixture.box.addFork("acme/images", "mallory");
    const mallory = fixture.as("mallory");
    const path = "buckets/ubuntu-base/channels/dev.yml";
    const repo = { owner: "mallory", repo: "images" };
    await commit(mallory, "x", { files: { [path]: "version: none\n" }, repo });
    const { data } = await mallory.rest.pulls.create({
      ...REPO,
      head: "mallory:x",
      base: "main",
      title: "x",
    });
    await fixture.quiet();
    expect(await verdictsOf(fixture.bot, data.number)).toEqual({
      compliance: "success",
      approval: "success",
    });
    expect(await readPull(fixture.bot, data.number)).toMatchObject({ merged: false, state: "open" });
  });
});

test("A second promotion of the same channel waits behind one that people have approved.", async () => {
  const settings =
    "apiVersion: assay/v1\nname: x\nchannels:\n  stable: { auto: true, restricted: { teams: [image-release], approvals: 2 } }\n";
  await withFixture(
    async (fixture) => {
      await publishVersion(fixture, "run-1");
      await approve(fixture.as("rita"), 1);
      await publishVersion(fixture, "run-2");
      expect(await readFile(fixture.bot, STABLE, STABLE_BRANCH)).toBe("version: v1\n");
      await approve(fixture.as("ron"), 1);
      await fixture.quiet();
      expect(await readFile(fixture.bot, STABLE)).toBe("version: v1\n");
      // The newer one follows by itself.
      expect(await readFile(fixture.bot, STABLE, STABLE_BRANCH)).toBe("version: v2\n");
      expect(await openNumbers(fixture.bot)).toEqual([2]);
    },
    { settings },
  );
});
