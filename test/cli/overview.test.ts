import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Workplace } from "./assay.ts";
import { aRegistryPlace, aWorkplace, anArtifact } from "./assay.ts";

const IN = { in: "images" };

let template: Workplace;
let place: Workplace;
beforeAll(async () => {
  template = await aRegistryPlace();
  for (const id of ["ami-1", "ami-2"])
    await template.assay(["publish", "--bucket", "ubuntu", "--fingerprint", id, ...anArtifact(id)], IN);
});
beforeEach(() => {
  place = aWorkplace(template);
});
afterEach(() => place.remove());
afterAll(() => template.remove());

function point(channel: string, version: string, message: string, at: string): void {
  place.write(`images/buckets/ubuntu/channels/${channel}.yml`, `version: ${version}\n`);
  place.commit(message, at);
}

test("history tells what a channel was, from when until when, and what the commits claim", async () => {
  point("dev", "v1", "promote: v1", "2098-01-01T00:00:00Z");
  point(
    "dev",
    "v2",
    "promote: v2 (#12)\n\nAssay-Approved-By: ana\nAssay-Requested-By: bo",
    "2098-01-02T06:30:00Z",
  );
  point("dev", "v1", "back", "2098-01-03T00:00:00Z");
  const args = ["history", "ubuntu@dev", "--as-of", "2098-01-04T00:00:00Z"];
  const { code, stdout } = await place.assay(args, IN);
  const commits = place.git(["log", "-3", "--format=%h", "--abbrev=7"], "images").split("\n");
  expect(code).toBe(0);
  expect(stdout).toBe(`ubuntu@dev · 3 assignments · as of 4 Jan 2098 00:00 UTC

version  from (UTC)        until             for   by         commit   pull request  author  approved by
v1       3 Jan 2098 00:00  now               24 h  rollback   ${commits[0]}  –             Ana     –
v2       2 Jan 2098 06:30  3 Jan 2098 00:00  17 h  promotion  ${commits[1]}  #12           Ana     ana
v1       1 Jan 2098 00:00  2 Jan 2098 06:30  30 h  promotion  ${commits[2]}  –             Ana     –

Pull requests and approvals are what the commits say; who made the commits was not verified here.
`);
  expect((await place.json(args, IN)).value).toMatchObject({
    schema: 1,
    bucket: "ubuntu",
    channel: "dev",
    assignments: [
      { version: "v1", kind: "rollback", from: "2098-01-03T00:00:00Z", until: null },
      {
        version: "v2",
        until: "2098-01-03T00:00:00Z",
        subject: "promote: v2 (#12)",
        claimed: { requestedBy: ["bo"], approvedBy: ["ana"], verdict: null, pullRequest: 12 },
      },
      { version: "v1", kind: "promotion" },
    ],
  });
});

test("a channel that never pointed anywhere has an empty history; an unknown one has none", async () => {
  expect(await place.assay(["history", "ubuntu@stable"], IN)).toMatchObject({
    code: 0,
    stdout: "ubuntu@stable has not pointed to any version yet.\n",
  });
  expect((await place.assay(["history", "ubuntu@prod"], IN)).code).toBe(2);
  expect((await place.assay(["history", "web@dev"], IN)).code).toBe(2);
  expect((await place.assay(["history", "ubuntu:v1"], IN)).code).toBe(2);
});

test("history needs the whole of a clone", async () => {
  point("dev", "v1", "promote: v1", "2098-01-01T00:00:00Z");
  place.git(["clone", "-q", "--depth", "1", `file://${place.directory}/images`, "shallow"]);
  const { code, value } = await place.json(["history", "ubuntu@dev"], { in: "shallow" });
  expect({ code, value }).toMatchObject({
    code: 2,
    value: { error: { code: "shallow", hint: expect.stringContaining("git fetch --unshallow") } },
  });
});

test("an author's name cannot paint the terminal", async () => {
  place.write("images/buckets/ubuntu/channels/dev.yml", "version: v1\n");
  place.git(["add", "."], "images");
  place.git(["-c", "user.name=\u001b[31mEve\u202e", "commit", "-qm", "x"], "images");
  const { stdout } = await place.assay(["history", "ubuntu@dev"], IN);
  expect(stdout).toContain("Eve");
  expect(stdout).not.toContain("\u001b");
  expect(stdout).not.toContain("\u202e");
});

test("status tells the registry at a glance, and what to do about what is wrong", async () => {
  point("dev", "v2", "promote: v2", "2098-01-01T00:00:00Z");
  place.write(
    "images/buckets/ubuntu/channels/stable.yml",
    "version: v1\nhold: { reason: the audit, by: ana }\n",
  );
  place.write("images/buckets/ubuntu/revocations/v1.yml", "reason: CVE-2026-1234\n");
  place.commit("revoke");
  const { code, stdout } = await place.assay(["status"], IN);
  expect(code).toBe(0);
  expect(stdout.replace(/as of .* UTC/, "as of now")).toBe(`images · 1 bucket · 2 versions · as of now

bucket  dev  stable        latest  age  lineage
ubuntu  v2   v1 ✖ revoked  v2      0 m  –

✖ ubuntu@stable: v1 is revoked (CVE-2026-1234). Run: assay promote ubuntu:v2 --to stable
! ubuntu@stable is held by ana: the audit
`);
});

test("status of one bucket, as JSON, has every key", async () => {
  point("dev", "v2", "promote: v2", "2098-01-01T00:00:00Z");
  const { value } = await place.json(["status", "ubuntu", "--as-of", "2098-02-01T00:00:00Z"], IN);
  expect(value).toEqual({
    schema: 1,
    name: "images",
    commit: place.git(["rev-parse", "HEAD"], "images"),
    asOf: "2098-02-01T00:00:00Z",
    buckets: [
      {
        bucket: "ubuntu",
        versions: 2,
        latest: "v2",
        channels: [
          {
            channel: "dev",
            version: "v2",
            since: "2098-01-01T00:00:00Z",
            completedAt: expect.stringMatching(/Z$/),
            ancestry: "undetermined",
            revocation: null,
            hold: null,
          },
          {
            channel: "stable",
            version: null,
            since: null,
            completedAt: null,
            ancestry: "undetermined",
            revocation: null,
            hold: null,
          },
        ],
      },
    ],
  });
});

test("status of an unknown bucket could not be told", async () => {
  expect((await place.assay(["status", "web"], IN)).code).toBe(2);
});
