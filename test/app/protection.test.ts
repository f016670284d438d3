import { describe, expect, test } from "@jest/globals";
import type { GitHubRegistry } from "../../src/flows/github-registry.ts";
import { publish } from "../../src/flows/publish.ts";
import { publishThroughPull } from "../../src/flows/publish-pull.ts";
import { createOutputMemory } from "../../src/github/output-memory.ts";
import { createTeamCache } from "../../src/github/teams.ts";
import type { RulesetBody } from "../sandbox/sandbox.ts";
import type { Fixture } from "./fixture.ts";
import { aPublish, REPO, withFixture } from "./fixture.ts";
import { approve, commit, openNumbers, propose, readFile, readPull, verdictsOf } from "./github.ts";

const VERSIONS = "buckets/ubuntu-base/versions";

/** Protects the default branch as the project advises: pull requests only, and both checks from this App. */
function protect({ box, appId }: Fixture, more: RulesetBody["rules"] = []): void {
  box.addRuleset("acme/images", {
    name: "main",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      { type: "pull_request", parameters: { required_approving_review_count: 0 } },
      { type: "non_fast_forward" },
      {
        type: "required_status_checks",
        parameters: {
          strict_required_status_checks_policy: false,
          required_status_checks: ["assay/compliance", "assay/approval"].map((context) => ({
            context,
            integration_id: appId,
          })),
        },
      },
      ...more,
    ],
  });
}

function asApp(fixture: Fixture): GitHubRegistry {
  return {
    client: fixture.bot,
    repository: REPO,
    store: fixture.store(fixture.bot),
    identity: { login: "assay[bot]", appId: fixture.appId },
    outputs: createOutputMemory(),
    teams: createTeamCache(),
  };
}

/** Publishes as a build repository would with the App's token: straight where it may, else through a pull request. */
async function publishAsApp(fixture: Fixture, fingerprint: string): Promise<void> {
  const request = aPublish(fixture.now(), { fingerprint });
  const registry = asApp(fixture);
  const straight = await publish(registry.store, request, fixture.now());
  if ("kind" in straight) await publishThroughPull(registry, request, fixture.now());
}

async function fingerprints(fixture: Fixture): Promise<string[]> {
  const { data } = await fixture.bot.rest.repos.getContent({ ...REPO, path: VERSIONS });
  const names = Array.isArray(data) ? data.map(({ name }) => name) : [];
  const records = await Promise.all(names.map((name) => readFile(fixture.bot, `${VERSIONS}/${name}`)));
  return records.map((record) => /"fingerprint": "(.*)"/.exec(record ?? "")?.[1] ?? "");
}

describe("a protected default branch", () => {
  test("gets a publish through a pull request that merges by itself, and the promotion after it", async () => {
    await withFixture(async (fixture) => {
      protect(fixture);
      await publishAsApp(fixture, "run-1");
      await fixture.quiet();
      expect(await readPull(fixture.bot, 1)).toMatchObject({ merged: true, head: { ref: "assay/publish" } });
      expect(await fingerprints(fixture)).toEqual(["run-1"]);
      expect(await readFile(fixture.bot, "buckets/ubuntu-base/channels/dev.yml")).toBe("version: v1\n");
      expect(await openNumbers(fixture.bot)).toEqual([]);
    });
  });

  test("loses none of twenty publishes at the same time", async () => {
    await withFixture(async (fixture) => {
      protect(fixture);
      const runs = Array.from({ length: 20 }, (_, index) => `run-${index}`);
      await Promise.all(runs.map((run) => publishAsApp(fixture, run)));
      await fixture.quiet();
      expect((await fingerprints(fixture)).toSorted()).toEqual(runs.toSorted());
      expect(await openNumbers(fixture.bot)).toEqual([]);
      const { data } = await fixture.bot.rest.repos.getContent({ ...REPO, path: VERSIONS });
      const names = Array.isArray(data) ? data.map(({ name }) => name).toSorted() : [];
      expect(names).toEqual(runs.map((_, index) => `v${index + 1}.json`).toSorted());
    });
  }, 240_000);

  test("refuses records that somebody pushed onto the App's branch", async () => {
    await withFixture(async (fixture) => {
      protect(fixture);
      const registry = asApp(fixture);
      fixture.box.dropDeliveries(1000);
      await publishThroughPull(registry, aPublish(fixture.now(), { fingerprint: "run-1" }), fixture.now());
      await fixture.quiet();
      fixture.box.dropDeliveries(0);
      const path = `${VERSIONS}/v1.json`;
      const record = (await readFile(fixture.bot, path, "assay/publish")) ?? "";
      await commit(fixture.as("erin"), "assay/publish", {
        files: { [path]: record.replace("ami-run-1", "ami-evil") },
      });
      await fixture.quiet();
      const [number = 0] = await openNumbers(fixture.bot);
      expect(await verdictsOf(fixture.bot, number)).toMatchObject({ compliance: "failure" });
      expect(await readFile(fixture.bot, path)).toBeUndefined();
    });
  });
});

describe("a merge queue", () => {
  const queue = { type: "merge_queue" } as const;

  async function proposeInQueue(fixture: Fixture): Promise<number> {
    const registry = asApp(fixture);
    await publish(registry.store, aPublish(fixture.now(), { fingerprint: "run-1" }), fixture.now());
    await fixture.quiet();
    protect(fixture, [queue]);
    const path = "buckets/ubuntu-base/channels/stable.yml";
    const number = await propose(fixture.as("erin"), "to-stable", { [path]: "version: v1\n" });
    await fixture.quiet();
    return number;
  }

  test("gets its checks on the group, judged anew, and merges by them", async () => {
    await withFixture(async (fixture) => {
      const number = await proposeInQueue(fixture);
      for (const login of ["rita", "ron"]) await approve(fixture.as(login), number);
      await fixture.quiet();
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
      await fixture.box.enqueue("acme/images", number);
      await fixture.quiet();
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: true });
      expect(await readFile(fixture.bot, "buckets/ubuntu-base/channels/stable.yml")).toBe("version: v1\n");
    });
  });

  test("does not merge what lacks an approval", async () => {
    await withFixture(async (fixture) => {
      const number = await proposeInQueue(fixture);
      await approve(fixture.as("rita"), number);
      await fixture.quiet();
      const { sha } = await fixture.box.enqueue("acme/images", number);
      await fixture.quiet();
      const { data } = await fixture.bot.rest.checks.listForRef({ ...REPO, ref: sha });
      const conclusions = Object.fromEntries(
        data.check_runs.map(({ name, conclusion }) => [name, conclusion]),
      );
      expect(conclusions).toEqual({ "assay/compliance": "success", "assay/approval": "action_required" });
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
    });
  });

  test("does not merge a group whose pull requests cannot be told", async () => {
    await withFixture(async (fixture) => {
      await proposeInQueue(fixture);
      const erin = fixture.as("erin");
      const head = await commit(erin, "gh-readonly-queue/main/pr-77-abc", {
        files: { "buckets/ubuntu-base/channels/stable.yml": "version: v1\n" },
      });
      const { data: main } = await erin.rest.repos.getBranch({ ...REPO, branch: "main" });
      await fixture.deliver("merge_group", {
        action: "checks_requested",
        installation: { id: fixture.installationId },
        repository: { name: "images", owner: { login: "acme" }, default_branch: "main" },
        merge_group: {
          head_sha: head,
          head_ref: "refs/heads/gh-readonly-queue/main/pr-77-abc",
          base_sha: main.commit.sha,
          base_ref: "refs/heads/main",
        },
      });
      await fixture.quiet();
      const { data } = await fixture.bot.rest.checks.listForRef({ ...REPO, ref: head });
      const conclusions = Object.fromEntries(
        data.check_runs.map(({ name, conclusion }) => [name, conclusion]),
      );
      expect(conclusions).toEqual({ "assay/compliance": "failure", "assay/approval": "failure" });
      expect(data.check_runs[0]?.output.summary).toContain("cannot be told which pull requests");
    });
  });
});
