import { describe, expect, test } from "@jest/globals";
import type { VersionName } from "../../src/format/names.ts";
import { ancestryStatusOf } from "../../src/lineage/ancestry-status.ts";
import type { Family, Member, Standing } from "../../src/lineage/family.ts";
import { keyOf, renderCause, standingOf } from "../../src/lineage/family.ts";
import { revocationFile } from "../../src/registry/files/revocation.ts";
import { NOW, aBuild, aRecord } from "../builders/facts.ts";

type Key = `${string}:${VersionName}`;

/** `{ "web:v1": { parents: ["ubuntu:v1"], revocation: {…} } }` as a family. */
function aFamily(
  members: Record<
    Key,
    { readonly parents?: readonly Key[]; readonly revocation?: object; readonly record?: object }
  >,
): Family {
  return new Map(
    Object.entries(members).map(([key, { parents = [], revocation, record = {} }]): [Key, Member] => {
      const builds =
        parents.length === 0
          ? [aBuild()]
          : parents.map((parent, index) => aBuild({ component: `c${index}`, parent: split(parent) }));
      const member = {
        record: aRecord({ ...split(key), builds, ...record }),
        revocation: revocation === undefined ? undefined : revocationFile.parse(revocation),
      };
      return [keyOf(member.record), member];
    }),
  );
}

function split(key: string): { bucket: string | undefined; version: string | undefined } {
  const [bucket, version] = key.split(":");
  return { bucket, version };
}

function standing(family: Family, key: Key = "web:v1", lifetime?: string): Standing {
  return standingOf(key, family, { lifetime, now: NOW });
}

const bad = { reason: "CVE-2026-1234" };

describe("a version is revoked", () => {
  test("by its own revocation", () => {
    expect(standing(aFamily({ "web:v1": { revocation: bad } }))).toMatchObject({
      kind: "revoked",
      cause: { inherited: false, bucket: "web" },
    });
  });

  test("by an ancestor's, however far up", () => {
    const family = aFamily({
      "web:v1": { parents: ["ubuntu:v1"] },
      "ubuntu:v1": { parents: ["debian:v1"] },
      "debian:v1": { revocation: bad },
    });
    const found = standing(family);
    expect(found).toMatchObject({
      kind: "revoked",
      cause: { inherited: true, bucket: "debian", version: "v1" },
    });
    expect(found.kind === "revoked" && renderCause(found.cause)).toBe(
      "inherited from debian v1: CVE-2026-1234",
    );
  });

  test("by one of several parents", () => {
    expect(
      standing(aFamily({ "web:v1": { parents: ["a:v1", "b:v1"] }, "a:v1": {}, "b:v1": { revocation: bad } }))
        .kind,
    ).toBe("revoked");
  });

  test("when its lifetime is over", () => {
    const family = aFamily({ "web:v1": { record: { completedAt: "2026-05-01T00:00:00Z" } } });
    expect(standing(family, "web:v1", "180d")).toMatchObject({
      kind: "revoked",
      cause: { kind: "lifetime" },
    });
    expect(standing(family, "web:v1", "365d")).toMatchObject({
      kind: "scheduled",
      at: "2027-05-01T00:00:00Z",
    });
  });
});

describe("a version stays in use", () => {
  test("where an ancestor's revocation is not inherited", () => {
    expect(
      standing(
        aFamily({ "web:v1": { parents: ["a:v1"] }, "a:v1": { revocation: { ...bad, inherit: false } } }),
      ).kind,
    ).toBe("active");
  });

  test("where it is excepted, and so do those built from it", () => {
    const family = aFamily({
      "app:v1": { parents: ["web:v1"] },
      "web:v1": { parents: ["a:v1"] },
      "a:v1": { revocation: { ...bad, except: ["web:v1"] } },
    });
    expect([standing(family).kind, standing(family, "app:v1").kind]).toEqual(["active", "active"]);
  });

  test("but not where another line leads to the revoked one", () => {
    const family = aFamily({
      "app:v1": { parents: ["web:v1", "db:v1"] },
      "web:v1": { parents: ["a:v1"] },
      "db:v1": { parents: ["a:v1"] },
      "a:v1": { revocation: { ...bad, except: ["web:v1"] } },
    });
    expect(standing(family, "app:v1").kind).toBe("revoked");
  });
});

test("the earliest date wins, and the version's own cause is told before an inherited one", () => {
  const at = (effective: string): object => ({ ...bad, effective });
  const both = (own: string, inherited: string): Standing =>
    standing(
      aFamily({
        "web:v1": { parents: ["a:v1"], revocation: at(own) },
        "a:v1": { revocation: at(inherited) },
      }),
    );
  expect(both("2026-12-02T00:00:00Z", "2026-12-01T00:00:00Z")).toMatchObject({
    kind: "scheduled",
    at: "2026-12-01T00:00:00Z",
    cause: { inherited: true },
  });
  expect(both("2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z")).toMatchObject({ cause: { inherited: false } });
  expect(both("2026-11-23T09:10:00Z", "2026-12-01T00:00:00Z").kind).toBe("revoked");
});

test("a cycle of parents ends where it closes", () => {
  const family = aFamily({
    "web:v1": { parents: ["a:v1"] },
    "a:v1": { parents: ["web:v1"], revocation: bad },
  });
  expect(standing(family).kind).toBe("revoked");
});

test.each<[string, readonly object[], string]>([
  [
    "up-to-date when its parent is still what the channel gives",
    [{ bucket: "debian", version: "v7", channel: "stable" }],
    "up-to-date",
  ],
  [
    "out-of-date when the channel has moved on",
    [{ bucket: "debian", version: "v6", channel: "stable" }],
    "out-of-date",
  ],
  [
    "out-of-date when any build is",
    [
      { bucket: "debian", version: "v7", channel: "stable" },
      { bucket: "debian", version: "v6", channel: "stable" },
    ],
    "out-of-date",
  ],
  ["undetermined without a channel", [{ bucket: "debian", version: "v7" }], "undetermined"],
  ["undetermined without a parent", [], "undetermined"],
])("a version is %s", (_name, parents, status) => {
  const builds =
    parents.length === 0
      ? [aBuild()]
      : parents.map((parent, index) => aBuild({ component: `c${index}`, parent }));
  expect(ancestryStatusOf(aRecord({ builds }), (bucket) => (bucket === "debian" ? "v7" : undefined))).toBe(
    status,
  );
});
