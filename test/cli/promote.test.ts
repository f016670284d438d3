import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Workplace } from "./assay.ts";
import { aRegistryPlace, aWorkplace, anArtifact } from "./assay.ts";

const IN = { in: "images" };
const BRANCH = "assay/promote/ubuntu/dev";

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

function merge(): void {
  place.git(["merge", "-q", "--no-ff", "-m", "merge", BRANCH], "images");
}

/** Makes "stable" ask for a soak and for approvals. */
function tighten(): void {
  const settings = place.read("images/assay.yml");
  place.write(
    "images/assay.yml",
    settings.replace(
      "stable: { after: dev }",
      "stable: { after: dev, soak: 72h, restricted: { teams: [release], approvals: 2 } }",
    ),
  );
  place.commit("tighten");
}

describe("promote", () => {
  test("puts one commit on the promotion's branch and leaves the work tree alone", async () => {
    place.write("images/notes.txt", "mine");
    const { code, value } = await place.json(["promote", "ubuntu:v1", "--to", "dev"], IN);
    expect({ code, value }).toEqual({
      code: 0,
      value: {
        schema: 1,
        branch: BRANCH,
        commit: place.git(["rev-parse", BRANCH], "images"),
        bucket: "ubuntu",
        channel: "dev",
        from: null,
        to: "v1",
        pullRequest: null,
      },
    });
    expect(place.git(["diff", "--name-only", `main..${BRANCH}`], "images")).toBe(
      "buckets/ubuntu/channels/dev.yml",
    );
    expect(place.git(["status", "--porcelain"], "images")).toBe("?? notes.txt");
  });

  test("takes what another channel, or latest, points to", async () => {
    const { stdout } = await place.assay(["promote", "ubuntu@latest", "--to", "dev"], IN);
    expect(stdout).toContain("ubuntu none → v2 on dev");
    merge();
    const next = await place.assay(["promote", "ubuntu@dev", "--to", "stable"], IN);
    expect(next.stdout).toContain("ubuntu none → v2 on stable");
  });

  test("writes nothing where the channel points there already", async () => {
    await place.assay(["promote", "ubuntu:v1", "--to", "dev"], IN);
    merge();
    const { stdout } = await place.assay(["promote", "ubuntu:v1", "--to", "dev"], IN);
    expect(stdout).toBe("✔ ubuntu@dev already points to v1; nothing was written.\n");
  });

  test("keeps what people wrote around the version", async () => {
    place.write("images/buckets/ubuntu/channels/dev.yml", "# why\nversion: v1 # pinned\n");
    place.commit("dev");
    await place.assay(["promote", "ubuntu:v2", "--to", "dev"], IN);
    expect(place.git(["show", `${BRANCH}:buckets/ubuntu/channels/dev.yml`], "images")).toBe(
      "# why\nversion: v2 # pinned",
    );
  });

  test.each<[string, readonly string[], string]>([
    ["an unknown bucket", ["web:v1", "--to", "dev"], '"web" is not a bucket of images.'],
    ["an unknown version", ["ubuntu:v40", "--to", "dev"], 'has no version "v40". The newest is "v2".'],
    ["an unknown channel", ["ubuntu:v1", "--to", "prod"], '"prod" is no channel of "ubuntu".'],
    ["latest, which is computed", ["ubuntu:v1", "--to", "latest"], '"latest" is no channel of "ubuntu".'],
    ["an empty channel", ["ubuntu@stable", "--to", "dev"], "there is nothing to promote"],
    ["no channel", ["ubuntu:v1"], 'Required option "--to <channel>" not specified.'],
    [
      "a time that is not now",
      ["ubuntu:v1", "--to", "dev", "--as-of", "2026-01-01T00:00:00Z"],
      "Leave --as-of out.",
    ],
  ])("refuses %s", async (_what, args, message) => {
    const { code, stderr } = await place.assay(["promote", ...args], IN);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(place.git(["branch", "--list", "assay/*"], "images")).toBe("");
  });
});

describe("check", () => {
  test("passes a promotion that meets the rules", async () => {
    await place.assay(["promote", "ubuntu:v1", "--to", "dev"], IN);
    const { code, stdout } = await place.assay(["check", "--head", BRANCH], IN);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `✔ Ready: ubuntu none → v1 on dev
2 pass

  ✔ complete, not-revoked

Next: propose it; Assay merges it once its checks pass.
`,
    });
  });

  test("judges HEAD against the default branch where nothing is said", async () => {
    expect((await place.json(["check"], IN)).value).toEqual({
      schema: 1,
      verdict: "pass",
      approvals: "none",
      subject: "nothing",
      moves: [],
      records: [],
      findings: [],
      nextChange: null,
    });
  });

  test("fails a promotion that skips a step, and says what to do", async () => {
    await place.assay(["promote", "ubuntu:v1", "--to", "stable"], IN);
    const { code, value } = await place.json(["check", "--head", "assay/promote/ubuntu/stable"], IN);
    expect({ code, value }).toMatchObject({
      code: 1,
      value: {
        verdict: "fail",
        approvals: "none",
        moves: [
          {
            bucket: "ubuntu",
            channel: "stable",
            from: null,
            to: "v1",
            verdict: "fail",
            findings: [
              {
                rule: "after",
                level: "error",
                message: expect.stringContaining("Run: assay promote ubuntu:v1 --to dev"),
                path: "buckets/ubuntu/channels/stable.yml",
                line: 1,
                column: 10,
                passesAt: null,
                failsAt: null,
              },
            ],
          },
        ],
        findings: [],
      },
    });
  });

  test("waits for a soak, passes once the clock has moved on, and does not know who approved", async () => {
    await place.assay(["promote", "ubuntu:v1", "--to", "dev"], IN);
    merge();
    tighten();
    await place.assay(["promote", "ubuntu:v1", "--to", "stable"], IN);
    const check = ["check", "--head", "assay/promote/ubuntu/stable"];
    const now = await place.json(check, IN);
    expect(now).toMatchObject({ code: 1, value: { verdict: "pending", approvals: "unknown" } });
    const later = await place.json([...check, "--as-of", "2099-01-01T00:00:00Z"], IN);
    expect(later).toMatchObject({
      code: 0,
      value: {
        verdict: "pass",
        approvals: "unknown",
        findings: [{ rule: "approval", level: "pending", message: expect.stringContaining("team release") }],
      },
    });
    expect((await place.assay(check, IN)).stdout).toContain("a clone does not know who reviewed");
  });

  test("tells unreadable files with their places", async () => {
    place.git(["switch", "-qc", "work"], "images");
    place.write("images/buckets/ubuntu/channels/dev.yml", "versio: v1\n");
    place.commit("break");
    const { code, stdout } = await place.assay(["check"], IN);
    expect(code).toBe(1);
    expect(stdout).toContain(
      '✖ buckets/ubuntu/channels/dev.yml:1:1  unknown key "versio". Did you mean "version"?',
    );
  });

  test("an unknown head or base is no verdict", async () => {
    expect((await place.assay(["check", "--head", "nowhere"], IN)).code).toBe(2);
    expect((await place.assay(["check", "--base", "nowhere"], IN)).code).toBe(2);
    expect((await place.assay(["check", "--head=--output=x"], IN)).code).toBe(2);
  });
});

describe("explain", () => {
  test("gives the verdict on a promotion that nobody proposed, and writes nothing", async () => {
    tighten();
    const before = place.git(["for-each-ref"], "images");
    const { code, stdout } = await place.assay(["explain", "ubuntu:v1", "--to", "stable"], IN);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining("✖ No: ubuntu none → v1 on stable"),
    });
    expect(stdout).toContain("The promotion then needs 2 approvals of team release.");
    expect(place.git(["for-each-ref"], "images")).toBe(before);
    expect((await place.assay(["explain", "ubuntu:v1", "--to", "dev"], IN)).code).toBe(0);
  });

  test("its JSON has every key", async () => {
    const { value } = await place.json(["explain", "ubuntu:v1", "--to", "dev"], IN);
    expect(value).toEqual({
      schema: 1,
      bucket: "ubuntu",
      channel: "dev",
      from: null,
      to: "v1",
      verdict: "pass",
      findings: [],
      approvers: null,
    });
  });

  test.each<[string, readonly string[]]>([
    ["an unknown version", ["ubuntu:v40", "--to", "dev"]],
    ["an unknown channel", ["ubuntu:v1", "--to", "prod"]],
    ["a channel instead of a version", ["ubuntu@dev", "--to", "stable"]],
  ])("refuses %s", async (_what, args) => {
    expect((await place.assay(["explain", ...args], IN)).code).toBe(2);
  });
});
