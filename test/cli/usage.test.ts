import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Workplace } from "./assay.ts";
import { aRegistryPlace } from "./assay.ts";

const COMMANDS = ["init", "bucket", "publish", "resolve", "promote", "check", "explain", "history", "status"];

let place: Workplace;
beforeAll(async () => {
  place = await aRegistryPlace();
});
afterAll(() => place.remove());

test.each(COMMANDS)("assay %s --help has examples, and the options of every command", async (command) => {
  const { code, stdout, stderr } = await place.assay([command, "--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain(`Usage: assay ${command}`);
  expect(stdout).toMatch(new RegExp(`Examples:\n {2}assay ${command}`));
  expect(stdout).toContain("--as-of <time>");
});

test("assay --help names every command and the exit codes; --version is one line", async () => {
  const { code, stdout } = await place.assay(["--help"]);
  expect(code).toBe(0);
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
  expect(stdout).toContain("0 yes, 1 no (a verdict), 2 could not decide");
  expect(await place.assay(["--version"])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: "",
  });
});

describe("what cannot be understood ends with 2 and one line that mends it", () => {
  test.each<[readonly string[], string]>([
    [[], "error: No command was given. See: assay --help\n"],
    [["reslve"], 'error: Unknown command "reslve". Did you mean resolve?\n'],
    [["resolve"], 'error: Missing required argument "reference". See: assay --help\n'],
    [["resolve", "a@b", "--regoin", "x"], 'error: Unknown option "--regoin". Did you mean --region?\n'],
    [["status", "a", "b"], "error: Too many arguments"],
    [["status", "--format", "xml"], "Allowed choices are text, json."],
    [["status", "--repo", "images"], '"images" is no repository on GitHub.'],
    [["status", "--repo", "acme/images"], "There is no token to read acme/images with."],
    [["status", "--repo", "acme/.."], '"acme/.." is no repository on GitHub.'],
    [["status", "--repo", "acme/images", "--registry", "."], "give one of them"],
    [["status", "--root", "../x"], '"../x" is no folder of the repository.'],
    [["status", "--registry", "nowhere"], '"nowhere" does not exist.'],
    [["status"], "is in no git repository"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await place.assay(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});

test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
  ["--format json", ["resolve", "--format", "json"], {}],
  ["--format=json", ["nope", "--format=json"], {}],
  ["ASSAY_FORMAT", ["resolve", "a@b", "--nope"], { ASSAY_FORMAT: "json" }],
])("with %s a wrong command line is told as JSON too, with every key", async (_what, args, env) => {
  const { code, stdout, stderr } = await place.assay(args, { env });
  expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    schema: 1,
    error: {
      code: "usage",
      message: expect.any(String),
      path: null,
      line: null,
      column: null,
      hint: expect.any(String),
    },
    problems: [expect.any(Object)],
  });
});

test("a registry can be named by flag, by environment, and as a folder of its repository", async () => {
  const status = (args: readonly string[], env: Readonly<Record<string, string>>) =>
    place.assay(["status", ...args], { env });
  expect((await status(["--registry", "images"], {})).code).toBe(0);
  expect((await status([], { ASSAY_REGISTRY: "images" })).code).toBe(0);
  expect((await status(["--registry", "images"], { ASSAY_REPO: "acme/other" })).code).toBe(0);
  expect((await status(["--registry", "images"], { ASSAY_REGISTRY: "nowhere" })).code).toBe(0);
  expect((await status(["--registry", ".", "--root", "images"], {})).code).toBe(0);
});

test("where there is no assay.yml the answer is how to make one", async () => {
  place.git(["init", "-q", "-b", "main", "empty"]);
  place.git(["commit", "-q", "--allow-empty", "-m", "x"], "empty");
  expect(await place.assay(["status", "--registry", "empty"])).toMatchObject({
    code: 2,
    stderr: "assay.yml  There is no registry here: assay.yml is missing. Make one with: assay init .\n",
  });
});

test("colours are for terminals", async () => {
  const plain = await place.assay(["status"], { in: "images" });
  expect(plain.stdout).not.toContain("\u001b");
  const forced = await place.assay(["status"], { in: "images", env: { FORCE_COLOR: "1" } });
  expect(forced.stdout).toContain("\u001b[1mimages\u001b[22m");
});

test("a reader that has seen enough is no failure", async () => {
  const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, "publish", "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});
