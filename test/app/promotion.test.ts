import { expect, test } from "@jest/globals";
import { publish } from "../../src/flows/publish.ts";
import { aPublish, REPO, withFixture } from "./fixture.ts";
import { openNumbers, readChecks, readFile, readPull } from "./github.ts";

test("A published version reaches the automatic channel by a pull request that Assay opens, checks, merges and cleans up.", async () => {
  await withFixture(async (fixture) => {
    const dana = fixture.as("dana");
    const published = await publish(
      fixture.store(dana),
      aPublish(fixture.now(), { fingerprint: "run-1" }),
      fixture.now(),
    );
    expect(published).toMatchObject({ branch: "main", publication: { record: { version: "v1" } } });
    await fixture.quiet();
    const pull = await readPull(dana, 1);
    expect(pull).toMatchObject({ merged: true, user: { login: "assay[bot]" } });
    expect(await readChecks(dana, pull.head.sha)).toMatchObject({
      "assay/compliance": { conclusion: "success" },
      "assay/approval": { conclusion: "success" },
    });
    expect(await readFile(dana, "buckets/ubuntu-base/channels/dev.yml")).toBe("version: v1\n");
    expect(await openNumbers(dana)).toEqual([]);
    const { data: branches } = await dana.rest.repos.listBranches({ ...REPO });
    expect(branches.map(({ name }) => name)).toEqual(["main"]);
  });
});
