import { expect, test } from "@jest/globals";
import { parseApiUrl, parseRepository, parseRoot } from "../../src/format/address.ts";

test.each([
  ["https://api.github.com/", "https://api.github.com"],
  ["https://github.example.com/api/v3", "https://github.example.com/api/v3"],
  ["http://127.0.0.1:4000", "http://127.0.0.1:4000"],
  ["http://localhost", "http://localhost"],
  ["http://github.example.com", undefined],
  ["http://localhost.example.com", undefined],
  ["http://127.0.0.1.example.com", undefined],
  ["ftp://127.0.0.1", undefined],
  ["api.github.com", undefined],
])("a token may be sent to %s: %s", (text, url) => {
  expect(parseApiUrl(text)).toBe(url);
});

test.each(["acme", "acme/", "/images", "acme/images/x", "acme/..", "acme/.", "ac me/images", "-acme/images"])(
  "%s is no repository",
  (text) => {
    expect(parseRepository(text)).toBeUndefined();
  },
);

test("a repository has an owner and a name", () => {
  expect(parseRepository("acme/golden.images")).toEqual({ owner: "acme", repo: "golden.images" });
});

test.each([
  ["", ""],
  ["images", "images"],
  ["./a//b/", "a/b"],
  ["../x", undefined],
  ["a/../b", undefined],
  ["/etc", undefined],
])("the folder %s of a repository is %s", (text, root) => {
  expect(parseRoot(text)).toBe(root);
});
