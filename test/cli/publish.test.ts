import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Json, Workplace } from "./assay.ts";
import { aRegistryPlace, aWorkplace, anArtifact } from "./assay.ts";

let template: Workplace;
let place: Workplace;
beforeAll(async () => {
  template = await aRegistryPlace();
});
beforeEach(() => {
  place = aWorkplace(template);
});
afterEach(() => place.remove());
afterAll(() => template.remove());

const IN = { in: "images" };

function publish(args: readonly string[], env?: Readonly<Record<string, string>>) {
  const options = env === undefined ? IN : { ...IN, env };
  return place.assay(["publish", "--bucket", "ubuntu", ...args], options);
}

function record(version: string): Json {
  const value: Json = JSON.parse(place.read(`images/buckets/ubuntu/versions/${version}.json`));
  return value;
}

function tip(): string {
  return place.git(["rev-parse", "HEAD"], "images");
}

const manifest = {
  builds: [
    {
      name: "ubuntu",
      builder_type: "amazon-ebs",
      build_time: 1_795_408_241,
      files: null,
      artifact_id: "us-east-1:ami-0a1b2c3d4e5f60718,eu-west-1:ami-0f1e2d3c4b5a69788",
      packer_run_uuid: "r",
      custom_data: { git_sha: "abc" },
    },
  ],
  last_run_uuid: "r",
};

const ACTIONS = {
  GITHUB_ACTIONS: "true",
  GITHUB_RUN_ID: "123",
  GITHUB_REPOSITORY: "acme/image-ubuntu",
  GITHUB_WORKFLOW_REF: "acme/image-ubuntu/.github/workflows/build.yml@refs/heads/main",
  GITHUB_REF: "refs/heads/main",
};

test("a Packer manifest becomes a version, committed to the default branch and checked out", async () => {
  place.write("images/packer-manifest.json", JSON.stringify(manifest));
  const { code, stdout } = await publish(
    ["--packer-manifest", "packer-manifest.json", "--label", "team=os"],
    ACTIONS,
  );
  expect(code).toBe(0);
  expect(stdout).toContain("ubuntu v1 is complete: 1 build, 2 images, fingerprint gha-123, on main");
  expect(record("v1")).toMatchObject({
    version: "v1",
    status: "complete",
    publisher: { verified: false, repository: "acme/image-ubuntu", runId: 123 },
    builds: [{ component: "amazon-ebs.ubuntu", labels: { git_sha: "abc", team: "os" } }],
  });
  expect(place.git(["log", "-1", "--format=%B"], "images")).toContain("Assay-Publish: ubuntu v1 gha-123");
  expect(place.git(["status", "--porcelain"], "images")).toBe("?? packer-manifest.json");
});

test("its JSON says where it went, and every key is there", async () => {
  const args = ["publish", "--bucket", "ubuntu", "--fingerprint", "run-1", ...anArtifact("ami-1")];
  const { value } = await place.json(args, IN);
  expect(value).toEqual({
    schema: 1,
    branch: "main",
    commit: tip(),
    bucket: "ubuntu",
    version: "v1",
    fingerprint: "run-1",
    status: "complete",
    change: "created",
    pullRequest: null,
  });
  expect((await place.json(args, IN)).value).toEqual({ ...value, commit: null, change: "unchanged" });
});

test("publishing the same again says so and writes nothing", async () => {
  await publish(["--fingerprint", "run-1", ...anArtifact("ami-1")]);
  const before = tip();
  const { code, stdout } = await publish(["--fingerprint", "run-1", ...anArtifact("ami-1")]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: '✔ v1 of "ubuntu" already holds all of this; nothing was written.\n',
  });
  expect(tip()).toBe(before);
});

test("parts run until their publisher says that it is all", async () => {
  const first = await publish(["--fingerprint", "r", "--incomplete", ...anArtifact("ami-1")]);
  expect(first.stdout).toContain("assay publish --bucket ubuntu --fingerprint r --complete");
  await publish(["--fingerprint", "r", ...anArtifact("ami-2", "eu-west-1")]);
  expect(record("v1")).toMatchObject({ status: "running", builds: [{ artifacts: { length: 2 } }] });
  expect((await publish(["--fingerprint", "r", "--complete"])).code).toBe(0);
  expect(record("v1")).toMatchObject({ status: "complete" });
});

test("outside a workflow each publish is a version of its own", async () => {
  await publish(anArtifact("ami-1"));
  await publish(anArtifact("ami-2"));
  const prints = [record("v1"), record("v2")].map(({ fingerprint }) => fingerprint);
  expect(new Set(prints).size).toBe(2);
  for (const fingerprint of prints) expect(fingerprint).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});

test("an unknown bucket is refused with the command that makes it, and made on demand", async () => {
  const args = ["publish", "--bucket", "web", ...anArtifact("ami-1")];
  const before = tip();
  const { code, stderr } = await place.assay(args, IN);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: "web" is not a bucket of images. Make it with: assay bucket web\n',
  });
  expect(tip()).toBe(before);
  expect((await place.assay([...args, "--create-bucket"], IN)).code).toBe(0);
  expect(place.git(["show", "--name-only", "--format="], "images").split("\n")).toEqual([
    "buckets/web/bucket.yml",
    "buckets/web/versions/v1.json",
  ]);
});

test("a build whose parent is revoked is recorded, and loudly told", async () => {
  await place.assay(["bucket", "debian"], IN);
  await place.assay(["publish", "--bucket", "debian", ...anArtifact("ami-0")], IN);
  place.write("images/buckets/debian/revocations/v1.yml", "reason: CVE-2026-1234 in openssl\n");
  place.git(["add", "."], "images");
  place.git(["commit", "-qm", "revoke"], "images");
  const { code, stderr } = await publish(["--parent", "debian:v1@stable", ...anArtifact("ami-1")]);
  expect(code).toBe(0);
  expect(stderr).toBe(
    "! ubuntu v1 is revoked (inherited from debian v1: CVE-2026-1234 in openssl). Build it again from a good parent.\n",
  );
  expect(record("v1")).toMatchObject({
    builds: [{ parent: { bucket: "debian", version: "v1", channel: "stable" } }],
  });
});

test("a publisher that the bucket does not list is refused", async () => {
  place.write(
    "images/buckets/ubuntu/bucket.yml",
    "apiVersion: assay/v1\npublishers: [{ repository: acme/image-ubuntu, ref: refs/heads/main }]\n",
  );
  place.git(["commit", "-qam", "publishers"], "images");
  expect((await publish(anArtifact("ami-1"), { ...ACTIONS, GITHUB_REF: "refs/heads/fork" })).code).toBe(2);
  expect((await publish(anArtifact("ami-1"))).stderr).toContain("is no publisher of this bucket");
  expect((await publish(anArtifact("ami-1"), ACTIONS)).code).toBe(0);
});

describe("nothing is written, and the reason told, for", () => {
  test.each<[string, readonly string[], string]>([
    ["an artifact without an id", ["--artifact", "platform=aws"], "needs at least platform=… and id=…."],
    [
      "a parent that is only a channel",
      [...anArtifact("ami-1"), "--parent", "debian@stable"],
      "may have moved since",
    ],
    [
      "a parent that does not exist",
      [...anArtifact("ami-1"), "--parent", "ubuntu:v7"],
      'has no version "v7"',
    ],
    [
      "a fingerprint that is no ref",
      [...anArtifact("ami-1"), "--fingerprint", "a..b"],
      "cannot be a fingerprint",
    ],
    ["a label without a key", [...anArtifact("ami-1"), "--label", "x"], 'The label "x" has no key.'],
    [
      "evidence, which is not read yet",
      [...anArtifact("ami-1"), "--evidence", "sbom=x"],
      "does not read evidence yet",
    ],
    ["both --complete and --incomplete", ["--complete", "--incomplete"], "cannot be used with option"],
    ["nothing to publish", [], "nothing to publish was given"],
    [
      "a time that is not now",
      [...anArtifact("ami-1"), "--as-of", "2026-01-01T00:00:00Z"],
      "Leave --as-of out.",
    ],
    ["a manifest that is not there", ["--packer-manifest", "none.json"], "none.json  There is no such file."],
    ["a folder", ["--packer-manifest", "folder"], "folder  This is no regular file."],
    ["a link", ["--packer-manifest", "link.json"], "link.json  This is a link"],
    [
      "a manifest without end",
      ["--packer-manifest", "huge.json"],
      "huge.json  The file has more than 8388608 bytes",
    ],
    ["a manifest that is no JSON", ["--packer-manifest", "log.json"], "log.json  The file is not JSON."],
    ["a manifest that is cut off", ["--packer-manifest", "cut.json"], "cut.json:1:12  The file is not JSON."],
    ["a manifest in UTF-16", ["--packer-manifest", "utf16.json"], "utf16.json:1:1  The file is UTF-16."],
    [
      "a manifest that says a thing twice",
      ["--packer-manifest", "twice.json"],
      'The key "builds" stands twice',
    ],
    ["a manifest with an escape sequence", ["--packer-manifest", "escape.json"], "cannot be recorded"],
  ])("%s", async (_what, args, message) => {
    mkdirSync(join(place.directory, "images/folder"));
    place.write("images/real.json", JSON.stringify(manifest));
    symlinkSync("real.json", join(place.directory, "images/link.json"));
    if (args.includes("huge.json")) place.write("images/huge.json", Buffer.alloc(50_000_000, " "));
    place.write("images/log.json", `==> build\n${JSON.stringify(manifest)}`);
    place.write("images/cut.json", '{"builds": ');
    place.write("images/utf16.json", Buffer.from(`\uFEFF${JSON.stringify(manifest)}`, "utf16le"));
    place.write("images/twice.json", '{"builds": [], "builds": [], "last_run_uuid": "r"}');
    place.write("images/escape.json", JSON.stringify(manifest).replace("ami-0a1", String.raw`ami\u001b[31m`));
    const before = tip();
    const { code, stdout, stderr } = await publish(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("\u001b");
    expect(tip()).toBe(before);
  });

  test("malformed settings, told with their places", async () => {
    place.write("images/buckets/ubuntu/bucket.yml", "apiVersion: assay/v1\nownrs: []\nlifetime: 3 days\n");
    place.git(["commit", "-qam", "break"], "images");
    const { code, stderr } = await publish(anArtifact("ami-1"));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'buckets/ubuntu/bucket.yml:2:1  unknown key "ownrs". Did you mean "owners"?\n' +
        'buckets/ubuntu/bucket.yml:3:11  "lifetime" must be a duration such as "30d" (m, h, d or w).\n',
    });
  });

  test("uncommitted work where the record would stand", async () => {
    place.write("images/buckets/ubuntu/versions/v1.json", "mine");
    const before = tip();
    const { code, value } = await place.json(["publish", "--bucket", "ubuntu", ...anArtifact("ami-1")], IN);
    expect({ code, value }).toMatchObject({ code: 2, value: { error: { code: "dirty" } } });
    expect(place.read("images/buckets/ubuntu/versions/v1.json")).toBe("mine");
    expect(tip()).toBe(before);
  });
});

test("a byte order mark and CRLF in a manifest are tolerated", async () => {
  const text = `\uFEFF${JSON.stringify(manifest, null, 2).replaceAll("\n", "\r\n")}\r\n`;
  place.write("manifest.json", text);
  expect((await publish(["--packer-manifest", "../manifest.json"])).code).toBe(0);
});

test("an image that is published already is refused with where it stands", async () => {
  await publish(anArtifact("ami-0123456789abcdef0"));
  const { code, stderr } = await publish(anArtifact("ami-0123456789abcdef0"));
  expect(code).toBe(2);
  expect(stderr).toContain('ami-0123456789abcdef0 is already v1 of "ubuntu"');
});
