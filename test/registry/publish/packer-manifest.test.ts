import { expect, test } from "@jest/globals";
import { parsePackerManifest } from "../../../src/registry/publish/packer-manifest.ts";

const RUN = "7b0c9d1e-52f4-4c1b-8f0a-3b9f0c6d2002";

function anEntry(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "ubuntu",
    builder_type: "amazon-ebs",
    build_time: 1_795_408_241,
    files: null,
    artifact_id: "us-east-1:ami-1",
    packer_run_uuid: RUN,
    custom_data: null,
    ...change,
  };
}

function parse(entries: readonly unknown[], last: unknown = RUN) {
  const text = JSON.stringify({ builds: entries, last_run_uuid: last }, null, 2);
  return parsePackerManifest({ path: "packer-manifest.json", text });
}

function buildsOf(...entries: readonly Record<string, unknown>[]) {
  const result = parse(entries);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.value;
}

function imagesOf(...entries: readonly Record<string, unknown>[]): readonly string[] {
  return buildsOf(...entries).flatMap((build) =>
    build.artifacts.map(({ region, id }) => `${build.component} ${build.platform} ${region} ${id}`),
  );
}

test("of accumulated runs only the last one counts", () => {
  const older = anEntry({ packer_run_uuid: "older", artifact_id: "us-east-1:ami-0", build_time: 1 });
  expect(imagesOf(older, anEntry(), { ...older, name: "other" })).toEqual([
    "amazon-ebs.ubuntu aws us-east-1 ami-1",
  ]);
});

test("a build keeps when and in which run it was made", () => {
  expect(buildsOf(anEntry())[0]).toMatchObject({
    createdAt: "2026-11-23T04:30:41Z",
    packerRunUuid: RUN,
    status: "done",
    labels: {},
  });
});

const digest = `sha256:${"3d".repeat(32)}`;
const azure = "/subscriptions/0/resourceGroups/images/providers/Microsoft.Compute/images/ubuntu-6";

test.each<[string, Record<string, unknown>, readonly string[]]>([
  ["one AMI", { artifact_id: "us-east-1:ami-1" }, ["amazon-ebs.ubuntu aws us-east-1 ami-1"]],
  [
    "AMIs in several regions",
    { artifact_id: "us-east-1:ami-1,eu-west-1:ami-2" },
    ["amazon-ebs.ubuntu aws us-east-1 ami-1", "amazon-ebs.ubuntu aws eu-west-1 ami-2"],
  ],
  ["a builder without a name of its own", { name: "amazon-ebs" }, ["amazon-ebs aws us-east-1 ami-1"]],
  [
    "an Azure image",
    { builder_type: "azure-arm", artifact_id: azure },
    [`azure-arm.ubuntu azure global ${azure}`],
  ],
  [
    "a GCE image",
    { builder_type: "googlecompute", artifact_id: "gold-1" },
    ["googlecompute.ubuntu gce global gold-1"],
  ],
  [
    "a Docker image",
    { builder_type: "docker", artifact_id: digest },
    [`docker.ubuntu docker global ${digest}`],
  ],
  [
    "a Proxmox template",
    { builder_type: "proxmox-iso", artifact_id: "900" },
    ["proxmox-iso.ubuntu proxmox global 900"],
  ],
  [
    "a vSphere template",
    { builder_type: "vsphere-iso", artifact_id: "tpl" },
    ["vsphere-iso.ubuntu vsphere global tpl"],
  ],
  [
    "an Alibaba image",
    { builder_type: "alicloud-ecs", artifact_id: "cn-a:m-1" },
    ["alicloud-ecs.ubuntu alicloud cn-a m-1"],
  ],
  [
    "the files of a QEMU image",
    { builder_type: "qemu", artifact_id: "VM", files: [{ name: "output/debian.qcow2", size: 452_795_904 }] },
    ["qemu.ubuntu qemu global output/debian.qcow2"],
  ],
  [
    "the box of a Vagrant image",
    { builder_type: "vagrant", artifact_id: "", files: [{ name: "package.box", size: 1 }] },
    ["vagrant.ubuntu vagrant global package.box"],
  ],
  [
    "a file",
    {
      builder_type: "file",
      artifact_id: "File",
      files: [
        { name: "a.txt", size: 1 },
        { name: "b.txt", size: 1 },
      ],
    },
    ["file.ubuntu file global a.txt", "file.ubuntu file global b.txt"],
  ],
  [
    "nothing but a name",
    { builder_type: "null", artifact_id: "Null", files: [] },
    ["null.ubuntu null global Null"],
  ],
  [
    "a builder of tomorrow",
    { builder_type: "newcloud", artifact_id: "img-1" },
    ["newcloud.ubuntu newcloud global img-1"],
  ],
])("reads %s", (_what, change, images) => {
  expect(imagesOf(anEntry(change))).toEqual(images);
});

test("a Docker image's id is its digest too", () => {
  const [build] = buildsOf(anEntry({ builder_type: "docker", artifact_id: digest }));
  expect(build?.artifacts).toEqual([{ region: "global", id: digest, digest }]);
});

test("several entries of one component are one build with several images", () => {
  const gce = (id: string): Record<string, unknown> =>
    anEntry({ builder_type: "googlecompute", artifact_id: id });
  expect(
    buildsOf(gce("gold-eu"), anEntry(), gce("gold-us")).map(({ component, artifacts }) => [
      component,
      artifacts.length,
    ]),
  ).toEqual([
    ["googlecompute.ubuntu", 2],
    ["amazon-ebs.ubuntu", 1],
  ]);
});

test("custom data says what Assay has a place for, and the rest becomes labels", () => {
  const [build] = buildsOf(
    anEntry({
      builder_type: "googlecompute",
      artifact_id: "gold-1",
      custom_data: {
        region: "europe-west1",
        account: "acme",
        arch: "arm64",
        source_image: "debian-13",
        git_sha: "9c41d07",
      },
    }),
  );
  expect(build).toMatchObject({
    artifacts: [{ region: "europe-west1", id: "gold-1", account: "acme", arch: "arm64" }],
    sourceImage: "debian-13",
    labels: { git_sha: "9c41d07" },
  });
});

test("a build without a time is from the beginning of time, not from now", () => {
  expect(buildsOf(anEntry({ build_time: undefined }))[0]?.createdAt).toBe("1970-01-01T00:00:00Z");
});

test.each<[string, unknown, string]>([
  ["nothing of the last run", [anEntry({ packer_run_uuid: "older" })], "no build of its last run"],
  ["no build at all", [], "no build of its last run"],
  ["no list of builds", {}, '"builds" must be a list.'],
  ["an entry that is text", ["x"], '"builds.0" must be a mapping.'],
  ["an entry without an id", [anEntry({ artifact_id: undefined })], '"builds.0.artifact_id" is missing.'],
  [
    "an entry without a builder",
    [anEntry({ builder_type: "" })],
    '"builds.0.builder_type" must have at least 1.',
  ],
  ["a time beyond all clocks", [anEntry({ build_time: 1e300 })], '"builds.0.build_time" must have at most'],
  ["a time before all clocks", [anEntry({ build_time: -1 })], '"builds.0.build_time" must have at least 0.'],
  [
    "custom data of several levels",
    [anEntry({ custom_data: { a: {} } })],
    '"builds.0.custom_data.a" must be text',
  ],
])("refuses a manifest with %s", (_what, builds, message) => {
  const text = JSON.stringify({ builds, last_run_uuid: RUN });
  const result = parsePackerManifest({ path: "packer-manifest.json", text });
  expect(result).toMatchObject({
    ok: false,
    problems: [{ path: "packer-manifest.json", message: expect.stringContaining(message) }],
  });
});

test("refuses a manifest that names no last run, and one that says a thing twice", () => {
  expect(parse([anEntry()], null).ok).toBe(false);
  const text = `{"builds": [], "builds": [], "last_run_uuid": "${RUN}"}`;
  expect(parsePackerManifest({ path: "m.json", text })).toMatchObject({
    problems: [{ line: 1, column: 16, message: 'The key "builds" stands twice in the same mapping.' }],
  });
});
