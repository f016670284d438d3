import { expect, test } from "@jest/globals";
import type { VersionName } from "../../src/format/names.ts";
import type { PointerChange } from "../../src/registry/assignments.ts";
import { arrivalOf, assignmentsOf } from "../../src/registry/assignments.ts";

/** Changes of a channel on the first, second, … of November, newest first as git tells them. */
function changes(...versions: readonly (VersionName | undefined)[]): PointerChange[] {
  return versions
    .map((version, index) => ({
      commit: `c${index + 1}`,
      at: `2026-11-0${index + 1}T00:00:00Z`,
      author: "ana",
      message: "",
      version,
    }))
    .toReversed();
}

test("a channel's assignments follow one another without a gap", () => {
  expect(
    assignmentsOf(changes("v1", "v2", undefined, "v1")).map(({ version, at, until }) => [
      version,
      at.slice(8, 10),
      until?.slice(8, 10),
    ]),
  ).toEqual([
    ["v1", "04", undefined],
    [undefined, "03", "04"],
    ["v2", "02", "03"],
    ["v1", "01", "02"],
  ]);
});

test("an edit that moves nothing, such as a hold, is no assignment", () => {
  expect(
    assignmentsOf(changes("v1", "v1", "v2", "v2")).map(({ commit, until }) => [commit, until?.slice(8, 10)]),
  ).toEqual([
    ["c3", undefined],
    ["c1", "03"],
  ]);
  expect(assignmentsOf([])).toEqual([]);
});

test.each<[string, readonly (VersionName | undefined)[], string | undefined]>([
  ["stays arrived when it is superseded", ["v2", "v3"], "01"],
  ["arrived at its first arrival, not at a later edit", ["v2", "v2"], "01"],
  ["arrived at its first arrival, though it was superseded and came back", ["v2", "v3", "v2"], "01"],
  ["has not arrived after a rollback to an older one", ["v1", "v2", "v1"], undefined],
  ["has not arrived after the channel was emptied", ["v2", undefined], undefined],
  ["arrives anew after a rollback", ["v1", "v2", "v1", "v2"], "04"],
  ["never arrived where it never was", ["v1", "v3"], undefined],
])("v2 %s", (_what, versions, day) => {
  expect(arrivalOf("v2", changes(...versions))?.slice(8, 10)).toBe(day);
});
