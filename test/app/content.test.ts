import { describe, expect, test } from "@jest/globals";
import { publish } from "../../src/flows/publish.ts";
import type { Fixture } from "./fixture.ts";
import { aPublish, BUCKET, REPO, SETTINGS, withFixture } from "./fixture.ts";
import type { Check } from "./github.ts";
import { approve, propose, readChecks, readFile, readPull, verdictsOf } from "./github.ts";

const DEV = "buckets/ubuntu-base/channels/dev.yml";
const PASSED = { compliance: "success", approval: "success" };

/** Proposes files as erin, and answers the pull request's number and its check of the content. */
async function judge(
  fixture: Fixture,
  files: Readonly<Record<string, string | null>>,
): Promise<{ number: number; compliance: Check | undefined }> {
  const number = await propose(fixture.as("erin"), "change", files);
  await fixture.quiet();
  const { head } = await readPull(fixture.bot, number);
  return { number, compliance: (await readChecks(fixture.bot, head.sha))["assay/compliance"] };
}

async function commentsOn(fixture: Fixture, number: number): Promise<string[]> {
  const { data } = await fixture.bot.rest.issues.listComments({ ...REPO, issue_number: number });
  return data.map(({ body }) => body ?? "");
}

describe("what is not the registry's", () => {
  test("passes both checks without a comment, and is left to people to merge", async () => {
    await withFixture(async (fixture) => {
      const { number } = await judge(fixture, { "packer/ubuntu.pkr.hcl": "source {}\n" });
      expect(await verdictsOf(fixture.bot, number)).toEqual(PASSED);
      expect(await commentsOn(fixture, number)).toEqual([]);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
    });
  });

  test("is left alone altogether where the default branch has no assay.yml", async () => {
    await withFixture(
      async (fixture) => {
        const { number } = await judge(fixture, { "buckets/x/what.yml": "a: 1\n" });
        expect(await verdictsOf(fixture.bot, number)).toEqual({ compliance: undefined, approval: undefined });
        expect(await commentsOn(fixture, number)).toEqual([]);
      },
      { files: { "README.md": "No registry.\n" } },
    );
  });

  test("is judged where the pull request itself makes a registry", async () => {
    await withFixture(
      async (fixture) => {
        const { number } = await judge(fixture, { "assay.yml": SETTINGS });
        expect(await verdictsOf(fixture.bot, number)).toEqual(PASSED);
      },
      { files: { "README.md": "No registry yet.\n" } },
    );
  });
});

describe("settings", () => {
  test("that are loosened need the admins, and people merge them themselves", async () => {
    await withFixture(async (fixture) => {
      const { number } = await judge(fixture, {
        "assay.yml": SETTINGS.replace("approvals: 2", "approvals: 1"),
      });
      expect(await verdictsOf(fixture.bot, number)).toEqual({
        compliance: "success",
        approval: "action_required",
      });
      await approve(fixture.as("rita"), number);
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toMatchObject({ approval: "action_required" });
      await approve(fixture.as("alice"), number);
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toEqual(PASSED);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
    });
  });

  test("come from the base branch: loosening a channel and using it in one go fails", async () => {
    await withFixture(async (fixture) => {
      await publish(
        fixture.store(fixture.as("dana")),
        aPublish(fixture.now(), { fingerprint: "run-1" }),
        fixture.now(),
      );
      await fixture.quiet();
      const { number, compliance } = await judge(fixture, {
        "assay.yml": SETTINGS.replace("approvals: 2", "approvals: 1"),
        "buckets/ubuntu-base/channels/stable.yml": "version: v1\n",
      });
      expect(compliance?.conclusion).toBe("failure");
      expect(compliance?.summary).toContain("Open one for each, the settings first");
      expect(await verdictsOf(fixture.bot, number)).toMatchObject({ approval: "action_required" });
    });
  });

  test("that nobody can read fail with the place of what is wrong", async () => {
    await withFixture(async (fixture) => {
      const { compliance } = await judge(fixture, { "assay.yml": SETTINGS.replace("channels:", "chanels:") });
      expect(compliance).toMatchObject({ conclusion: "failure" });
      expect(compliance?.summary).toContain("assay.yml:5");
      expect(compliance?.summary).toContain("chanels");
    });
  });

  test("that are changed on the default branch are what every open pull request is judged by from then on", async () => {
    await withFixture(async (fixture) => {
      const { number } = await judge(fixture, { "buckets/web/bucket.yml": BUCKET });
      expect(await verdictsOf(fixture.bot, number)).toMatchObject({ approval: "action_required" });
      const alice = fixture.as("alice");
      const settings = "apiVersion: assay/v1\nname: x\nchannels:\n  dev: {}\n";
      const { data } = await alice.rest.repos.getContent({ ...REPO, path: "assay.yml" });
      await alice.rest.repos.createOrUpdateFileContents({
        ...REPO,
        path: "assay.yml",
        message: "settings",
        content: Buffer.from(settings).toString("base64"),
        ...("sha" in data ? { sha: data.sha } : {}),
      });
      await fixture.quiet();
      expect(await verdictsOf(fixture.bot, number)).toEqual(PASSED);
    });
  });
});

describe("files that must not be", () => {
  test.each([
    [
      "a record by somebody who is no writer",
      "buckets/ubuntu-base/versions/v1.json",
      "{}\n",
      '"erin" is no writer',
    ],
    ["a stranger under buckets/", "buckets/ubuntu-base/notes.txt", "x\n", "none of a registry"],
    ["a channel of a version that does not exist", DEV, "version: v9\n", "v9"],
    ["a channel that cannot be read", DEV, "version: v1\nversion: v2\n", "dev.yml"],
    [
      "a channel that the registry does not have",
      "buckets/ubuntu-base/channels/prod.yml",
      "version: v1\n",
      "cannot be moved",
    ],
  ])("%s fails the check with a comment that says so", async (_name, path, content, words) => {
    await withFixture(async (fixture) => {
      const { number, compliance } = await judge(fixture, { [path]: content });
      expect(compliance).toMatchObject({ conclusion: "failure" });
      expect(compliance?.summary).toContain(words);
      expect(await commentsOn(fixture, number)).toEqual([expect.stringContaining(words)]);
      expect(await readPull(fixture.bot, number)).toMatchObject({ merged: false });
    });
  });

  test("a malformed channel is annotated at its line", async () => {
    await withFixture(async (fixture) => {
      const { compliance } = await judge(fixture, { [DEV]: "version: none\nnonsense: 1\n" });
      const { data } = await fixture.bot.rest.checks.listAnnotations({
        ...REPO,
        check_run_id: compliance?.id ?? 0,
      });
      expect(data).toEqual([
        expect.objectContaining({ path: DEV, start_line: 2, end_line: 2, annotation_level: "failure" }),
      ]);
    });
  });

  test("a removed assay.yml fails the check", async () => {
    await withFixture(async (fixture) => {
      const { compliance } = await judge(fixture, { "assay.yml": null });
      expect(compliance).toMatchObject({ conclusion: "failure" });
    });
  });

  test("a mended pull request passes, and its comment is edited rather than doubled", async () => {
    await withFixture(async (fixture) => {
      const { number } = await judge(fixture, {
        "buckets/ubuntu-base/notes.txt": "x\n",
        [DEV]: "version: none\n",
      });
      expect(await verdictsOf(fixture.bot, number)).toMatchObject({ compliance: "failure" });
      const erin = fixture.as("erin");
      const { data } = await erin.rest.repos.getContent({
        ...REPO,
        path: "buckets/ubuntu-base/notes.txt",
        ref: "change",
      });
      await erin.rest.repos.deleteFile({
        ...REPO,
        path: "buckets/ubuntu-base/notes.txt",
        branch: "change",
        message: "mend",
        sha: "sha" in data ? data.sha : "",
      });
      await fixture.quiet();
      expect(await readFile(fixture.bot, DEV)).toBe("version: none\n");
      expect(await commentsOn(fixture, number)).toEqual([expect.stringContaining("Ready")]);
    });
  });
});
