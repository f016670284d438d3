import { describe, expect, test } from "@jest/globals";
import type { Problem } from "../../src/format/problem.ts";
import type { Parsed } from "../../src/format/text.ts";
import {
  parseBucket,
  parseChannel,
  parseConsumer,
  parseFreeze,
  parseRevocation,
  parseSettings,
  parseVersion,
  parseWaiver,
  readVersion,
} from "../../src/registry/parse.ts";

type Parser = (file: { readonly path: string; readonly bytes: Uint8Array }) => Parsed<unknown>;

function parse(parser: Parser, text: string | Uint8Array): Parsed<unknown> {
  return parser({ path: "file", bytes: typeof text === "string" ? Buffer.from(text) : text });
}

function problems(parser: Parser, text: string | Uint8Array): readonly string[] {
  const result = parse(parser, text);
  const render = ({ line, column, message }: Problem): string => `${line ?? ""}:${column ?? ""} ${message}`;
  return result.ok ? [] : result.problems.map(render);
}

const settings = "apiVersion: assay/v1\nname: images\n";

describe("assay.yml", () => {
  test("the least of it has its defaults", () => {
    const result = parse(parseSettings, `${settings}channels: { dev: { auto: true } }\n`);
    expect(result).toEqual({
      ok: true,
      value: {
        apiVersion: "assay/v1",
        name: "images",
        roles: {},
        channels: { dev: { auto: true } },
        merge: "when-ready",
        policy: [],
        writers: [],
      },
    });
  });

  test.each([
    ["no channel", "channels: {}\n", '3:11 "channels" must have at least one channel.'],
    [
      "a channel named latest",
      "channels: { latest: {} }\n",
      '3:13 the key "latest" must be 1 to 36 lower-case letters, digits and hyphens, and not "latest"',
    ],
    [
      "a soak after nothing",
      "channels: { a: { soak: 1h } }\n",
      '3:16 "channels.a" has "soak" without "after"',
    ],
    [
      "a channel after one that is none",
      "channels: { a: { after: b } }\n",
      '"channels.a" comes after "b", which is no channel',
    ],
    [
      "channels in a circle",
      "channels: { a: { after: b }, b: { after: a } }\n",
      '"channels.a" comes after itself, through "b"',
    ],
    ["a circle of one", "channels: { a: { after: a } }\n", '"channels.a" comes after itself'],
    [
      "a repave of no channel",
      "channels: { a: {} }\nrepave: { channel: b }\n",
      '4:20 "repave.channel" names no channel',
    ],
    [
      "approvers who are nobody",
      "channels: { a: { restricted: { approvals: 2 } } }\n",
      "must name at least one team or user",
    ],
    [
      "a team with its organisation",
      "channels: { a: { restricted: { teams: [acme/x] } } }\n",
      "must be a team's slug",
    ],
    [
      "no approval",
      "channels: { a: { restricted: { users: [a], approvals: 0 } } }\n",
      "must have at least 1.",
    ],
    ["an unknown rule", "channels: { a: {} }\npolicy: [{ rule: nope }]\n", "policy.0.rule"],
    [
      "an unknown key in a rule",
      "channels: { a: {} }\npolicy: [{ rule: max-age, max: 1d, chanels: [a] }]\n",
      'unknown key "chanels"',
    ],
    [
      "another version of the format",
      "channels: { a: {} }\napiVersion: assay/v2\n",
      'The key "apiVersion" stands twice',
    ],
    [
      "a name of two lines",
      'channels: { a: {} }\nmerge: "x"\n',
      '4:8 "merge" must be "when-ready" or "by-hand".',
    ],
  ])("refuses %s", (_what, text, problem) => {
    expect(problems(parseSettings, `${settings}${text}`).join("\n")).toContain(problem);
  });

  test("refuses the format of another time", () => {
    expect(problems(parseSettings, "apiVersion: assay/v2\nname: x\nchannels: { a: {} }\n")).toEqual([
      '1:13 "apiVersion" must be "assay/v1".',
    ]);
  });

  test.each([
    ["UTF-16", Buffer.from("\uFEFFname: x", "utf16le")],
    ["a byte order mark", Buffer.from("\uFEFFname: x")],
    ["CRLF", Buffer.from("name: x\r\n")],
    ["more than a mebibyte", Buffer.alloc(1_048_577, "#")],
    ["zeros", Buffer.alloc(64)],
  ])("refuses %s", (_what, bytes) => {
    expect(problems(parseSettings, bytes)).not.toEqual([]);
  });
});

describe("a channel's file", () => {
  test.each(["version: v12\n", "version: none\n", "version: v1\nhold: { reason: audit }\n"])(
    "reads %j",
    (text) => {
      expect(parse(parseChannel, text).ok).toBe(true);
    },
  );

  test.each([
    ["version: 12\n", '1:10 "version" must be a version such as "v12", or none.'],
    ["version: v12.0\n", 'must be a version such as "v12"'],
    ["version: latest\n", 'must be a version such as "v12"'],
    ["version: None\n", 'must be a version such as "v12"'],
    ["version: [v12]\n", 'must be a version such as "v12"'],
    ["versio: v12\n", '1:1 unknown key "versio". Did you mean "version"?'],
    ["v12\n", "must be a mapping"],
    ["version: v12\nhold: { until: 2026-12-01 }\n", '"hold.reason" is missing.'],
  ])("refuses %j", (text, problem) => {
    expect(problems(parseChannel, text).join("\n")).toContain(problem);
  });
});

test.each<[string, Parser, string]>([
  [
    "a bucket with a loose pattern of publishers",
    parseBucket,
    "apiVersion: assay/v1\npublishers: [{ workflow: x }]\n",
  ],
  ["a bucket with a build on no platform", parseBucket, "apiVersion: assay/v1\nbuilds: [{ component: x }]\n"],
  [
    "a bucket whose label is too long",
    parseBucket,
    `apiVersion: assay/v1\nlabels: { a: ${"x".repeat(257)} }\n`,
  ],
  ["a bucket with a label of odd signs", parseBucket, 'apiVersion: assay/v1\nlabels: { "a b": x }\n'],
  ["a bucket with a label named __proto__", parseBucket, "apiVersion: assay/v1\nlabels: { __proto__: x }\n"],
  ["a revocation without a reason", parseRevocation, "cves: []\n"],
  ["a revocation of a CVE that is none", parseRevocation, "reason: x\ncves: [CVE-26-1]\n"],
  ["a revocation that takes effect some day", parseRevocation, "reason: x\neffective: 2026-12-01\n"],
  ["a waiver that never ends", parseWaiver, "rule: max-age\nreason: x\n"],
  ["a freeze without an end", parseFreeze, "reason: x\nfrom: 2026-12-01T00:00:00Z\n"],
  [
    "a consumer that uses no version",
    parseConsumer,
    '{"apiVersion":"assay/v1","name":"x","seenAt":"2026-12-01T00:00:00Z","images":[{"bucket":"a"}]}',
  ],
])("refuses %s", (_what, parser, text) => {
  expect(problems(parser, text)).not.toEqual([]);
});

const record = {
  apiVersion: "assay/v1",
  bucket: "web",
  version: "v1",
  fingerprint: "gha-1",
  status: "complete",
  createdAt: "2026-11-23T00:00:00Z",
  completedAt: "2026-11-23T00:00:00Z",
  publisher: { verified: false },
  builds: [
    {
      component: "amazon-ebs.web",
      platform: "aws",
      status: "done",
      createdAt: "2026-11-23T00:00:00Z",
      artifacts: [{ region: "us-east-1", id: "ami-1" }],
    },
  ],
};

describe("a version's record", () => {
  test("keeps what a newer Assay added", () => {
    const result = parse(parseVersion, JSON.stringify({ ...record, later: { x: 1 } }));
    expect(result).toMatchObject({ ok: true, value: { later: { x: 1 } } });
  });

  test.each([
    ["another status", { status: "done" }, '"status" must be'],
    ["a bucket that leads elsewhere", { bucket: "../web" }, '"bucket" must be'],
    ["a version of another form", { version: "v01" }, '"version" must be'],
    ["a fingerprint that is no git ref", { fingerprint: "a..b" }, '"fingerprint" must be'],
    ["a time with an offset", { createdAt: "2026-11-23T00:00:00+01:00" }, '"createdAt" must be a time'],
    ["no builds", { builds: undefined }, '"builds" is missing.'],
  ])("refuses %s", (_what, change, problem) => {
    expect(problems(parseVersion, JSON.stringify({ ...record, ...change })).join("\n")).toContain(problem);
  });

  test.each([
    ["a control character", "ami-\u001b[31m"],
    ["a bidirectional override", "ami-\u202e1"],
    ["nothing", ""],
  ])("refuses an id with %s", (_what, id) => {
    const builds = record.builds.map((build) => ({ ...build, artifacts: [{ region: "us-east-1", id }] }));
    expect(problems(parseVersion, JSON.stringify({ ...record, builds }))).toHaveLength(1);
  });

  test("a proposed one may not say anything twice, a merged one was held to that before", () => {
    const text = JSON.stringify(record).replace('"bucket":"web"', '"bucket":"web","bucket":"web"');
    expect(problems(parseVersion, text)).toEqual(['1:41 The key "bucket" stands twice in the same mapping.']);
    expect(parse(readVersion, text).ok).toBe(true);
  });
});
