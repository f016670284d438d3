import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Review, ReviewFacts } from "../../src/policy/approval.ts";
import { decideApproval } from "../../src/policy/approval.ts";
import type { Requirement } from "../../src/policy/requirements.ts";

const release: Requirement = {
  approvers: { teams: ["image-release"], users: [], approvals: 2 },
  reason: '"stable" is restricted',
};

function facts(
  reviews: readonly Review[],
  change: Partial<Extract<ReviewFacts, { kind: "known" }>> = {},
): ReviewFacts {
  return {
    kind: "known",
    reviews,
    members: new Map([["image-release", ["rob", "Sue", "tim"]]]),
    excluded: new Map([["ana", "they opened this pull request"]]),
    ...change,
  };
}

function approves(author: string, change: Partial<Review> = {}): Review {
  return { author, state: "approved", current: true, ...change };
}

test.each<[string, ReviewFacts, number]>([
  ["two members", facts([approves("rob"), approves("sue")]), 0],
  ["one member", facts([approves("rob")]), 1],
  ["one member twice", facts([approves("rob"), approves("rob")]), 1],
  ["a member and a stranger", facts([approves("rob"), approves("eve")]), 1],
  [
    "a member and one whose approval was of other content",
    facts([approves("rob"), approves("sue", { current: false })]),
    1,
  ],
  [
    "a member and one who was dismissed",
    facts([approves("rob"), approves("sue"), approves("sue", { state: "dismissed" })]),
    1,
  ],
  [
    "a member and one who asked for changes later",
    facts([approves("rob"), approves("sue"), approves("sue", { state: "changes-requested" })]),
    1,
  ],
  [
    "a member and one who asked for changes first",
    facts([approves("rob"), approves("sue", { state: "changes-requested" }), approves("sue")]),
    0,
  ],
  [
    "two members, one of whom commented later",
    facts([approves("rob"), approves("sue"), approves("sue", { state: "commented" })]),
    0,
  ],
  [
    "members who opened it, in any case of letters",
    facts([approves("Rob"), approves("tim")], { excluded: new Map([["rob", "they pushed its content"]]) }),
    1,
  ],
  [
    "members of a team that cannot be seen",
    facts([approves("rob"), approves("sue")], { members: new Map() }),
    2,
  ],
])("counts %s", (_name, known, missing) => {
  const decision = decideApproval([release], known);
  expect(decision.groups[0]?.missing).toBe(missing);
  expect(decision.verdict).toBe(missing === 0 ? "pass" : "pending");
});

test("says why an approval does not count", () => {
  const { notCounted } = decideApproval(
    [release],
    facts([approves("ana"), approves("eve"), approves("sue", { current: false })]),
  );
  expect(notCounted).toEqual([
    { author: "ana", why: "they opened this pull request" },
    { author: "eve", why: "not one of those who must agree" },
    { author: "sue", why: "it was of other content" },
  ]);
});

test("a team that cannot be seen is told, and never counts as agreement", () => {
  const { findings } = decideApproval([release], facts([], { members: new Map() }));
  expect(findings[0]?.message).toContain('The members of team "image-release" cannot be seen');
});

test("nobody has to agree where nothing requires it", () => {
  expect(decideApproval([], facts([]))).toMatchObject({ verdict: "pass", groups: [] });
});

test("in a clone nobody's reviews are known, and the approvals still needed are told", () => {
  const decision = decideApproval([release], { kind: "unknown" });
  expect(decision).toMatchObject({ known: false, verdict: "pending" });
  expect(decision.findings[0]?.message).toBe(
    'Needs 2 more approvals of team image-release ("stable" is restricted).',
  );
});

test("taking an approval away never turns pending into pass", () => {
  const review = fc.record({
    author: fc.constantFrom("rob", "sue", "tim", "ana", "eve"),
    state: fc.constant("approved" as const),
    current: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(review, { maxLength: 8 }), fc.nat(), (reviews, at) => {
      const before = decideApproval([release], facts(reviews));
      const after = decideApproval(
        [release],
        facts(reviews.filter((_, index) => index !== at % (reviews.length || 1))),
      );
      expect(
        before.verdict === "pending" &&
          after.verdict === "pass" &&
          reviews.every((one) => one.state === "approved") &&
          !hasOlder(reviews),
      ).toBe(false);
    }),
  );
});

/** Someone's stale approval after a current one hides it; taking the stale one away may then rightly count the other. */
function hasOlder(reviews: readonly Review[]): boolean {
  return new Set(reviews.map((one) => one.author)).size < reviews.length;
}
