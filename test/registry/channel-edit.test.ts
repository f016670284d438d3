import { expect, test } from "@jest/globals";
import { pointChannel } from "../../src/registry/channel-edit.ts";

test.each([
  ["a missing file is written", undefined, "version: v2\n"],
  ["the version alone is replaced", "version: v1\n", "version: v2\n"],
  ["none is replaced", "version: none\n", "version: v2\n"],
  [
    "comments, order and spaces stay",
    "# why\nhold:   { reason: x }   # until\nversion:    v1 # pinned\n",
    "# why\nhold:   { reason: x }   # until\nversion:    v2 # pinned\n",
  ],
  ["quotes go with the value", 'version: "v1"\n', "version: v2\n"],
  ["flow style stays", "{ version: v1, hold: { reason: x } }\n", "{ version: v2, hold: { reason: x } }\n"],
  ["what is no channel's file is written anew", "- x\n", "version: v2\n"],
  ["an empty file is written anew", "", "version: v2\n"],
])("%s", (_what, before, after) => {
  expect(pointChannel(before, "v2")).toBe(after);
});

test("a channel can be emptied", () => {
  expect(pointChannel("version: v1\n", "none")).toBe("version: none\n");
});
