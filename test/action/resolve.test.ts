import { afterEach, describe, expect, test } from "@jest/globals";
import { runStep } from "./job.ts";
import type { TestRegistry } from "./registry.ts";
import { aRecord, startRegistry } from "./registry.ts";

const V1 = "buckets/web/versions/v1.json";
const DEV = "buckets/web/channels/dev.yml";

let registry: TestRegistry | undefined;
afterEach(() => registry?.stop());

describe("an image", () => {
  test("is told by id, with the version and the token for what is built from it", async () => {
    registry = await startRegistry({ [V1]: aRecord("v1", "one"), [DEV]: "version: v1\n" });
    const inputs = { ...registry.inputs, image: "web@dev", platform: "aws", region: "us-east-1" };
    const step = await runStep("resolve", { inputs });
    expect(step.code).toBe(0);
    const { json = "", ...plain } = step.outputs;
    expect(plain).toEqual({
      id: "ami-00000000000000001",
      version: "v1",
      fingerprint: "one",
      status: "complete",
      parent: "web:v1@dev",
    });
    expect(JSON.parse(json)).toMatchObject({ schema: 1, channel: "dev", artifacts: [{ id: plain["id"] }] });
    expect(step.log).toContain("web v1: aws us-east-1 ami-00000000000000001");
    expect(step.summary).toContain("### ✔ `web@\u200Bdev` is **v1**");
    expect(registry.box.requests.every(({ method }) => method === "GET")).toBe(true);
  });

  test("of several has no id until it is narrowed down", async () => {
    registry = await startRegistry({ [V1]: aRecord("v1", "one", ["eu-west-1", "us-east-1"]) });
    const all = await runStep("resolve", { inputs: { ...registry.inputs, image: "web:v1" } });
    expect(all.code).toBe(0);
    expect(all.outputs).toMatchObject({ id: "", version: "v1" });
    expect(all.log).toContain("::notice::");
    const some = await runStep("resolve", {
      inputs: { ...registry.inputs, image: "web:v1", platform: "aws" },
    });
    expect(some.code).toBe(1);
    expect(some.outputs).toEqual({});
    expect(some.log).toContain("2 images");
  });
});

describe("no image", () => {
  test("is what an empty channel has", async () => {
    registry = await startRegistry({ [V1]: aRecord("v1", "one") });
    const step = await runStep("resolve", { inputs: { ...registry.inputs, image: "web@dev" } });
    expect(step.code).toBe(1);
    expect(step.log).toContain('"dev" of "web" points to no version.');
    expect(step.outputs["id"]).toBeUndefined();
    expect(step.summary).toContain("### ✖ No image");
  });

  test("is what a revoked version gives, unless it is allowed on purpose", async () => {
    const revocation = "reason: CVE-2026-1234 in openssl\n";
    registry = await startRegistry({
      [V1]: aRecord("v1", "one"),
      "buckets/web/revocations/v1.yml": revocation,
    });
    const inputs = { ...registry.inputs, image: "web:v1" };
    const refused = await runStep("resolve", { inputs });
    expect(refused.code).toBe(1);
    expect(refused.log).toContain("CVE-2026-1234 in openssl");
    expect(refused.log).toContain("allow-revoked");
    expect(refused.outputs["json"]).toContain('"artifacts":[]');
    const allowed = await runStep("resolve", { inputs: { ...inputs, "allow-revoked": "true" } });
    expect(allowed.code).toBe(0);
    expect(allowed.outputs).toMatchObject({ id: "ami-00000000000000001", status: "revoked" });
    expect(allowed.log).toContain("::warning::");
  });

  test("is what an unfinished version gives", async () => {
    const running = aRecord("v1", "one")
      .replace('"complete"', '"running"')
      .replace(/ *"completedAt".*\n/, "");
    registry = await startRegistry({ [V1]: running });
    const step = await runStep("resolve", { inputs: { ...registry.inputs, image: "web:v1" } });
    expect(step.code).toBe(1);
    expect(step.log).toContain("not complete");
  });

  test.each([
    ["an unknown channel", { image: "web@prod" }, '"prod" is no channel of "web"'],
    ["an unknown region", { image: "web:v1", region: "mars-1" }, 'no image with region "mars-1"'],
    [
      "what names nothing",
      { image: "web" },
      'The input "image" is "web". Write ubuntu-base@stable or ubuntu-base:v12.',
    ],
    [
      "an address that would show the token",
      { image: "web:v1", "api-url": "http://example.com" },
      'The input "api-url"',
    ],
    [
      "a broken registry file, with its place",
      { image: "web@stable" },
      "buckets/web/channels/stable.yml:1:1",
    ],
  ])("is the answer to %s", async (_name, inputs, told) => {
    registry = await startRegistry({
      [V1]: aRecord("v1", "one"),
      "buckets/web/channels/stable.yml": "vresion: v1\n",
    });
    const step = await runStep("resolve", { inputs: { ...registry.inputs, ...inputs } });
    expect(step.code).toBe(1);
    expect(step.log).toContain(told);
    expect(step.log.replace(`::add-mask::${registry.token}`, "")).not.toContain(registry.token);
  });
});
