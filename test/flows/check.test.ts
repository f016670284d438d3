import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { writeJson } from "../../src/format/json.ts";
import { checkRevisions } from "../../src/flows/check.ts";
import type { Decision } from "../../src/policy/decide.ts";
import { allFindings } from "../../src/policy/decide.ts";
import type { Clone, Content } from "../builders/clone.ts";
import { aClone } from "../builders/clone.ts";
import { NOW, aBuild, aRecord } from "../builders/facts.ts";

const SETTINGS = `apiVersion: assay/v1
name: acme-images
channels:
  dev: { auto: true }
  stable: { after: dev, soak: 24h }
`;

function record(version: string, change: Record<string, unknown> = {}): string {
  return writeJson(aRecord({ version, fingerprint: `run-${version}`, ...change }));
}

let clone: Clone;
let branches = 0;

beforeAll(async () => {
  clone = await aClone({
    "assay.yml": SETTINGS,
    "buckets/web/bucket.yml": "apiVersion: assay/v1\n",
    "buckets/web/versions/v1.json": record("v1"),
    "buckets/web/versions/v2.json": record("v2", {
      builds: [aBuild({ parent: { bucket: "base", version: "v1" } })],
    }),
    "buckets/web/versions/v3.json": record("v3", { status: "running", completedAt: undefined }),
    "buckets/web/channels/broken.yml": "version: [\n",
    "buckets/base/bucket.yml": "apiVersion: assay/v1\n",
    "buckets/base/versions/v1.json": record("v1", { bucket: "base" }),
    "buckets/base/revocations/v1.yml": "reason: CVE-2026-1234\n",
  });
  clone.commit({ "buckets/web/channels/dev.yml": "version: v1\n" }, "2026-11-22T11:00:00Z");
  clone.commit({ "buckets/web/channels/dev.yml": "version: v2\n" }, "2026-11-22T12:00:00Z");
});

afterAll(() => clone.remove());

function check(files: Readonly<Record<string, Content>>, now = NOW): Promise<Decision> {
  branches += 1;
  return checkRevisions(
    clone.store,
    { base: undefined, head: clone.branch(`change-${branches}`, files) },
    now,
  );
}

describe("a promotion in a clone", () => {
  test("passes when the version has been on the channel before for long enough", async () => {
    const decision = await check(
      { "buckets/web/channels/stable.yml": "version: v1\n" },
      new Date("2026-11-23T12:00:00Z"),
    );
    expect(decision).toMatchObject({
      verdict: "pass",
      moves: [{ move: { bucket: "web", channel: "stable", from: undefined, to: "v1" } }],
    });
  });

  test("waits for its soak, counted from the first arrival though another version has followed", async () => {
    const decision = await check({ "buckets/web/channels/stable.yml": "version: v1\n" });
    expect(decision).toMatchObject({ verdict: "pending", nextChange: "2026-11-23T11:00:00Z" });
  });

  test.each<[string, Content, string, number | undefined]>([
    [
      "a version that does not exist",
      "version: v40\n",
      'names "v40", which the bucket does not have. The newest is "v3".',
      1,
    ],
    [
      "a version whose parent is revoked",
      "version: v2\n",
      "revoked (inherited from base v1: CVE-2026-1234)",
      1,
    ],
    ["a running version", "version: v3\n", "web v3 is running.", 1],
    ["an unknown key", "version: v1\nhodl: {}\n", 'unknown key "hodl". Did you mean "hold"?', 2],
    [
      "a version that is no name",
      "# the pointer\nversion: 12\n",
      'must be a version such as "v12", or none',
      2,
    ],
    ["a key that stands twice", "version: v1\nversion: v2\n", 'The key "version" stands twice', 2],
    ["no YAML", "version: [v1\n", "", undefined],
    ["CRLF line ends", "version: v1\r\n", "CRLF line ends", 1],
    ["a byte order mark", "\uFEFFversion: v1\n", "begins with a byte order mark", 1],
    ["UTF-16", Buffer.from("\uFEFFversion: v1\n", "utf16le"), "The file is UTF-16", 1],
    ["an alias bomb", `a: &a [x,x]\nb: &b [*a,*a]\nversion: v1\n`, "Anchors and aliases", 1],
    ["a megabyte", `version: v1\n#${"x".repeat(1_100_000)}\n`, "the most is 1048576", undefined],
    ["a link", { link: "../../../assay.yml" }, "link", undefined],
  ])("refuses %s", async (_name, content, message, line) => {
    const decision = await check({ "buckets/web/channels/stable.yml": content });
    const [finding] = allFindings(decision).filter((one) => one.level === "error");
    expect(decision.verdict).toBe("fail");
    expect(finding?.message).toContain(message);
    expect(finding?.path).toBe("buckets/web/channels/stable.yml");
    if (line !== undefined) expect(finding?.line).toBe(line);
  });

  test("a pull request that loosens the rules is judged by the old ones", async () => {
    const decision = await check({
      "assay.yml": SETTINGS.replace(", soak: 24h", ""),
      "buckets/web/channels/stable.yml": "version: v1\n",
    });
    expect(decision.verdict).toBe("fail");
    expect(allFindings(decision).map((finding) => finding.rule)).toEqual(
      expect.arrayContaining(["one-thing", "soak"]),
    );
  });

  test("a channel file that is broken on the base branch can be mended", async () => {
    expect((await check({ "buckets/web/channels/broken.yml": undefined })).findings).toEqual([]);
  });

  test("what the base branch has got in the meantime is no change", async () => {
    const head = clone.branch("late", { "buckets/web/channels/dev.yml": "version: v1\n" });
    clone.commit({ "buckets/web/channels/dev.yml": "version: v1\n" }, "2026-11-22T13:00:00Z");
    expect(await checkRevisions(clone.store, { base: undefined, head }, NOW)).toMatchObject({
      subject: "nothing",
      verdict: "pass",
      moves: [],
    });
  });
});

describe("other changes in a clone", () => {
  test("a submodule under buckets is refused", async () => {
    clone.git("checkout", "--quiet", "-b", "submodule", "main");
    clone.git(
      "update-index",
      "--add",
      "--cacheinfo",
      `160000,${clone.git("rev-parse", "HEAD")},buckets/web/channels/stable.yml`,
    );
    clone.git("commit", "--quiet", "--message", "submodule");
    clone.git("checkout", "--quiet", "--force", "main");
    const decision = await checkRevisions(clone.store, { base: undefined, head: "submodule" }, NOW);
    expect(decision.verdict).toBe("fail");
    expect(allFindings(decision)[0]?.message).toContain("submodule");
  });

  test("settings that cannot be read are told at line and column, with the key that was meant", async () => {
    const decision = await check({ "assay.yml": SETTINGS.replace("channels:", "chanels:") });
    expect(decision.findings[0]).toMatchObject({
      path: "assay.yml",
      line: 3,
      column: 1,
      message: 'unknown key "chanels". Did you mean "channels"?',
    });
  });

  test("a foreign file is left in peace", async () => {
    expect(await check({ "README.md": "hello\n" })).toMatchObject({ subject: "nothing", verdict: "pass" });
  });

  test("a record that is not JSON, and one with a key twice, are refused", async () => {
    expect(allFindings(await check({ "buckets/web/versions/v4.json": "{\n" }))[0]?.message).toContain(
      "The file is not JSON",
    );
    const twice = record("v4").replace('"bucket": "web"', '"bucket": "web",\n  "bucket": "web"');
    expect(
      allFindings(await check({ "buckets/web/versions/v4.json": twice }))
        .map((one) => one.message)
        .join(),
    ).toContain('The key "bucket" stands twice');
  });
});
