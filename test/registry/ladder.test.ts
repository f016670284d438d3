import { expect, test } from "@jest/globals";
import { bucketFile } from "../../src/registry/files/bucket.ts";
import { settingsFile } from "../../src/registry/files/settings.ts";
import { checkTightening, ladderOf } from "../../src/registry/ladder.ts";

const settings = settingsFile.parse({
  apiVersion: "assay/v1",
  name: "images",
  channels: {
    dev: { auto: true },
    staging: { after: "dev" },
    stable: { after: "staging", soak: "72h", restricted: { teams: ["release", "security"], approvals: 2 } },
  },
});

function bucketWith(channels: Record<string, unknown>) {
  return bucketFile.parse({ apiVersion: "assay/v1", channels });
}

test("without a word of its own a bucket has the registry's ladder, in its order", () => {
  const ladder = ladderOf(settings, bucketWith({}));
  expect([...ladder]).toEqual(Object.entries(settings.channels));
});

test("a bucket may ask for more", () => {
  const bucket = bucketWith({
    dev: { auto: false },
    staging: { soak: "1h", restricted: { users: ["ana"] } },
    stable: { soak: "1w", restricted: { teams: ["release"], approvals: 3 } },
  });
  expect(checkTightening(settings, "web", bucket)).toEqual([]);
  expect(Object.fromEntries(ladderOf(settings, bucket))).toEqual({
    dev: {},
    staging: { after: "dev", soak: "1h", restricted: { teams: [], users: ["ana"], approvals: 1 } },
    stable: {
      after: "staging",
      soak: "1w",
      restricted: { teams: ["release"], users: [], approvals: 3 },
    },
  });
});

test.each<[string, Record<string, unknown>]>([
  ["staging.auto", { staging: { auto: true } }],
  ["stable.after", { stable: { after: "dev" } }],
  ["stable.soak", { stable: { soak: "71h" } }],
  [
    "stable.restricted.approvals",
    { stable: { restricted: { teams: ["release", "security"], approvals: 1 } } },
  ],
  ["stable.restricted.teams", { stable: { restricted: { teams: ["friends"], approvals: 2 } } }],
])("a bucket that would loosen %s is told, and changes nothing", (what, channels) => {
  const bucket = bucketWith(channels);
  expect(checkTightening(settings, "web", bucket)).toEqual([
    {
      path: "buckets/web/bucket.yml",
      message: `"channels.${what}" would be looser than in assay.yml; a bucket may only tighten.`,
    },
  ]);
  expect([...ladderOf(settings, bucket)]).toEqual(Object.entries(settings.channels));
});

test("a channel that the registry does not have is told, with the one that was meant", () => {
  expect(checkTightening(settings, "web", bucketWith({ stabel: {} }))).toMatchObject([
    { message: '"channels.stabel" is no channel of this registry. Did you mean "stable"?' },
  ]);
});

test("a channel named like something every object has is none", () => {
  expect(checkTightening(settings, "web", bucketWith({ constructor: {} }))).toHaveLength(1);
  expect(ladderOf(settings, bucketWith({ constructor: {} })).has("constructor")).toBe(false);
});
