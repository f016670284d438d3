import { expect, test } from "@jest/globals";
import {
  actionsFingerprint,
  actionsMetadata,
  actionsPublisher,
} from "../../../src/registry/publish/actions-run.ts";

const RUN = {
  GITHUB_ACTIONS: "true",
  GITHUB_RUN_ID: "1234567890",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_REPOSITORY: "acme/image-ubuntu",
  GITHUB_WORKFLOW_REF: "acme/image-ubuntu/.github/workflows/build.yml@refs/heads/main",
  GITHUB_REF: "refs/heads/main",
  GITHUB_SHA: "abc",
  GITHUB_ACTOR: "ana",
  GITHUB_JOB: "build",
};

test("all jobs and attempts of a run have one fingerprint", () => {
  expect(actionsFingerprint(RUN)).toBe("gha-1234567890");
  expect(actionsFingerprint({ ...RUN, GITHUB_RUN_ATTEMPT: "3", GITHUB_JOB: "other" })).toBe("gha-1234567890");
});

test.each([
  ["outside Actions", { ...RUN, GITHUB_ACTIONS: undefined }],
  ["with an id that is no number", { ...RUN, GITHUB_RUN_ID: "1; rm" }],
  ["without an id", { GITHUB_ACTIONS: "true" }],
])("there is no fingerprint %s", (_what, env) => {
  expect(actionsFingerprint(env)).toBeUndefined();
});

test("what a run says of itself is a claim", () => {
  expect(actionsPublisher(RUN)).toEqual({
    verified: false,
    repository: "acme/image-ubuntu",
    workflow: ".github/workflows/build.yml",
    ref: "refs/heads/main",
    sha: "abc",
    runId: 1_234_567_890,
    runAttempt: 2,
    actor: "ana",
  });
  expect(actionsPublisher({ GITHUB_REPOSITORY: "acme/x" })).toEqual({ verified: false });
});

test("a build's metadata points to the run that made it", () => {
  expect(actionsMetadata(RUN)).toMatchObject({
    cicd: { job: "build", url: "https://github.com/acme/image-ubuntu/actions/runs/1234567890" },
    vcs: { ref: "refs/heads/main", commit: "abc" },
  });
  expect(actionsMetadata({})).toEqual({});
});
