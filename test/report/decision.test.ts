import { describe, expect, test } from "@jest/globals";
import type { Decision, MoveDecision } from "../../src/policy/decide.ts";
import type { Finding } from "../../src/policy/finding.ts";
import { renderDecisionJson } from "../../src/report/decision-json.ts";
import { renderDecisionText, renderMoveText } from "../../src/report/decision-text.ts";
import { PLAIN_TERMINAL } from "../../src/report/terminal.ts";

const after: Finding = {
  rule: "after",
  level: "error",
  message: 'web v2 was never on "dev".',
  path: "buckets/web/channels/stable.yml",
  line: 1,
  column: 10,
};
const soak: Finding = {
  rule: "soak",
  level: "error",
  message: '41 h of 72 h on "staging".',
  passesAt: "2026-11-24T09:10:00Z",
};
const scheduled: Finding = { rule: "not-revoked", level: "warning", message: "It will be revoked." };

function aMove(findings: readonly Finding[], change: Partial<MoveDecision> = {}): MoveDecision {
  return {
    move: { bucket: "web", channel: "stable", from: "v1", to: "v2" },
    path: "buckets/web/channels/stable.yml",
    verdict: "pass",
    rules: [
      { rule: "complete", findings: [] },
      ...findings.map((finding) => ({ rule: finding.rule, findings: [finding] })),
      { rule: "labels", findings: [] },
    ],
    ...change,
  };
}

function aDecision(change: Partial<Decision> = {}): Decision {
  return {
    subject: "promotion",
    verdict: "pass",
    compliance: "pass",
    moves: [aMove([])],
    records: [],
    findings: [],
    approval: { verdict: "pass", known: false, groups: [], notCounted: [], findings: [] },
    nextChange: undefined,
    mergesItself: false,
    ...change,
  };
}

const release = {
  requirement: {
    approvers: { teams: ["release"], users: [], approvals: 2 },
    reason: '"stable" is restricted',
  },
  approvedBy: ["ana"],
  missing: 1,
};

describe("as text", () => {
  test("the answer comes first, then why, then what to do", () => {
    const decision = aDecision({
      verdict: "fail",
      compliance: "fail",
      moves: [aMove([after, soak, scheduled], { verdict: "fail" })],
      approval: {
        verdict: "pending",
        known: true,
        groups: [release],
        notCounted: [{ author: "eve", why: "she pushed it" }],
        findings: [],
      },
    });
    expect(renderDecisionText(decision, PLAIN_TERMINAL)).toBe(`✖ Not yet: web v1 → v2 on stable
1 fails · 1 waits · 1 warns · 2 pass · needs 1 more approval of team release

  ✖ after        web v2 was never on "dev".
  ◷ soak         41 h of 72 h on "staging".
  ! not-revoked  It will be revoked.
  ✔ complete, labels

Approvals
  ◷ team release ("stable" is restricted)  1 of 2: ana
  ! The review of eve does not count: she pushed it.

Next: mend what fails above; ask team release for a review of the pull request.`);
  });

  test("where time alone is missing it says until when", () => {
    const text = renderDecisionText(
      aDecision({
        verdict: "pending",
        compliance: "pending",
        moves: [aMove([soak])],
        nextChange: "2026-11-24T09:10:00Z",
      }),
      PLAIN_TERMINAL,
    );
    expect(text).toContain("Next: wait until 24 November 2026, 09:10 UTC.");
  });

  test("findings of files stand at their places, and many are a number", () => {
    const findings = Array.from({ length: 50 }, (_, index): Finding => ({
      ...after,
      rule: "files",
      line: index + 1,
    }));
    const text = renderDecisionText(
      aDecision({ verdict: "fail", compliance: "fail", moves: [], findings }),
      PLAIN_TERMINAL,
    );
    expect(text).toContain("  ✖ buckets/web/channels/stable.yml:1:10  web v2 was");
    expect(text).toContain("  and 10 more");
    expect(text.split("\n").length).toBeLessThan(50);
  });

  test("what others wrote cannot paint the terminal", () => {
    const evil = { ...after, message: "\u001b[2J\u202eevil", path: "a\u001b[31m" };
    const text = renderDecisionText(aDecision({ findings: [evil], moves: [aMove([evil])] }), PLAIN_TERMINAL);
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("\u202e");
  });

  test.each([
    ["pass", "✔ Yes: web v1 → v2 on stable"],
    ["pending", "◷ Not yet: web v1 → v2 on stable"],
    ["fail", "✖ No: web v1 → v2 on stable"],
  ] as const)("a move that nobody proposed is answered for %s", (verdict, line) => {
    expect(renderMoveText(aMove([], { verdict }), PLAIN_TERMINAL).split("\n")[0]).toBe(line);
  });
});

describe("as JSON", () => {
  test("each finding is told once, with every key", () => {
    const pending: Finding = { rule: "approval", level: "pending", message: "Needs 1 more approval." };
    const json = renderDecisionJson(
      aDecision({
        moves: [aMove([soak])],
        findings: [after],
        approval: {
          verdict: "pending",
          known: false,
          groups: [release],
          notCounted: [],
          findings: [pending],
        },
      }),
    );
    expect(json.moves[0]?.findings).toEqual([
      { ...soak, path: null, line: null, column: null, failsAt: null },
    ]);
    expect(json.findings).toEqual([
      { ...after, passesAt: null, failsAt: null },
      { ...pending, path: null, line: null, column: null, passesAt: null, failsAt: null },
    ]);
  });

  test.each([
    ["unknown", false, [release]],
    ["needed", true, [release]],
    ["given", true, [{ ...release, missing: 0 }]],
    ["none", true, []],
    ["none", false, []],
  ] as const)("approvals are %s", (approvals, known, groups) => {
    const approval = { verdict: "pass", known, groups, notCounted: [], findings: [] } as const;
    expect(renderDecisionJson(aDecision({ approval })).approvals).toBe(approvals);
  });
});
