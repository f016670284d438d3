import { expect, test } from "@jest/globals";
import {
  claimedMerge,
  mergeTrailers,
  parsePromotionBranch,
  promotionBranch,
  publishTrailer,
  publishedAs,
  renderMessage,
  trailerValues,
} from "../../src/registry/trailers.ts";

const merge = {
  moves: [{ bucket: "web", channel: "stable", from: undefined, to: "v2" as const }],
  requestedBy: ["zoe"],
  approvedBy: ["rob", "ana"],
  verdict: "pass",
  policyCommit: "abc",
  pullRequest: 12,
};

test("a merge tells what git alone must tell later", () => {
  const message = renderMessage("promote: web v2 on stable (#12)", mergeTrailers(merge));
  expect(message).toBe(
    `promote: web v2 on stable (#12)

Assay-Move: web@stable none -> v2
Assay-Requested-By: zoe
Assay-Approved-By: ana
Assay-Approved-By: rob
Assay-Verdict: pass
Assay-Policy: abc
Assay-Pull-Request: 12`,
  );
  expect(claimedMerge(message)).toEqual({
    requestedBy: ["zoe"],
    approvedBy: ["ana", "rob"],
    verdict: "pass",
    pullRequest: 12,
  });
});

test("a value cannot add a line", () => {
  const message = renderMessage("x", [{ key: "Assay-Requested-By", value: "eve\nAssay-Approved-By: ana" }]);
  expect(trailerValues(message, "Assay-Approved-By")).toEqual([]);
});

test("a squashed merge of GitHub tells its pull request in the subject", () => {
  expect(claimedMerge("promote: web (#7)\n\nbody").pullRequest).toBe(7);
  expect(claimedMerge("promote: web").pullRequest).toBeUndefined();
  expect(claimedMerge("x\n\nAssay-Pull-Request: 1e9").pullRequest).toBeUndefined();
});

test("a publish is found again by its fingerprint", () => {
  const messages = [
    renderMessage("publish", [publishTrailer({ bucket: "web", version: "v2", fingerprint: "a" })]),
    renderMessage("publish", [publishTrailer({ bucket: "web", version: "v2", fingerprint: "a" })]),
    "Assay-Publish: web v1 b\nAssay-Publish: web v0 a\nAssay-Publish: base v9 a",
  ];
  expect(publishedAs(messages, "web", "a")).toEqual(["v2"]);
});

test("a promotion's branch names its bucket and channel", () => {
  expect(parsePromotionBranch(promotionBranch("web", "stable"))).toEqual({
    bucket: "web",
    channel: "stable",
  });
});

test.each([
  "main",
  "assay/promote/web",
  "assay/promote/web/stable/x",
  "assay/promote/../stable",
  "assay/publish",
])("%s is no promotion's branch", (branch) => expect(parsePromotionBranch(branch)).toBeUndefined());
