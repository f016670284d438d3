import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { createEmulator } from "emulate";
import { startSandbox } from "../../sandbox/sandbox.ts";
import { quiet, refusal } from "./fixture.ts";

/** Two GitHubs, told the same: an organization, a writer, a team, a repository and an App. */
interface Double {
  readonly url: string;
  readonly writerToken: string;
  readonly adminToken: string;
  readonly appId: number;
  readonly privateKey: string;
  readonly installationId: number;
  stop(): Promise<void>;
}

const PERMISSIONS = {
  contents: "write",
  pull_requests: "write",
  checks: "write",
  issues: "write",
  members: "write",
  administration: "write",
} as const;
const R = { owner: "acme", repo: "images" } as const;

async function openSandbox(): Promise<Double> {
  const box = await startSandbox();
  box.addOrg("acme", { alice: "admin" });
  box.addTeam("acme", "security", ["bob"]);
  box.addRepo("acme/images", { files: { "README.md": "hello\n" }, collaborators: { bob: "write" } });
  const { id: appId, privateKey } = box.addApp({ slug: "assay", permissions: PERMISSIONS, events: [] });
  const { installationId } = box.install("assay", "acme");
  const writerToken = box.userToken("bob");
  return {
    url: box.url,
    writerToken,
    adminToken: box.userToken("alice"),
    appId,
    privateKey,
    installationId,
    stop: () => box.stop(),
  };
}

async function openEmulate(): Promise<Double> {
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: {
        "token-alice": { login: "alice", scopes: ["repo", "admin:org"] },
        "token-bob": { login: "bob", scopes: ["repo", "read:org"] },
      },
      github: {
        users: [{ login: "alice" }, { login: "bob" }],
        orgs: [{ login: "acme", members: [{ login: "alice", role: "admin" }, { login: "bob" }] }],
        repos: [{ owner: "acme", name: "images", auto_init: true }],
        apps: [
          {
            app_id: 4242,
            slug: "assay",
            name: "assay",
            permissions: PERMISSIONS,
            events: [],
            installations: [{ installation_id: 77, account: "acme", repository_selection: "all" }],
          },
        ],
      },
    },
  });
  const key = emulator.generatedSecrets.find(({ kind }) => kind === "github.app_private_key");
  const adminToken = "token-alice";
  const admin = new Octokit({ auth: adminToken, baseUrl: emulator.url, log: quiet });
  await admin.rest.teams.create({ org: "acme", name: "security" });
  await admin.rest.teams.addOrUpdateMembershipForUserInOrg({
    org: "acme",
    team_slug: "security",
    username: "bob",
    role: "member",
  });
  await admin.rest.repos.addCollaborator({ ...R, username: "bob", permission: "push" });
  return {
    url: emulator.url,
    writerToken: "token-bob",
    adminToken,
    appId: 4242,
    privateKey: key?.value ?? "",
    installationId: 77,
    stop: () => emulator.close(),
  };
}

// Left out, since emulate 0.12.2 departs from GitHub there: a conclusion alone does not complete a run, runs have
// no App, annotations are listed under a key, and authors may approve their own pull requests.
describe.each([
  ["the sandbox", openSandbox],
  ["emulate", openEmulate],
] as const)("%s", (_name, open) => {
  let double: Double;
  let bot: Octokit;
  let writer: Octokit;
  let admin: Octokit;

  beforeAll(async () => {
    double = await open();
    const { appId, privateKey, installationId, url: baseUrl } = double;
    bot = new Octokit({
      authStrategy: createAppAuth,
      auth: { appId, privateKey, installationId },
      baseUrl,
      log: quiet,
    });
    writer = new Octokit({ auth: double.writerToken, baseUrl, log: quiet });
    admin = new Octokit({ auth: double.adminToken, baseUrl, log: quiet });
  });
  afterAll(() => double.stop());

  async function pullFrom(branch: string): Promise<{ number: number; sha: string }> {
    const { data: main } = await writer.rest.git.getRef({ ...R, ref: "heads/main" });
    await writer.rest.git.createRef({ ...R, ref: `refs/heads/${branch}`, sha: main.object.sha });
    const content = Buffer.from(branch).toString("base64");
    await writer.rest.repos.createOrUpdateFileContents({
      ...R,
      path: `${branch}.md`,
      message: branch,
      content,
      branch,
    });
    const { data } = await writer.rest.pulls.create({ ...R, head: branch, base: "main", title: branch });
    return { number: data.number, sha: data.head.sha };
  }

  test("an App's installation token acts as its bot", async () => {
    const { data } = await bot.rest.issues.create({ ...R, title: "By the App" });
    expect(data.user).toMatchObject({ login: "assay[bot]", type: "Bot" });
    const { appId, privateKey, url: baseUrl, installationId } = double;
    const app = new Octokit({
      authStrategy: createAppAuth,
      auth: { appId, privateKey },
      baseUrl,
      log: quiet,
    });
    expect((await app.rest.apps.getRepoInstallation(R)).data.id).toBe(installationId);
  });

  test("issues are edited, commented on, labelled and closed", async () => {
    const { data: issue } = await writer.rest.issues.create({ ...R, title: "One" });
    const at = { ...R, issue_number: issue.number };
    const { data: comment } = await bot.rest.issues.createComment({ ...at, body: "one" });
    await bot.rest.issues.updateComment({ ...R, comment_id: comment.id, body: "two" });
    expect((await bot.rest.issues.listComments(at)).data.map(({ body }) => body)).toEqual(["two"]);
    await bot.rest.issues.createLabel({ ...R, name: "hold", color: "ff0000" });
    await bot.rest.issues.addLabels({ ...at, labels: ["hold"] });
    expect((await bot.rest.issues.listLabelsOnIssue(at)).data.map(({ name }) => name)).toEqual(["hold"]);
    const { data: closed } = await writer.rest.issues.update({
      ...at,
      state: "closed",
      state_reason: "not_planned",
    });
    expect(closed).toMatchObject({ state: "closed", state_reason: "not_planned" });
  });

  test("check runs carry annotations and can be asked for again", async () => {
    const { sha: head_sha } = await pullFrom("checked");
    const annotation = {
      path: "README.md",
      start_line: 1,
      end_line: 1,
      annotation_level: "warning",
      message: "m",
    } as const;
    const output = { title: "t", summary: "s", annotations: [annotation] };
    const { data: run } = await bot.rest.checks.create({
      ...R,
      name: "c",
      head_sha,
      status: "completed",
      conclusion: "failure",
      output,
    });
    expect(run).toMatchObject({ status: "completed", conclusion: "failure" });
    const { data } = await bot.rest.checks.get({ ...R, check_run_id: run.id });
    expect(data.output.annotations_count).toBe(1);
    expect((await bot.rest.checks.rerequestRun({ ...R, check_run_id: run.id })).status).toBe(201);
    const { data: listed } = await bot.rest.checks.listForRef({ ...R, ref: head_sha, check_name: "c" });
    expect(listed.check_runs.map(({ id }) => id)).toEqual([run.id]);
  });

  test("reviews are submitted by others, and dismissed", async () => {
    const { number, sha } = await pullFrom("reviewed");
    const { data } = await admin.rest.pulls.createReview({ ...R, pull_number: number, event: "APPROVE" });
    expect(data).toMatchObject({ state: "APPROVED", commit_id: sha, user: { login: "alice" } });
    const dismissal = { ...R, pull_number: number, review_id: data.id, message: "stale" };
    expect((await admin.rest.pulls.dismissReview(dismissal)).data.state).toBe("DISMISSED");
  });

  test("teams tell their members", async () => {
    const team = { org: "acme", team_slug: "security" } as const;
    const { data } = await bot.rest.teams.listMembersInOrg(team);
    expect(data.map(({ login }) => login)).toContain("bob");
    expect((await bot.rest.teams.getMembershipForUserInOrg({ ...team, username: "bob" })).data.state).toBe(
      "active",
    );
    const stranger = bot.rest.teams.getMembershipForUserInOrg({ ...team, username: "nobody" });
    expect(await refusal(stranger)).toMatchObject({ status: 404 });
  });
});
