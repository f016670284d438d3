import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parseBucket, parseSettings } from "../../src/registry/parse.ts";
import type { Workplace } from "./assay.ts";
import { aWorkplace } from "./assay.ts";

let place: Workplace;
beforeEach(() => {
  place = aWorkplace();
});
afterEach(() => place.remove());

const FILES = [
  ".gitattributes",
  ".github/CODEOWNERS",
  ".github/assay-ruleset.json",
  "README.md",
  "assay.yml",
];
const workflows = new URL("../../workflows/registry/", import.meta.url);

test("init makes a folder, a repository on main and one commit, and says what comes next", async () => {
  const { code, stdout, stderr } = await place.assay(["init", "images"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Next:");
  expect(stdout).toContain("assay bucket ubuntu-base --registry images");
  expect(place.git(["log", "--format=%s"], "images")).toBe("init: the registry images");
  expect(place.git(["symbolic-ref", "--short", "HEAD"], "images")).toBe("main");
  expect(place.git(["status", "--porcelain"], "images")).toBe("");
  expect(place.git(["ls-files"], "images").split("\n")).toEqual(expect.arrayContaining(FILES));
});

test("init brings along every starter workflow of a registry", async () => {
  await place.assay(["init", "images"]);
  const expected = existsSync(workflows)
    ? readdirSync(workflows).filter((name) => name.endsWith(".yml"))
    : [];
  const copied = place
    .git(["ls-files", ".github/workflows"], "images")
    .split("\n")
    .filter((path) => path !== "");
  expect(copied).toEqual(expected.toSorted().map((name) => `.github/workflows/${name}`));
});

test.each(["minimal", "regulated"])("the %s settings are valid, and a bucket's too", async (preset) => {
  await place.assay(["init", "images", "--preset", preset]);
  await place.assay(["bucket", "web", "--description", 'The "web" tier: nginx'], { in: "images" });
  const settings = parseSettings({ path: "assay.yml", bytes: Buffer.from(place.read("images/assay.yml")) });
  expect(settings).toMatchObject({ ok: true, value: { name: "images", channels: { stable: {} } } });
  const bucket = parseBucket({ path: "b", bytes: Buffer.from(place.read("images/buckets/web/bucket.yml")) });
  expect(bucket).toMatchObject({ ok: true, value: { description: 'The "web" tier: nginx' } });
});

test("init never overwrites, and a second init writes nothing", async () => {
  place.write("images/README.md", "mine\n");
  const first = await place.json(["init", "images"]);
  expect(first.value).toMatchObject({ schema: 1, kept: ["README.md"], root: "" });
  expect(place.read("images/README.md")).toBe("mine\n");
  expect(place.git(["status", "--porcelain"], "images")).toBe("?? README.md");
  const second = await place.json(["init", "images"]);
  expect(second).toMatchObject({ code: 0, value: { commit: null, added: [] } });
  expect(place.git(["rev-list", "--count", "HEAD"], "images")).toBe("1");
});

test("in a folder of a repository with work in it, init commits what it added and nothing else", async () => {
  place.git(["init", "-q", "-b", "trunk"]);
  place.write("main.tf", "# v1\n");
  place.git(["add", "main.tf"]);
  place.git(["commit", "-qm", "terraform"]);
  place.write("main.tf", "# v2\n");
  place.write("new.tf", "# new\n");
  place.git(["add", "new.tf"]);
  const { code, value } = await place.json(["init", "images"]);
  expect({ code, value }).toMatchObject({ code: 0, value: { branch: "trunk", root: "images" } });
  expect(place.git(["show", "--name-only", "--format=", "trunk"]).split("\n")).toEqual(
    expect.arrayContaining([".github/CODEOWNERS", "images/assay.yml", "images/.gitattributes"]),
  );
  expect(place.git(["status", "--porcelain"]).split("\n")).toEqual(
    expect.arrayContaining(["A  new.tf", "M main.tf"].map((line) => expect.stringContaining(line))),
  );
  expect((await place.assay(["bucket", "web"], { in: "images" })).code).toBe(0);
  expect(place.git(["show", "trunk:images/buckets/web/bucket.yml"])).toContain("apiVersion: assay/v1");
});

test("what is staged in a repository without a commit stays staged", async () => {
  place.git(["init", "-q", "-b", "main"]);
  place.write("main.tf", "# v1\n");
  place.git(["add", "main.tf"]);
  expect((await place.assay(["init", "."])).code).toBe(0);
  expect(place.git(["ls-tree", "-r", "--name-only", "HEAD"]).split("\n")).not.toContain("main.tf");
  expect(place.git(["diff", "--cached", "--name-only"])).toBe("main.tf");
});

test("without a user.name a stated identity is used", async () => {
  place.write(".gitconfig", "");
  await place.assay(["init", "images"]);
  expect(place.git(["log", "--format=%an <%ae>"], "images")).toBe("Assay <assay@localhost>");
});

test("a link that leads out of the repository is not followed", async () => {
  place.write("elsewhere/x", "");
  place.git(["init", "-q", "-b", "main", "images"]);
  symlinkSync(join(place.directory, "elsewhere"), join(place.directory, "images", ".github"));
  const { code, stderr } = await place.assay(["init", "images"]);
  expect(code).toBe(2);
  expect(stderr).toContain("through a link");
  expect(readdirSync(join(place.directory, "elsewhere"))).toEqual(["x"]);
});

test.each<[string, readonly string[], string]>([
  ["a file in the way", ["init", "file"], "cannot be made"],
  ["a registry on GitHub", ["init", "images", "--repo", "acme/images"], "Leave --repo out."],
  ["another preset", ["init", "images", "--preset", "huge"], "Allowed choices are minimal, regulated."],
  ["no folder", ["init"], 'Missing required argument "dir".'],
])("init refuses %s", async (_what, args, message) => {
  place.write("file", "");
  const { code, stdout, stderr } = await place.assay(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(message);
});

test("the rulesets are bodies that GitHub takes: squash only, both checks, and the App's own branches", async () => {
  await place.assay(["init", "images"]);
  const rulesets: unknown = JSON.parse(place.read("images/.github/assay-ruleset.json"));
  expect(rulesets).toMatchObject([
    {
      target: "branch",
      enforcement: "active",
      bypass_actors: [],
      conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: expect.arrayContaining([
        { type: "non_fast_forward" },
        { type: "deletion" },
        { type: "required_linear_history" },
        expect.objectContaining({
          parameters: expect.objectContaining({ allowed_merge_methods: ["squash"] }),
        }),
        expect.objectContaining({
          parameters: expect.objectContaining({
            required_status_checks: [{ context: "assay/compliance" }, { context: "assay/approval" }],
          }),
        }),
      ]),
    },
    { conditions: { ref_name: { include: expect.arrayContaining(["refs/heads/assay-published"]) } } },
  ]);
});
