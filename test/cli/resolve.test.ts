import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Workplace } from "./assay.ts";
import { aRegistryPlace, aWorkplace, anArtifact, atTime } from "./assay.ts";

const IN = { in: "images" };
const FUTURE = "2099-01-01T00:00:00Z";

let template: Workplace;
let place: Workplace;
beforeAll(async () => {
  template = await aRegistryPlace();
  await template.assay(
    [
      "publish",
      "--bucket=ubuntu",
      "--fingerprint=run-1",
      "--label=os=ubuntu",
      ...anArtifact("ami-1"),
      ...anArtifact("ami-2", "eu-west-1"),
      "--artifact=platform=aws,region=eu-west-1,id=ami-3,component=amazon-ebs.ubuntu,arch=arm64",
    ],
    IN,
  );
  template.write("images/buckets/ubuntu/channels/dev.yml", "version: v1\n");
  template.commit("promote");
});
beforeEach(() => {
  place = aWorkplace(template);
});
afterEach(() => place.remove());
afterAll(() => template.remove());

function resolve(...args: readonly string[]) {
  return place.assay(["resolve", ...args], IN);
}

test("one image is its id and nothing else", async () => {
  expect(await resolve("ubuntu@dev", "--platform", "aws", "--region", "us-east-1")).toEqual({
    code: 0,
    stdout: "ami-1\n",
    stderr: "",
  });
});

test("without a filter all images are told in a table, with the token for what is built from them", async () => {
  const { code, stdout } = await resolve("ubuntu@dev");
  expect(code).toBe(0);
  expect(stdout).toBe(`ubuntu v1 (dev) · complete · fingerprint run-1

platform  region     id     component          arch
aws       eu-west-1  ami-2  amazon-ebs.ubuntu  –
aws       eu-west-1  ami-3  amazon-ebs.ubuntu  arm64
aws       us-east-1  ami-1  amazon-ebs.ubuntu  –

What is built from it is published with: --parent ubuntu:v1@dev
`);
});

test("its JSON has every key", async () => {
  const { code, value } = await place.json(["resolve", "ubuntu@latest", "--arch", "arm64"], IN);
  expect({ code, value }).toEqual({
    code: 0,
    value: {
      schema: 1,
      bucket: "ubuntu",
      channel: "latest",
      version: "v1",
      fingerprint: "run-1",
      status: "complete",
      artifacts: [
        {
          platform: "aws",
          region: "eu-west-1",
          id: "ami-3",
          component: "amazon-ebs.ubuntu",
          account: null,
          arch: "arm64",
          digest: null,
          labels: { os: "ubuntu" },
        },
      ],
      revocation: null,
      parent: "ubuntu:v1@latest",
    },
  });
});

describe("could not decide", () => {
  test.each<[string, readonly string[], string]>([
    [
      "an unknown bucket",
      ["ubunt@dev"],
      'error: "ubunt" is not a bucket of images. Did you mean "ubuntu"? Make it with: assay bucket ubunt\n',
    ],
    [
      "an unknown channel",
      ["ubuntu@stabel"],
      'error: "stabel" is no channel of "ubuntu". Did you mean "stable"? The channels are: dev, stable.\n',
    ],
    ["an unknown version", ["ubuntu:v40"], 'error: "ubuntu" has no version "v40". The newest is "v1".\n'],
    [
      "an unknown region",
      ["ubuntu@dev", "--region", "mars-1"],
      'ubuntu v1 has no image with region "mars-1". It has:\n  aws eu-west-1 ami-2',
    ],
    [
      "several images",
      ["ubuntu@dev", "--region", "eu-west-1"],
      'ubuntu v1 has 2 images with region "eu-west-1":\n  aws eu-west-1 ami-2 (amazon-ebs.ubuntu)\n  aws eu-west-1 ami-3 (amazon-ebs.ubuntu, arch arm64)',
    ],
    ["no reference", ["ubuntu"], '"ubuntu" names neither a channel nor a version'],
    ["a path", ["../x@dev"], '"../x@dev" names neither a channel nor a version'],
    ["no time", ["ubuntu@dev", "--as-of", "yesterday"], '"yesterday" is no time.'],
    [
      "a time before the registry",
      ["ubuntu@dev", "--as-of", "1999-01-01T00:00:00Z"],
      "had no commit at 1999-01-01T00:00:00Z",
    ],
  ])("%s", async (_what, args, message) => {
    const { code, stdout, stderr } = await resolve(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("a channel that names a version that is not there", async () => {
    place.write("images/buckets/ubuntu/channels/dev.yml", "version: v40\n");
    place.commit("break");
    expect(await resolve("ubuntu@dev")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('names "v40"'),
    });
  });

  test.each([
    [
      "buckets/ubuntu/channels/dev.yml",
      "version: v1\nversion: v2\n",
      'dev.yml:2:1  The key "version" stands twice',
    ],
    [
      "buckets/ubuntu/channels/dev.yml",
      "versio: v1\n",
      'dev.yml:1:1  unknown key "versio". Did you mean "version"?',
    ],
    [
      "buckets/ubuntu/channels/dev.yml",
      "\uFEFFversion: v1\n",
      "dev.yml:1:1  The file begins with a byte order mark.",
    ],
    ["buckets/ubuntu/versions/v1.json", "{", "v1.json:1:2  The file is not JSON."],
  ])("%s with %j", async (path, text, message) => {
    place.write(`images/${path}`, text);
    place.commit("break");
    const { code, stderr } = await resolve("ubuntu@dev");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe("no", () => {
  test("an empty channel", async () => {
    const { code, stdout, stderr } = await resolve("ubuntu@stable");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain('"stable" of "ubuntu" points to no version. Promote one with:');
    expect((await place.json(["resolve", "ubuntu@stable"], IN)).value).toMatchObject({
      version: null,
      artifacts: [],
    });
  });

  test("a revoked version, unless its user insists", async () => {
    place.write("images/buckets/ubuntu/revocations/v1.yml", "reason: CVE-2026-1234\n");
    place.commit("revoke");
    expect(await resolve("ubuntu@dev", "--arch", "arm64")).toEqual({
      code: 1,
      stdout: "",
      stderr: "✖ ubuntu v1 (dev) is revoked (CVE-2026-1234). Use another version, or say --allow-revoked.\n",
    });
    const { value } = await place.json(["resolve", "ubuntu@dev"], IN);
    expect(value).toMatchObject({ artifacts: [], revocation: { kind: "revoked", inherited: false } });
    expect(await resolve("ubuntu@dev", "--arch", "arm64", "--allow-revoked")).toEqual({
      code: 0,
      stdout: "ami-3\n",
      stderr: "! ubuntu v1 (dev) is revoked (CVE-2026-1234).\n",
    });
    expect((await resolve("ubuntu@latest")).code).toBe(1);
  });

  test("a version whose builds have not all come", async () => {
    const publish = [
      "publish",
      "--bucket",
      "ubuntu",
      "--fingerprint",
      "r",
      "--incomplete",
      ...anArtifact("ami-9"),
    ];
    await place.assay(publish, IN);
    expect(await resolve("ubuntu:v2")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is running, not complete"),
    });
  });
});

test("a scheduled revocation is told beside the answer, and decides once its time has come", async () => {
  place.write(
    "images/buckets/ubuntu/revocations/v1.yml",
    "reason: end of support\neffective: 2098-12-01T00:00:00Z\n",
  );
  place.commit("schedule");
  expect(await resolve("ubuntu@dev", "--arch", "arm64")).toEqual({
    code: 0,
    stdout: "ami-3\n",
    stderr: "! ubuntu v1 (dev) will be revoked on 1 Dec 2098 00:00 UTC (end of support).\n",
  });
  expect((await resolve("ubuntu@dev", "--as-of", FUTURE)).code).toBe(1);
});

test("the past is answered from the tree of that time", async () => {
  const past = aWorkplace();
  const run = (args: readonly string[], at: string) =>
    past.assay(args, { ...(args[0] === "init" ? {} : IN), env: atTime(at) });
  try {
    await run(["init", "images"], "2020-01-01T00:00:00Z");
    await run(["bucket", "ubuntu"], "2020-01-02T00:00:00Z");
    await run(["publish", "--bucket", "ubuntu", ...anArtifact("ami-1")], "2020-01-03T00:00:00Z");
    past.write("images/buckets/ubuntu/channels/dev.yml", "version: v1\n");
    past.commit("promote", "2020-01-04T00:00:00Z");
    past.write("images/buckets/ubuntu/channels/dev.yml", "version: none\n");
    past.commit("empty", "2020-02-04T00:00:00Z");
    const at = (time: string) =>
      past.assay(["resolve", "ubuntu@dev", "--region", "us-east-1", "--as-of", time], IN);
    expect(await at("2020-01-04T00:00:00Z")).toMatchObject({ code: 0, stdout: "ami-1\n" });
    expect(await at("2020-02-03T23:59:59Z")).toMatchObject({ code: 0, stdout: "ami-1\n" });
    expect(await at("2020-02-04T00:00:00Z")).toMatchObject({ code: 1 });
    expect(await at("2020-01-03T12:00:00Z")).toMatchObject({ code: 1 });
    expect(await at("2020-01-01T12:00:00Z")).toMatchObject({ code: 2 });
  } finally {
    past.remove();
  }
});
