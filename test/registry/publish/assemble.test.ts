import { expect, test } from "@jest/globals";
import type { PublishInputs } from "../../../src/registry/publish/assemble.ts";
import { assembleBuilds } from "../../../src/registry/publish/assemble.ts";

const NOTHING: PublishInputs = {
  manifests: [],
  artifacts: [],
  labels: [],
  metadata: {},
  createdAt: "2026-11-23T00:00:00Z",
};

function assemble(change: Partial<PublishInputs>) {
  return assembleBuilds({ ...NOTHING, ...change });
}

function messages(change: Partial<PublishInputs>): readonly string[] {
  const result = assemble(change);
  return result.ok ? [] : result.problems.map(({ message }) => message);
}

function aManifest(change: Record<string, unknown> = {}) {
  const entry = {
    name: "web",
    builder_type: "amazon-ebs",
    build_time: 1,
    files: null,
    artifact_id: "us-east-1:ami-1",
    packer_run_uuid: "r",
    custom_data: null,
    ...change,
  };
  return { path: "m.json", text: JSON.stringify({ builds: [entry], last_run_uuid: "r" }) };
}

test("images that are told one by one become builds by component", () => {
  const result = assemble({
    artifacts: [
      "platform=aws,region=us-east-1,id=ami-1,component=amazon-ebs.web,arch=x86_64",
      "platform=aws, region=eu-west-1, id=ami-2, component=amazon-ebs.web, account=1",
      "platform=gce,id=web-1",
    ],
    labels: ["team=web", "note=a=b"],
    metadata: { vcs: { commit: "abc" } },
  });
  expect(result).toMatchObject({
    ok: true,
    value: [
      {
        component: "amazon-ebs.web",
        createdAt: "2026-11-23T00:00:00Z",
        artifacts: [
          { region: "us-east-1", id: "ami-1", arch: "x86_64" },
          { region: "eu-west-1", id: "ami-2", account: "1" },
        ],
        labels: { team: "web", note: "a=b" },
        metadata: { vcs: { commit: "abc" } },
      },
      { component: "gce", platform: "gce", artifacts: [{ region: "global", id: "web-1" }] },
    ],
  });
});

test("labels that are told outrank those of a manifest", () => {
  const manifests = [aManifest({ custom_data: { team: "old", os: "ubuntu" } })];
  expect(assemble({ manifests, labels: ["team=new"] })).toMatchObject({
    value: [{ labels: { team: "new", os: "ubuntu" } }],
  });
});

test.each([
  ["platform=aws", "needs at least platform=… and id=…."],
  ["id=ami-1", "needs at least platform=… and id=…."],
  ["platform=aws,id=", 'gives "id" no value.'],
  ["platform=aws,id=a,id=b", 'gives "id" twice.'],
  ["platform=aws,id=a,regoin=x", 'has the unknown key "regoin". Did you mean "region"?'],
  ["ami-1", 'has the unknown key "ami-1".'],
  ["", 'has the unknown key "".'],
])("refuses the artifact %j", (artifact, message) => {
  expect(messages({ artifacts: [artifact] })).toEqual([`The artifact "${artifact}" ${message}`]);
});

test.each([
  ["x", 'The label "x" has no key.'],
  ["=x", 'The label "=x" has no key.'],
])("refuses the label %j", (label, message) => {
  expect(messages({ labels: [label] })).toEqual([message]);
});

test("refuses a label that is given twice", () => {
  expect(messages({ labels: ["a=1", "a=2"] })).toEqual(['The label "a" is given twice.']);
});

test.each<[string, Partial<PublishInputs>]>([
  ["a label of odd signs", { artifacts: ["platform=aws,id=a"], labels: ["a b=1"] }],
  ["a label without end", { artifacts: ["platform=aws,id=a"], labels: [`a=${"x".repeat(257)}`] }],
  ["a digest that is none", { artifacts: ["platform=docker,id=a,digest=sha256:x"] }],
  ["an id with a control character", { artifacts: ["platform=aws,id=a\u001b[31m"] }],
  [
    "an id with a bidirectional override",
    { manifests: [aManifest({ artifact_id: "us-east-1:ami\u202e-1" })] },
  ],
  ["a manifest's data that is no label", { manifests: [aManifest({ custom_data: { "my key": "x" } })] }],
  ["a manifest's name without end", { manifests: [aManifest({ name: "x".repeat(600) })] }],
])("refuses %s before anything is written", (_what, inputs) => {
  expect(messages(inputs)).toEqual([expect.stringContaining("cannot be recorded")]);
});

test("tells what is wrong with all inputs at once", () => {
  expect(
    messages({ manifests: [{ path: "m.json", text: "{" }], artifacts: ["x"], labels: ["y"] }),
  ).toHaveLength(3);
});
