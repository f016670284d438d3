import { describe, expect, test } from "@jest/globals";
import type { Finding } from "../../src/policy/finding.ts";
import { nextChangeOf, verdictOf } from "../../src/policy/finding.ts";
import type { MoveFacts } from "../../src/policy/move.ts";
import { judgeMove } from "../../src/policy/rules.ts";
import type { PolicyRule } from "../../src/registry/files/policy.ts";
import { policyRule } from "../../src/registry/files/policy.ts";
import { bucketFile } from "../../src/registry/files/bucket.ts";
import { aBuild, aMove, aRecord } from "../builders/facts.ts";

function judge(facts: Partial<MoveFacts>, policy: readonly PolicyRule[] = []): Finding[] {
  return judgeMove(aMove(facts), policy).flatMap((result) => [...result.findings]);
}

const revoked = {
  kind: "revocation",
  bucket: "debian-base",
  version: "v5",
  inherited: true,
  reason: "CVE-2026-1234",
} as const;

describe("what is always judged", () => {
  test.each<[string, Partial<MoveFacts>, string]>([
    [
      "a version that the bucket does not have",
      { record: undefined, newest: "v31" },
      'names "v3", which the bucket does not have. The newest is "v31".',
    ],
    [
      "a running version",
      { record: aRecord({ status: "running", completedAt: undefined, createdAt: "2026-11-23T09:00:00Z" }) },
      "web v3 is running.",
    ],
    [
      "a version abandoned for a day",
      { record: aRecord({ status: "running", completedAt: undefined, createdAt: "2026-11-22T09:00:00Z" }) },
      "web v3 is failed.",
    ],
    ["a cancelled version", { record: aRecord({ status: "cancelled" }) }, "web v3 is cancelled."],
    [
      "a revoked version",
      { standing: { kind: "revoked", at: undefined, cause: revoked } },
      "inherited from debian-base v5: CVE-2026-1234",
    ],
    ["a version that never was on the channel before", { arrivedOnAfter: undefined }, 'was never on "dev"'],
  ])("refuses %s", (_name, facts, message) => {
    const findings = judge(facts);
    expect(verdictOf(findings)).toBe("fail");
    expect(findings.map((finding) => finding.message).join("\n")).toContain(message);
  });

  test("passes a complete version that has soaked", () => {
    expect(judge({})).toEqual([]);
  });

  test("names the file, line and column of the channel's version", () => {
    expect(judge({ arrivedOnAfter: undefined })[0]).toMatchObject({
      path: "buckets/web/channels/stable.yml",
      line: 1,
      column: 10,
    });
  });

  test("waits for a soak and says when it passes by itself", () => {
    const findings = judge({ arrivedOnAfter: "2026-11-21T16:10:00Z" });
    expect(verdictOf(findings)).toBe("pending");
    expect(findings[0]).toMatchObject({ rule: "soak", passesAt: "2026-11-24T16:10:00Z" });
    expect(findings[0]?.message).toBe(
      '41 h of 72 h on "dev". Passes by itself on 24 November 2026, 16:10 UTC.',
    );
    expect(nextChangeOf(findings, "2026-11-23T09:10:00Z")).toBe("2026-11-24T16:10:00Z");
  });

  test("a soak that ends this very second passes", () => {
    expect(judge({ arrivedOnAfter: "2026-11-20T09:10:00Z" })).toEqual([]);
  });

  test("tells a scheduled revocation without blocking", () => {
    const findings = judge({ standing: { kind: "scheduled", at: "2026-12-01T00:00:00Z", cause: revoked } });
    expect(verdictOf(findings)).toBe("pass");
    expect(findings[0]).toMatchObject({ level: "warning", failsAt: "2026-12-01T00:00:00Z" });
  });

  test("emptying a channel promotes nothing, so no rule speaks", () => {
    expect(
      judgeMove(
        aMove({ move: { bucket: "web", channel: "stable", from: "v2", to: undefined }, record: undefined }),
        [],
      ),
    ).toEqual([]);
  });

  test("names the builds that a running version lacks", () => {
    const bucket = bucketFile.parse({
      apiVersion: "assay/v1",
      builds: [{ component: "amazon-ebs.web", platform: "aws", regions: ["us-east-1", "eu-west-1"] }],
    });
    const record = aRecord({ status: "running", completedAt: undefined, createdAt: "2026-11-23T09:00:00Z" });
    expect(judge({ bucket, record })[0]?.message).toContain("It lacks amazon-ebs.web (eu-west-1).");
  });
});

describe("max-age", () => {
  const rule = policyRule.parse({ rule: "max-age", max: "30d" });

  test("refuses an old version and says what would pass", () => {
    const record = aRecord({ createdAt: "2026-10-01T00:00:00Z", completedAt: "2026-10-01T00:00:00Z" });
    const [finding] = judge({ record }, [rule]);
    expect(finding).toMatchObject({ rule: "max-age", level: "error" });
    expect(finding?.message).toContain("is 53 d old, of at most 30 d. Build a new version.");
  });

  test("passes a young one and says when it will fail", () => {
    const findings = judge({}, [rule]);
    expect(verdictOf(findings)).toBe("pass");
    expect(findings[0]).toMatchObject({ level: "notice", failsAt: "2026-12-22T10:10:01Z" });
  });

  test("as a warning it blocks nothing, and carries the registry's own message", () => {
    const record = aRecord({ completedAt: "2026-10-01T00:00:00Z" });
    const findings = judge({ record }, [
      policyRule.parse({ rule: "max-age", max: "30d", level: "warning", message: "See the runbook." }),
    ]);
    expect(verdictOf(findings)).toBe("pass");
    expect(findings[0]?.message).toMatch(/See the runbook\.$/);
  });
});

describe("labels", () => {
  const rule = policyRule.parse({ rule: "labels", require: { git_sha: "*", os: "ubuntu-*" } });

  test("refuses a missing label and a value that does not match, for each build", () => {
    const record = aRecord({
      builds: [aBuild(), aBuild({ component: "azure-arm.web", labels: { os: "windows" } })],
    });
    expect(judge({ record }, [rule]).map((finding) => finding.message)).toEqual([
      expect.stringContaining('"amazon-ebs.web" has no label "os"'),
      expect.stringContaining('"azure-arm.web" has no label "git_sha"'),
      expect.stringContaining('"azure-arm.web" has the label "os" = "windows"'),
    ]);
  });

  test("takes the bucket's labels for all its builds", () => {
    const bucket = bucketFile.parse({ apiVersion: "assay/v1", labels: { os: "ubuntu-24.04" } });
    expect(judge({ bucket }, [rule])).toEqual([]);
  });
});

test("a rule that is limited to other channels or buckets does not speak", () => {
  const old = { record: aRecord({ completedAt: "2026-10-01T00:00:00Z" }) };
  expect(judge(old, [policyRule.parse({ rule: "max-age", max: "30d", channels: ["dev"] })])).toEqual([]);
  expect(judge(old, [policyRule.parse({ rule: "max-age", max: "30d", buckets: ["db"] })])).toEqual([]);
});
