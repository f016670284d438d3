import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RulesetBody } from "../../sandbox/sandbox.ts";
import {
  commitFiles,
  type Fixture,
  git,
  openFixture,
  openPull,
  refusal,
  REPO,
  withClone,
} from "./fixture.ts";

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

type Rules = NonNullable<RulesetBody["rules"]>;

function rulesetOf(rules: Rules, more: Partial<RulesetBody> = {}): RulesetBody {
  return {
    name: "guard",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules,
    ...more,
  };
}

function reviewRule(parameters: Readonly<Record<string, unknown>>): Rules {
  return [
    {
      type: "pull_request",
      parameters: {
        required_approving_review_count: 0,
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
        ...parameters,
      },
    },
  ];
}

test("rulesets are made, read, changed and deleted, by those who administer", async () => {
  const { alice, bob, app } = fixture;
  const body = {
    ...REPO,
    name: "guard",
    target: "branch",
    enforcement: "active",
    bypass_actors: [{ actor_id: app.id, actor_type: "Integration", bypass_mode: "always" }],
    conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/heads/free/**/*"] } },
    rules: [{ type: "deletion" }],
  } as const;
  const made = await alice.rest.repos.createRepoRuleset({
    ...body,
    bypass_actors: [...body.bypass_actors],
    conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/heads/free/**/*"] } },
    rules: [...body.rules],
  });
  const id = { ...REPO, ruleset_id: made.data.id };
  expect(made.data.bypass_actors).toEqual(body.bypass_actors);
  expect((await bob.rest.repos.getRepoRuleset(id)).data.bypass_actors).toBeUndefined();
  expect((await bob.rest.repos.getRepoRulesets(REPO)).data).toMatchObject([{ name: "guard" }]);
  const rules = await bob.rest.repos.getBranchRules({ ...REPO, branch: "main" });
  expect(rules.data).toMatchObject([{ type: "deletion", ruleset_id: made.data.id }]);
  expect((await bob.rest.repos.getBranchRules({ ...REPO, branch: "free/a/b" })).data).toEqual([]);
  expect(await refusal(bob.rest.repos.deleteRepoRuleset(id))).toMatchObject({ status: 403 });
  await alice.rest.repos.updateRepoRuleset({ ...id, enforcement: "disabled" });
  expect((await bob.rest.repos.getBranchRules({ ...REPO, branch: "main" })).data).toEqual([]);
  await alice.rest.repos.deleteRepoRuleset(id);
  expect(await refusal(alice.rest.repos.getRepoRuleset(id))).toMatchObject({ status: 404 });
});

test.each([
  ["refs/heads/assay/**", "assay/one", true],
  ["refs/heads/assay/**", "assay/one/two", false],
  ["refs/heads/assay/**/*", "assay/one", true],
  ["refs/heads/assay/**/*", "assay/one/two", true],
  ["refs/heads/release-?", "release-1", true],
  ["refs/heads/*", "a/b", false],
])("the pattern %s covers %s: %s", async (pattern, branch, covered) => {
  fixture.box.addRuleset(
    "acme/images",
    rulesetOf([{ type: "deletion" }], { conditions: { ref_name: { include: [pattern], exclude: [] } } }),
  );
  const { data } = await fixture.bob.rest.repos.getBranchRules({ ...REPO, branch });
  expect(data.length > 0).toBe(covered);
});

describe("on refs", () => {
  test.each([
    ["update", "Cannot update this protected ref."],
    ["pull_request", "Changes must be made through a pull request."],
    ["required_signatures", "Commits must have verified signatures."],
  ] as const)("the rule %s refuses a move through every door", async (type, reason) => {
    const { bob, box } = fixture;
    box.addRuleset("acme/images", rulesetOf([{ type }]));
    const content = Buffer.from("x").toString("base64");
    expect(await refusal(commitFiles(bob, "main", { files: { a: "1" } }))).toMatchObject({
      status: 422,
      message: expect.stringContaining(reason),
    });
    const put = bob.rest.repos.createOrUpdateFileContents({ ...REPO, path: "a", message: "m", content });
    expect(await refusal(put)).toMatchObject({
      status: 409,
      message: expect.stringContaining(`Repository rule violations found`),
    });
    await withClone({ box, token: box.userToken("bob") }, async (dir) => {
      await writeFile(join(dir, "a"), "1");
      await git(dir, "add", ".");
      await git(dir, "commit", "-m", "a");
      const pushed = await git(dir, "push", "origin", "HEAD:main");
      expect(pushed.code).not.toBe(0);
      expect(pushed.output).toContain(reason);
    });
  });

  test("creation, deletion and force pushes are refused where rules say so", async () => {
    const { bob, box } = fixture;
    const main = (await bob.rest.git.getRef({ ...REPO, ref: "heads/main" })).data.object.sha;
    await commitFiles(bob, "kept/a", { files: { a: "1" } });
    const conditions = { ref_name: { include: ["refs/heads/kept/*"], exclude: [] } };
    const rules: Rules = [{ type: "creation" }, { type: "deletion" }, { type: "non_fast_forward" }];
    box.addRuleset("acme/images", rulesetOf(rules, { conditions }));
    const { git: refs } = bob.rest;
    expect(await refusal(refs.createRef({ ...REPO, ref: "refs/heads/kept/b", sha: main }))).toMatchObject({
      status: 422,
    });
    expect(await refusal(refs.deleteRef({ ...REPO, ref: "heads/kept/a" }))).toMatchObject({ status: 422 });
    const force = refs.updateRef({ ...REPO, ref: "heads/kept/a", sha: main, force: true });
    expect(await refusal(force)).toMatchObject({
      status: 422,
      message: expect.stringContaining("Cannot force-push"),
    });
    await commitFiles(bob, "kept/a", { files: { a: "2" } });
  });

  test("linear history refuses merge commits, pushed or made by a merge", async () => {
    const { bob, box } = fixture;
    const number = await openPull(bob, "linear", { "linear.md": "1" });
    box.addRuleset("acme/images", rulesetOf([{ type: "required_linear_history" }]));
    expect(await refusal(bob.rest.pulls.merge({ ...REPO, pull_number: number }))).toMatchObject({
      status: 405,
    });
    await withClone({ box, token: box.userToken("bob") }, async (dir) => {
      await git(dir, "merge", "--no-ff", "-m", "m", "origin/linear");
      const pushed = await git(dir, "push", "origin", "HEAD:main");
      expect(pushed.output).toContain("This branch must not contain merge commits.");
    });
    await bob.rest.pulls.merge({ ...REPO, pull_number: number, merge_method: "squash" });
  });
});

describe("who may bypass", () => {
  test.each([
    [
      "an App",
      (f: Fixture) => ({ actor_id: f.app.id, actor_type: "Integration" as const }),
      (f: Fixture) => f.bot,
    ],
    [
      "an organization's admins",
      () => ({ actor_id: 1, actor_type: "OrganizationAdmin" as const }),
      (f: Fixture) => f.alice,
    ],
    [
      "a repository role",
      () => ({ actor_id: 4, actor_type: "RepositoryRole" as const }),
      (f: Fixture) => f.bob,
    ],
  ] as const)("is named by %s", async (_what, actorOf, clientOf) => {
    const { box, carol } = fixture;
    const actor = actorOf(fixture);
    box.addRuleset(
      "acme/images",
      rulesetOf([{ type: "update" }], { bypass_actors: [{ ...actor, bypass_mode: "always" }] }),
    );
    await commitFiles(clientOf(fixture), "main", { files: { bypass: "1" } });
    expect(await refusal(commitFiles(carol, "main", { files: { bypass: "2" } }))).toMatchObject({
      status: 403,
    });
  });

  test("a team, but only in pull requests where the mode says so", async () => {
    const { box, bob } = fixture;
    const team = box.addTeam("acme", "release", ["bob"]);
    const actor = { actor_id: team.id, actor_type: "Team", bypass_mode: "pull_request" } as const;
    box.addRuleset("acme/images", rulesetOf([{ type: "update" }], { bypass_actors: [actor] }));
    expect(await refusal(commitFiles(bob, "main", { files: { a: "1" } }))).toMatchObject({ status: 422 });
    const number = await openPull(bob, "released", { "r.md": "1" });
    await bob.rest.pulls.merge({ ...REPO, pull_number: number });
  });
});

describe("on merges", () => {
  test("approvals of people who may write are counted, the newest of each", async () => {
    const { alice, bob, carol, box } = fixture;
    box.addRuleset("acme/images", rulesetOf(reviewRule({ required_approving_review_count: 1 })));
    const number = await openPull(bob, "approve", { "a.md": "1" });
    const at = { ...REPO, pull_number: number };
    await carol.rest.pulls.createReview({ ...at, event: "APPROVE" });
    const merge = (): Promise<unknown> => bob.rest.pulls.merge(at);
    expect(await refusal(merge())).toMatchObject({
      status: 405,
      message: expect.stringContaining(
        "At least 1 approving review is required by reviewers with write access.",
      ),
    });
    await alice.rest.pulls.createReview({ ...at, event: "APPROVE" });
    await alice.rest.pulls.createReview({ ...at, event: "REQUEST_CHANGES", body: "wait" });
    expect(await refusal(merge())).toMatchObject({ status: 405 });
    await alice.rest.pulls.createReview({ ...at, event: "APPROVE" });
    await alice.rest.pulls.createReview({ ...at, event: "COMMENT", body: "fine" });
    await merge();
  });

  test("a push takes stale approvals away, and Apps are told", async () => {
    const { alice, bob, box, hooks } = fixture;
    const rules = reviewRule({ required_approving_review_count: 1, dismiss_stale_reviews_on_push: true });
    box.addRuleset("acme/images", rulesetOf(rules));
    const number = await openPull(bob, "stale", { "a.md": "1" });
    await alice.rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
    await commitFiles(bob, "stale", { files: { "a.md": "2" } });
    expect(await refusal(bob.rest.pulls.merge({ ...REPO, pull_number: number }))).toMatchObject({
      status: 405,
    });
    await box.settle();
    expect(hooks.filter(({ event }) => event === "pull_request_review").map(({ action }) => action)).toEqual([
      "submitted",
      "dismissed",
    ]);
  });

  test("the last pusher's approval does not count where another's is asked for", async () => {
    const { alice, bob, box } = fixture;
    box.addRuleset("acme/images", rulesetOf(reviewRule({ require_last_push_approval: true })));
    const number = await openPull(bob, "last", { "a.md": "1" });
    await commitFiles(alice, "last", { files: { "a.md": "2" } });
    await alice.rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
    expect(await refusal(bob.rest.pulls.merge({ ...REPO, pull_number: number }))).toMatchObject({
      status: 405,
      message: expect.stringContaining("someone other than alice"),
    });
  });

  test("code owners of the base branch are asked", async () => {
    const { alice, bob, box } = fixture;
    await commitFiles(bob, "main", { files: { ".github/CODEOWNERS": "* @acme/security\n/docs/ @alice\n" } });
    box.addRuleset("acme/images", rulesetOf(reviewRule({ require_code_owner_review: true })));
    const number = await openPull(bob, "owned", { "docs/new.md": "1", ".github/CODEOWNERS": "\n" });
    const merge = (): Promise<unknown> => bob.rest.pulls.merge({ ...REPO, pull_number: number });
    expect(await refusal(merge())).toMatchObject({ message: expect.stringContaining("acme/security") });
    await alice.rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
    const left = await refusal(merge());
    expect(left.message).toContain("Waiting on code owner review from acme/security.");
    expect(left.message).not.toContain("alice");
  });

  test("only allowed methods merge, and strict checks want an up-to-date head", async () => {
    const { bob, bot, box } = fixture;
    const number = await openPull(bob, "strict", { "a.md": "1" });
    const checks = { required_status_checks: [{ context: "c" }], strict_required_status_checks_policy: true };
    const rules: Rules = [
      ...reviewRule({ allowed_merge_methods: ["squash"] }),
      { type: "required_status_checks", parameters: checks },
    ];
    await commitFiles(bob, "main", { files: { "ahead.md": "1" } });
    box.addRuleset("acme/images", rulesetOf(rules));
    const pull = async () => (await bob.rest.pulls.get({ ...REPO, pull_number: number })).data;
    await bot.rest.checks.create({
      ...REPO,
      name: "c",
      head_sha: (await pull()).head.sha,
      conclusion: "success",
    });
    expect((await pull()).mergeable_state).toBe("behind");
    const at = { ...REPO, pull_number: number };
    expect(await refusal(bob.rest.pulls.merge({ ...at, merge_method: "squash" }))).toMatchObject({
      status: 405,
    });
    await bob.rest.pulls.updateBranch(at);
    await bot.rest.checks.create({
      ...REPO,
      name: "c",
      head_sha: (await pull()).head.sha,
      conclusion: "success",
    });
    expect(await refusal(bob.rest.pulls.merge(at))).toMatchObject({
      message: expect.stringContaining("not allowed"),
    });
    await bob.rest.pulls.merge({ ...at, merge_method: "squash" });
  });
});
