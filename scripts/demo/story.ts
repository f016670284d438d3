import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatTime } from "../../src/format/time.ts";
import { approve, findPull, listPulls, pressMerge, proposeFile, readChecks, readReport } from "./github.ts";
import { buildImage, componentOf } from "./packer.ts";
import { applyRulesets } from "./rulesets.ts";
import { assay, need, needAssay, run, runAction } from "./run.ts";
import type { Stage } from "./stage.ts";
import type { World } from "./world.ts";
import { REGISTRY_NAME } from "./world.ts";

/** How many steps the story has: one that is not reached counts as failed. */
export const STEPS = 28;

const HOUR = 3_600_000;

const SETTINGS = `apiVersion: assay/v1
name: acme-images
roles:
  admins: { teams: [platform-admins] }
channels:
  dev: { auto: true }
  stable: { after: dev, soak: 72h, restricted: { teams: [image-release], approvals: 2 } }
policy:
  - { rule: max-age, max: 30d }
  - { rule: labels, require: { git_sha: "*" } }
writers: ["build-bot[bot]"]
`;

/** The life of an image, from an empty repository to a consumer that asks for its id. */
export async function tellStory(stage: Stage, world: World): Promise<void> {
  const checkout = join(world.folder, "images");
  await setUp(stage, world, checkout);
  await publishAndRelease(stage, world);
  await promoteToStable(stage, world);
  await changeSettings(stage, world);
  await consume(stage, world, checkout);
}

async function setUp(stage: Stage, world: World, checkout: string): Promise<void> {
  stage.chapter("A registry is made");
  const git = (...args: readonly string[]): Promise<string> => need("git", args, { cwd: checkout });
  await stage.step("Pat, the admin,", "makes a registry with assay init, and sets its rules", async () => {
    await needAssay(["init", checkout], { cwd: world.folder });
    await writeFile(join(checkout, "assay.yml"), SETTINGS);
    await git("commit", "--quiet", "--all", "--message", "settings: rules of our images");
    await needAssay(["bucket", "ubuntu-base", "--description", "Ubuntu 24.04, hardened"], { cwd: checkout });
  });
  await stage.step("Pat", "pushes it to GitHub", async () => {
    const url = `${world.github.url.replace("://", `://pat:${world.github.userToken("pat")}@`)}/${REGISTRY_NAME}.git`;
    await git("push", "--quiet", url, "main");
  });
  await stage.step("Pat", "requires both of Assay's checks by the rulesets that init wrote", async () => {
    assert.equal((await applyRulesets(world, checkout)).length, 2);
  });
  await stage.step("GitHub", "refuses a push to main, even Pat's", async () => {
    await git("commit", "--quiet", "--allow-empty", "--message", "around the process");
    const url = `${world.github.url.replace("://", `://pat:${world.github.userToken("pat")}@`)}/${REGISTRY_NAME}.git`;
    const { code, stderr } = await run("git", ["push", "--quiet", url, "main"], { cwd: checkout });
    assert.notEqual(code, 0);
    assert.match(stderr, /rule/i);
    await git("reset", "--quiet", "--hard", "HEAD~1");
  });
  await stage.step("Assay", "starts, with the permissions and events of app.yml", () => world.startAssay());
}

async function publishAndRelease(stage: Stage, world: World): Promise<void> {
  stage.chapter("An image is built and published");
  const folder = join(world.folder, "image-ubuntu");
  await mkdir(folder);
  const build = await stage.step("The build workflow", "builds an image", () => buildImage(folder));
  stage.show(build.how);
  const published = await stage.step(
    "The publish action,",
    "built, records what was built; main is protected, so through a pull request",
    async () => {
      const [answer] = await Promise.all([
        publishAction(world, { folder, manifest: build.manifest, runId: "4711" }),
        settleUntil(world, /^publish/),
      ]);
      assert.equal(answer.code, 0, answer.stdout + answer.stderr);
      return answer;
    },
  );
  await stage.step("Assay", "checks the record, and merges it by itself", async () => {
    await world.settle();
    const pull = await findPull(world, /^publish/);
    assert.deepEqual([pull.author, pull.merged], ["build-bot[bot]", true]);
    assert.equal(published.outputs.get("version"), "v1");
    assert.equal(published.outputs.get("status"), "complete");
  });
  await stage.step(
    "The publish action",
    "run again for the same run changes nothing and says so",
    async () => {
      const before = (await listPulls(world)).length;
      const answer = await publishAction(world, { folder, manifest: build.manifest, runId: "4711" });
      assert.equal(answer.code, 0, answer.stdout + answer.stderr);
      assert.equal(answer.outputs.get("version"), "v1");
      assert.equal(answer.outputs.get("published"), "unchanged");
      assert.equal((await listPulls(world)).length, before);
    },
  );
  await stage.step("Assay", "opens the promotion to dev, which is automatic, and merges it", async () => {
    await world.settle();
    const pull = await findPull(world, /on dev$/);
    assert.deepEqual([pull.author, pull.merged], ["assay[bot]", true]);
  });
}

async function promoteToStable(stage: Stage, world: World): Promise<void> {
  stage.chapter("It is promoted to stable, which is restricted");
  const token = { GITHUB_TOKEN: world.github.userToken("ana"), GITHUB_API_URL: world.github.url };
  const pull = await stage.step(
    "Ana, who builds images,",
    "asks for it: assay promote ubuntu-base@dev --to stable",
    async () => {
      await needAssay(["promote", "ubuntu-base@dev", "--to", "stable", "--repo", REGISTRY_NAME], {
        cwd: world.folder,
        env: token,
      });
      await world.settle();
      return findPull(world, /on stable$/);
    },
  );
  await stage.step("Assay", "refuses to pass it yet: it has to stay on dev for 72 hours", async () => {
    const checks = await readChecks(world, pull.headSha);
    assert.deepEqual(
      [checks.get("assay/compliance"), checks.get("assay/approval")],
      ["action_required", "action_required"],
    );
  });
  await stage.step("Rob, the approver,", "reads the report in the pull request", async () => {
    const report = await readReport(world, pull.number);
    assert.match(report, /soak/);
    stage.show(report);
  });
  await stage.step("GitHub", "does not let Ana merge it", async () => {
    assert.equal(await pressMerge(world, "ana", pull.number), "refused");
  });
  await stage.step("Time", "passes: three days later Assay judges it again by itself", async () => {
    world.clock.advance(73 * HOUR);
    world.app().tick();
    await world.settle();
    const checks = await readChecks(world, pull.headSha);
    assert.deepEqual(
      [checks.get("assay/compliance"), checks.get("assay/approval")],
      ["success", "action_required"],
    );
  });
  await stage.step("Eve, who is on no team,", "approves it, which does not count", async () => {
    await approve(world, "eve", pull.number);
    assert.match(await readReport(world, pull.number), /does not count/);
    assert.equal((await findPull(world, /on stable$/)).merged, false);
  });
  await stage.step("Rob", "approves it: one of two", async () => {
    await approve(world, "rob", pull.number);
    assert.match(await readReport(world, pull.number), /1 of 2/);
    assert.equal((await findPull(world, /on stable$/)).merged, false);
  });
  await stage.step(
    "Sue",
    "approves it, and Assay merges it with exactly the head that was approved",
    async () => {
      await approve(world, "sue", pull.number);
      assert.equal((await findPull(world, /on stable$/)).merged, true);
    },
  );
  stage.show(await readReport(world, pull.number));
}

async function changeSettings(stage: Stage, world: World): Promise<void> {
  stage.chapter("The rules themselves are guarded");
  const loosened = SETTINGS.replace("soak: 72h", "soak: 1h");
  await stage.step("Ana", "loosens a rule and moves a channel in one pull request, which fails", async () => {
    const pull = await proposeFile(world, "ana", {
      branch: "both",
      title: "settings: less waiting, and a move",
      files: { "assay.yml": loosened, "buckets/ubuntu-base/channels/stable.yml": "version: none\n" },
    });
    assert.equal((await readChecks(world, pull.headSha)).get("assay/compliance"), "failure");
    assert.match(await readReport(world, pull.number), /either changes settings or moves channels/);
  });
  await stage.step("Ana", "writes a version record by hand, which fails", async () => {
    const pull = await proposeFile(world, "ana", {
      branch: "forged",
      title: "a record of my own",
      files: { "buckets/ubuntu-base/versions/v2.json": "{}\n" },
    });
    assert.equal((await readChecks(world, pull.headSha)).get("assay/compliance"), "failure");
    assert.match(await readReport(world, pull.number), /is no writer of this registry/);
  });
  const settings = await stage.step(
    "Ana",
    "misspells a setting, and is told where and what she meant",
    async () => {
      const pull = await proposeFile(world, "ana", {
        branch: "less-waiting",
        title: "settings: less waiting",
        files: { "assay.yml": loosened.replace("policy:", "polcy:") },
      });
      assert.match(await readReport(world, pull.number), /Did you mean/);
      return pull;
    },
  );
  await stage.step(
    "Ana",
    "mends it: now only the admins have to agree, and Rob is none of them",
    async () => {
      await amend(world, "less-waiting", loosened);
      const checks = await readChecks(world, (await findPull(world, /^settings: less waiting$/)).headSha);
      assert.deepEqual(
        [checks.get("assay/compliance"), checks.get("assay/approval")],
        ["success", "action_required"],
      );
      await approve(world, "rob", settings.number);
      assert.equal(await pressMerge(world, "ana", settings.number), "refused");
    },
  );
  await stage.step("Pat", "approves it, and Ana merges it in GitHub", async () => {
    await approve(world, "pat", settings.number);
    assert.equal(await pressMerge(world, "ana", settings.number), "merged");
  });
}

async function consume(stage: Stage, world: World, checkout: string): Promise<void> {
  stage.chapter("A consumer uses it");
  const folder = join(world.folder, "image-ubuntu");
  const component = await componentOf(join(folder, "packer-manifest.json"));
  const id = await stage.step("A developer,", "in a clone, asks which image is stable", async () => {
    await need("git", ["pull", "--quiet", `${world.github.url}/${REGISTRY_NAME}.git`, "main"], {
      cwd: checkout,
    });
    const answer = await needAssay(["resolve", "ubuntu-base@stable", "--component", component], {
      cwd: checkout,
    });
    return answer.trim();
  });
  stage.show(`$ assay resolve ubuntu-base@stable --component ${component}\n${id}`);
  await stage.step("A workflow,", "with the built resolve action, gets the same", async () => {
    const answer = await runAction(
      "resolve",
      {
        image: "ubuntu-base@stable",
        component,
        registry: REGISTRY_NAME,
        token: world.github.userToken("bea"),
        "api-url": world.github.url,
      },
      { cwd: folder },
    );
    assert.equal(answer.code, 0, answer.stdout + answer.stderr);
    assert.equal(answer.outputs.get("id"), id);
    assert.equal(answer.outputs.get("version"), "v1");
  });
  await stage.step("The auditor", "sees who approved what, from git alone", async () => {
    const history = await needAssay(["history", "ubuntu-base@stable", ...asOf(world)], { cwd: checkout });
    assert.match(history, /rob/);
    assert.match(history, /sue/);
    stage.show(`$ assay history ubuntu-base@stable\n${history}`);
    const log = await need(
      "git",
      ["log", "-1", "--format=%B", "--", "buckets/ubuntu-base/channels/stable.yml"],
      { cwd: checkout },
    );
    assert.match(log, /^Assay-Approved-By: rob$/m);
    stage.show(`$ git log -1 buckets/ubuntu-base/channels/stable.yml\n${log}`);
  });
  await stage.step("Anyone", "sees the state of the whole registry", async () => {
    stage.show(`$ assay status\n${await needAssay(["status", ...asOf(world)], { cwd: checkout })}`);
  });
  await stage.step(
    "Assay",
    "answers no for what is not there, and could-not-decide for what does not exist",
    async () => {
      const unknown = await assay(["resolve", "ubuntu-base@prod"], { cwd: checkout });
      assert.equal(unknown.code, 2);
      stage.show(`$ assay resolve ubuntu-base@prod\n${unknown.stderr}`);
      const foreign = await assay(["resolve", "ubuntu-base@stable", "--region", "mars-1"], { cwd: checkout });
      assert.equal(foreign.code, 2);
    },
  );
}

interface Build {
  readonly folder: string;
  readonly manifest: string;
  readonly runId: string;
}

/** Runs the publish action as the build repository's workflow does. */
async function publishAction(world: World, { folder, manifest, runId }: Build): ReturnType<typeof runAction> {
  const inputs = {
    bucket: "ubuntu-base",
    "packer-manifest": manifest,
    registry: REGISTRY_NAME,
    token: await world.buildToken(),
    "api-url": world.github.url,
    identity: "build-bot[bot]",
    wait: "1m",
  };
  const env = {
    GITHUB_REPOSITORY: "acme/image-ubuntu",
    GITHUB_RUN_ID: runId,
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_REF: "refs/heads/main",
    GITHUB_SHA: "4f2a91c0".repeat(5),
    GITHUB_ACTOR: "bea",
    GITHUB_WORKFLOW_REF: "acme/image-ubuntu/.github/workflows/build.yml@refs/heads/main",
    GITHUB_EVENT_NAME: "push",
  };
  return runAction("publish", inputs, { cwd: folder, env });
}

/** Lets GitHub and Assay work while the action waits for its pull request to be merged. */
async function settleUntil(world: World, title: RegExp): Promise<void> {
  for (let round = 0; round < 600; round += 1) {
    await world.settle();
    if ((await listPulls(world)).some((pull) => title.test(pull.title) && pull.merged)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("The publish was not merged.");
}

async function amend(world: World, branch: string, text: string): Promise<void> {
  const client = world.as("ana");
  const repository = { owner: "acme", repo: "images" } as const;
  const { data } = await client.rest.repos.getContent({ ...repository, path: "assay.yml", ref: branch });
  assert.ok("sha" in data);
  await client.rest.repos.createOrUpdateFileContents({
    ...repository,
    path: "assay.yml",
    branch,
    message: "settings: spell it right",
    sha: data.sha,
    content: Buffer.from(text).toString("base64"),
  });
  await world.settle();
}

/** The demo's clock ran ahead, so the command line is told the time. */
function asOf(world: World): readonly string[] {
  return ["--as-of", formatTime(world.clock.now())];
}

/** What to explore with when everything stays up. */
export async function renderAddresses(world: World, checkout: string): Promise<string> {
  const people = ["ana", "bea", "eve", "pat", "rob", "sue"].map(
    (login) => `  ${login.padEnd(5)} ${world.github.userToken(login)}`,
  );
  const settings = await readFile(join(checkout, "assay.yml"), "utf8");
  return [
    `GitHub    ${world.github.url}`,
    `registry  ${world.github.url}/${REGISTRY_NAME}.git (clone: ${checkout})`,
    `Assay     ${world.app().url}/healthz`,
    "tokens",
    ...people,
    "",
    `GITHUB_TOKEN=${world.github.userToken("ana")} GITHUB_API_URL=${world.github.url} \\`,
    `  npm run --silent assay -- status --repo ${REGISTRY_NAME}`,
    "",
    "assay.yml",
    ...settings.split("\n").map((line) => `  ${line}`),
  ].join("\n");
}
