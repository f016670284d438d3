import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The commands of the README's walk on a laptop, as a newcomer copies them. */
function readWalk(): string {
  const readme = readFileSync(`${ROOT}README.md`, "utf8");
  const walk = /```sh\n(alias assay=[\s\S]*?)```/.exec(readme)?.[1];
  if (walk === undefined) throw new Error("The README has no walk that begins with an alias.");
  return walk;
}

test("the README's walk on a laptop works as it is written", () => {
  // An alias is for a person's shell; a script has to ask for it.
  const script = `shopt -s expand_aliases\nset -e\n${readWalk()}`;
  const env = {
    PATH: process.env["PATH"],
    HOME: tmpdir(),
    TMPDIR: tmpdir(),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Ana",
    GIT_AUTHOR_EMAIL: "ana@acme.example",
    GIT_COMMITTER_NAME: "Ana",
    GIT_COMMITTER_EMAIL: "ana@acme.example",
  };
  const output = execFileSync("bash", ["-c", `${script}\npwd`], { cwd: ROOT, env, encoding: "utf8" });
  expect(output).toContain("ubuntu-base v1 is complete");
  expect(output).toContain("✔ Ready: ubuntu-base none → v1 on dev");
  expect(output).toContain("ami-");
  const folder = output.trimEnd().split("\n").at(-1) ?? "";
  expect(folder).toMatch(/\/images$/);
  execFileSync("rm", ["-r", "--", folder.replace(/\/images$/, "")]);
});
