import { describe, expect, test } from "@jest/globals";
import type { EventName } from "../../src/app/events.ts";
import { tasksOf } from "../../src/app/events.ts";
import { memberOf } from "../../src/flows/judge-group.ts";
import { changedBy } from "../../src/app/judged-pulls.ts";

const [A, B, ZERO] = ["a".repeat(40), "b".repeat(40), "0".repeat(40)];
const base = {
  installation: { id: 1 },
  repository: { name: "images", owner: { login: "acme" }, default_branch: "main" },
};
const place = { installationId: 1, owner: "acme", repo: "images" };
const pull = { ...base, pull_request: { number: 7 } };
const push = { ...base, ref: "refs/heads/main", before: A, after: B };
const group = {
  head_sha: A,
  head_ref: "refs/heads/gh-readonly-queue/main/pr-7-b",
  base_sha: B,
  base_ref: "refs/heads/main",
};

const cases: readonly (readonly [string, EventName, object, readonly object[]])[] = [
  ["an opened pull request", "pull_request.opened", pull, [{ kind: "pull", ...place, number: 7 }]],
  [
    "a changed base",
    "pull_request.edited",
    { ...pull, changes: { base: {} } },
    [{ kind: "pull", ...place, number: 7 }],
  ],
  ["a changed body", "pull_request.edited", { ...pull, changes: { body: {} } }, []],
  ["a review", "pull_request_review.submitted", pull, [{ kind: "pull", ...place, number: 7 }]],
  ["a push", "push", push, [{ kind: "default-branch", ...place, span: { before: A, after: B } }]],
  [
    "the first push",
    "push",
    { ...push, before: ZERO },
    [{ kind: "default-branch", ...place, span: undefined }],
  ],
  ["a deleted branch", "push", { ...push, after: ZERO }, []],
  ["a push to another branch", "push", { ...push, ref: "refs/heads/maintenance" }, []],
  ["a tag named like the branch", "push", { ...push, ref: "refs/tags/main" }, []],
  [
    "an own check",
    "check_run.rerequested",
    { ...base, check_run: { head_sha: A, app: { id: 5 } } },
    [{ kind: "commit", ...place, headSha: A }],
  ],
  [
    "a check of others",
    "check_suite.rerequested",
    { ...base, check_suite: { head_sha: A, app: { id: 6 } } },
    [],
  ],
  [
    "a merge group",
    "merge_group.checks_requested",
    { ...base, merge_group: group },
    [
      {
        kind: "merge-group",
        ...place,
        headSha: A,
        headBranch: "gh-readonly-queue/main/pr-7-b",
        baseSha: B,
        baseBranch: "main",
      },
    ],
  ],
  [
    "more repositories",
    "installation_repositories.added",
    { installation: { id: 1 }, repositories_added: [{ full_name: "acme/images" }] },
    [{ kind: "default-branch", ...place, span: undefined }],
  ],
];

describe("events", () => {
  test.each(cases)("%s brings the tasks it should", (_name, event, payload, tasks) => {
    expect(tasksOf(event, payload, { appId: 5 })).toEqual(tasks);
  });

  test.each([
    ["no installation", { ...pull, installation: undefined }],
    ["a number that is text", { ...base, pull_request: { number: "7" } }],
    ["nothing", {}],
  ])("with %s are refused", (_name, payload) => {
    expect(() => tasksOf("pull_request.opened", payload, { appId: 5 })).toThrow("invalid");
  });
});

test.each([
  ["gh-readonly-queue/main/pr-12-abc0", "main", 12],
  ["gh-readonly-queue/release/1.x/pr-3-abc0", "release/1.x", 3],
  ["gh-readonly-queue/main/pr-12-abc0", "other", undefined],
  ["gh-readonly-queue/main/pr-0-abc0", "main", undefined],
  ["gh-readonly-queue/main/pr-x-abc0", "main", undefined],
  ["main", "main", undefined],
])("The branch %s on %s names pull request %s.", (branch, onto, number) => {
  expect(memberOf(branch, onto)).toBe(number);
});

test.each([
  ["assay.yml", "all"],
  ["waivers/x.yml", "all"],
  ["buckets/a/revocations/v1.yml", "all"],
  ["buckets/a/channels/dev.yml", ["buckets/a/channels/dev.yml"]],
  ["README.md", ["README.md"]],
])("A push that changes %s concerns %j.", (path, changed) => {
  expect(changedBy([path])).toEqual(changed);
});
