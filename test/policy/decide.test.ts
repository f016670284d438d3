import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ReviewFacts } from "../../src/policy/approval.ts";
import { allFindings, decide } from "../../src/policy/decide.ts";
import type { ProposedFile, ProposedRecord, Proposal } from "../../src/policy/proposal.ts";
import { classifyPath } from "../../src/registry/paths.ts";
import { bucketFile } from "../../src/registry/files/bucket.ts";
import { NOW, aBuild, aMove, aProposal, aRecord, someSettings } from "../builders/facts.ts";

const approved: ReviewFacts = {
  kind: "known",
  reviews: ["rob", "sue"].map((author) => ({ author, state: "approved", current: true })),
  members: new Map([
    ["image-release", ["rob", "sue"]],
    ["platform-admins", ["pat"]],
  ]),
  excluded: new Map([["ana", "they opened this pull request"]]),
};

const unread: ReviewFacts = { ...approved, reviews: [] };

function file(path: string, change: Partial<ProposedFile> = {}): ProposedFile {
  return { path, is: classifyPath(path), change: "modified", problems: [], ...change };
}

function messages(proposal: Proposal, reviews: ReviewFacts = approved): string {
  return allFindings(decide(proposal, reviews))
    .filter((finding) => finding.level === "error")
    .map((finding) => finding.message)
    .join("\n");
}

describe("a promotion", () => {
  test("passes with the approvals that its channel asks for", () => {
    expect(decide(aProposal(), approved)).toMatchObject({
      subject: "promotion",
      verdict: "pass",
      compliance: "pass",
    });
  });

  test("waits for them without", () => {
    expect(decide(aProposal(), unread)).toMatchObject({
      verdict: "pending",
      compliance: "pass",
      approval: { verdict: "pending" },
    });
  });

  test("in a clone passes with approvals unknown", () => {
    expect(decide(aProposal({ authorship: { kind: "unknown" } }), { kind: "unknown" })).toMatchObject({
      verdict: "pass",
      approval: { known: false },
    });
  });

  test("is refused, whatever people say, when a rule is", () => {
    expect(decide(aProposal({ moves: [aMove({ arrivedOnAfter: undefined })] }), approved)).toMatchObject({
      verdict: "fail",
      approval: { verdict: "pass" },
    });
  });

  test("to a channel that the registry does not have has its own finding", () => {
    expect(messages(aProposal({ moves: [] }))).toContain('"stable" of "web" cannot be moved');
  });
});

test("an empty channel that the registry does not have cannot be brought in, and can be taken away", () => {
  const path = "buckets/web/channels/prod.yml";
  const channel = { path, bucket: "web", channel: "prod", from: undefined, to: undefined, place: undefined };
  const proposal = (change: ProposedFile["change"]): Proposal =>
    aProposal({ files: [file(path, { change })], channels: [channel], moves: [] });
  expect(messages(proposal("added"))).toContain('"prod" of "web" cannot be moved');
  expect(messages(proposal("removed"))).toBe("");
});

describe("one pull request is about one thing", () => {
  test.each<[string, string, string]>([
    ["settings and a move", "assay.yml", "One pull request either changes settings or moves channels."],
    [
      "a workflow and a move",
      ".github/workflows/check.yml",
      "One pull request either changes settings or moves channels.",
    ],
    ["CODEOWNERS and a move", "CODEOWNERS", "One pull request either changes settings or moves channels."],
    ["a waiver and a move", "waivers/cve.yml", "One pull request either changes settings or moves channels."],
    [
      "a record and a move",
      "buckets/web/versions/v4.json",
      "Version records come in a pull request of their own.",
    ],
  ])("%s are refused together", (_name, path, message) => {
    const proposal = aProposal();
    expect(messages({ ...proposal, files: [...proposal.files, file(path)] })).toContain(message);
  });

  test("a foreign file beside a move is nobody's business", () => {
    const proposal = aProposal();
    expect(
      decide({ ...proposal, files: [...proposal.files, file("templates/web.pkr.hcl")] }, approved).verdict,
    ).toBe("pass");
  });
});

describe("every changed path is classified", () => {
  test.each<[string, string]>([
    ["buckets/web/notes.txt", "A bucket holds bucket.yml"],
    ["buckets/README.md", "Only folders of buckets stand"],
    ["buckets/Web/bucket.yml", '"Web" cannot name a bucket'],
    ["buckets/web/channels/latest.yml", '"latest" is computed'],
    ["buckets/web/channels/Stable.yml", "names no channel"],
    ["buckets/web/channels/a/b.yml", "A bucket holds bucket.yml"],
    ["buckets/web/versions/v01.json", "names no version"],
    ["buckets/web/versions/v1.yml", "names no version"],
    ["buckets/web/revocations/v1.json", "names no version"],
    ["Buckets/web/bucket.yml", 'is taken for "buckets"'],
    ["ASSAY.yml", 'Only "assay.yml" holds the settings'],
    ["waivers/deep/x.yml", "holds files named <name>.yml"],
    ["waivers/.yml", "holds files named <name>.yml"],
  ])("%s is refused with a reason", (path, reason) => {
    const proposal = aProposal({ files: [file(path, { change: "added" })], channels: [], moves: [] });
    expect(messages(proposal)).toContain(reason);
    expect(decide(proposal, approved).findings[0]?.path).toBe(path);
  });

  test("taking a misplaced file away is welcome", () => {
    expect(
      decide(
        aProposal({ files: [file("buckets/web/notes.txt", { change: "removed" })], channels: [], moves: [] }),
        approved,
      ).verdict,
    ).toBe("pass");
  });

  test("a file's own problems are told at their place", () => {
    const problem = {
      path: "assay.yml",
      line: 7,
      column: 3,
      message: 'unknown key "chanels". Did you mean "channels"?',
    };
    const decision = decide(
      aProposal({ files: [file("assay.yml", { problems: [problem] })], channels: [], moves: [] }),
      approved,
    );
    expect(decision.findings[0]).toMatchObject({ level: "error", path: "assay.yml", line: 7, column: 3 });
  });

  test("the settings cannot be removed", () => {
    expect(
      messages(aProposal({ files: [file("assay.yml", { change: "removed" })], channels: [], moves: [] })),
    ).toContain("cannot be removed");
  });
});

describe("who must agree is decided by path", () => {
  const people = (paths: readonly string[], settings = someSettings()): string[] =>
    decide(
      aProposal({ settings, files: paths.map((path) => file(path)), channels: [], moves: [] }),
      unread,
    ).approval.groups.map(({ requirement }) => requirement.approvers.teams.join());

  test.each<[string]>([
    ["assay.yml"],
    [".github/workflows/x.yml"],
    ["CODEOWNERS"],
    [".github/CODEOWNERS"],
    ["buckets/web/bucket.yml"],
    ["waivers/x.yml"],
    ["freezes/x.yml"],
  ])("%s needs the admins", (path) => expect(people([path])).toEqual(["platform-admins"]));

  test("without roles the strictest restricted group stands for them", () => {
    expect(people(["assay.yml"], someSettings({ roles: {} }))).toEqual(["image-release"]);
  });

  test("without roles and restricted channels nobody has to agree", () => {
    expect(people(["assay.yml"], someSettings({ roles: {}, channels: { dev: {} } }))).toEqual([]);
  });

  test("a revocation needs the responders, weakening it the admins", () => {
    const settings = someSettings({
      roles: { admins: { teams: ["platform-admins"] }, responders: { teams: ["security"] } },
    });
    const of = (change: ProposedFile["change"]): unknown =>
      decide(
        aProposal({
          settings,
          files: [file("buckets/web/revocations/v1.yml", { change })],
          channels: [],
          moves: [],
        }),
        unread,
      ).approval.groups[0]?.requirement.approvers.teams;
    expect([of("added"), of("modified"), of("removed")]).toEqual([
      ["security"],
      ["platform-admins"],
      ["platform-admins"],
    ]);
  });

  test("a pull request cannot choose the rules that it is judged by: who must agree comes from the base", () => {
    const bucket = {
      name: "web",
      settings: bucketFile.parse({
        apiVersion: "assay/v1",
        channels: { stable: { restricted: { teams: ["mallory"], approvals: 1 } } },
      }),
    };
    const decision = decide(
      aProposal({ files: [file("buckets/web/bucket.yml")], channels: [], moves: [], buckets: [bucket] }),
      approved,
    );
    expect(decision.approval.groups[0]?.requirement.approvers.teams).toEqual(["platform-admins"]);
    expect(decision.findings.map((finding) => finding.message).join()).toContain(
      "would be looser than in assay.yml",
    );
  });
});

describe("version records", () => {
  const record: ProposedRecord = {
    path: "buckets/web/versions/v3.json",
    bucket: "web",
    version: "v3",
    before: undefined,
    after: aRecord(),
    newest: "v2",
    publishers: [],
  };
  const app = {
    kind: "known",
    author: "assay[bot]",
    committers: ["assay[bot]"],
    app: ["assay[bot]"],
  } as const;
  const proposed = (change: Partial<ProposedRecord> = {}, rest: Partial<Proposal> = {}): Proposal =>
    aProposal({
      files: [file(record.path, { change: "added" })],
      channels: [],
      moves: [],
      records: [{ ...record, ...change }],
      authorship: app,
      ...rest,
    });

  test("of the App itself pass", () => {
    expect(decide(proposed(), unread)).toMatchObject({
      subject: "records",
      verdict: "pass",
      records: ["web:v3"],
    });
  });

  test("of a writer that the settings name pass", () => {
    const authorship = {
      kind: "known",
      author: "build-bot[bot]",
      committers: ["build-bot[bot]"],
      app: ["assay[bot]"],
    } as const;
    expect(
      decide(proposed({}, { settings: someSettings({ writers: ["build-bot[bot]"] }), authorship }), unread)
        .verdict,
    ).toBe("pass");
  });

  test.each<[string, Partial<ProposedRecord>, Partial<Proposal>, string]>([
    [
      "by a person",
      {},
      { authorship: { kind: "known", author: "ana", committers: ["ana"], app: ["assay[bot]"] } },
      '"ana" is no writer',
    ],
    [
      "with a commit of a person",
      {},
      { authorship: { ...app, committers: ["assay[bot]", "ana"] } },
      'a commit of "ana", who is no writer',
    ],
    [
      "with a commit that nobody signed",
      {},
      { authorship: { ...app, committers: ["assay[bot]", undefined] } },
      "a commit whose signature nobody verified",
    ],
    ["that skip a number", { newest: "v1" }, {}, 'The next version of "web" is v2, not v3'],
    ["that take a number again", { newest: "v3" }, {}, 'The next version of "web" is v4, not v3'],
    ["under another name", { after: aRecord({ bucket: "db" }) }, {}, "The record says db v3"],
    ["that are removed", { before: aRecord(), after: undefined }, {}, "A version is never deleted"],
    [
      "that change a complete one",
      { before: aRecord(), after: aRecord({ fingerprint: "other" }) },
      {},
      "is complete and does not change any more",
    ],
    [
      "that take a build out of a running one",
      {
        before: aRecord({ status: "running", completedAt: undefined }),
        after: aRecord({ status: "running", completedAt: undefined, builds: [] }),
      },
      {},
      "only gains builds",
    ],
    [
      "that swap an image of a running one",
      {
        before: aRecord({ status: "running", completedAt: undefined }),
        after: aRecord({
          status: "running",
          completedAt: undefined,
          builds: [aBuild({ artifacts: [{ region: "us-east-1", id: "ami-0evil" }] })],
        }),
      },
      {},
      "only gains builds",
    ],
    [
      "with a time from nowhere",
      { after: aRecord({ createdAt: "2026-11-01T00:00:00Z" }) },
      {},
      "more than 24 h away",
    ],
    [
      "of a repository that the bucket does not accept",
      { publishers: [{ repository: "acme/other" }] },
      {},
      "is no publisher of this bucket",
    ],
    [
      "of a ref that crosses a slash",
      { publishers: [{ repository: "acme/*", ref: "refs/*" }] },
      {},
      "is no publisher of this bucket",
    ],
    ["of a bucket without settings", { publishers: undefined }, {}, "assay bucket web"],
  ])("%s are refused", (_name, change, rest, message) => {
    expect(messages(proposed(change, rest), unread)).toContain(message);
  });

  test("in a clone nobody knows who wrote them, and that is told without a verdict", () => {
    const decision = decide(proposed({}, { authorship: { kind: "unknown" } }), { kind: "unknown" });
    expect(decision.verdict).toBe("pass");
    expect(decision.findings).toEqual([expect.objectContaining({ rule: "writers", level: "pending" })]);
  });
});

test("a repository without settings on its default branch judges nothing but their arrival", () => {
  expect(messages(aProposal({ settings: undefined, moves: [] }))).toContain(
    "The default branch has no assay.yml",
  );
  expect(
    decide(
      aProposal({
        settings: undefined,
        files: [file("assay.yml", { change: "added" })],
        channels: [],
        moves: [],
      }),
      unread,
    ).verdict,
  ).toBe("pass");
});

test("the verdict does not depend on the order of files", () => {
  const files = [
    "assay.yml",
    "buckets/web/channels/stable.yml",
    "buckets/web/x",
    "README.md",
    "waivers/a.yml",
  ].map((path) => file(path));
  const expected = decide(aProposal({ files }), approved);
  fc.assert(
    fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
      const decision = decide(aProposal({ files: shuffled }), approved);
      expect([decision.verdict, decision.subject]).toEqual([expected.verdict, expected.subject]);
    }),
  );
});

test("a decision tells when time will change it", () => {
  expect(
    decide(aProposal({ moves: [aMove({ arrivedOnAfter: "2026-11-22T09:10:00Z" })], now: NOW }), approved)
      .nextChange,
  ).toBe("2026-11-25T09:10:00Z");
});
