import { createHmac } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { z } from "zod";
import { type Sandbox, type SandboxApp, type SandboxOptions, startSandbox } from "../../sandbox/sandbox.ts";
import { OpenApi } from "./openapi.ts";

/** A webhook as the receiver got it. */
export interface Received {
  readonly event: string;
  readonly action: string;
  readonly guid: string;
  readonly signed: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A sandbox with people, a repository `acme/images` and an App, whose answers are all checked. */
export interface Fixture {
  readonly box: Sandbox;
  readonly openApi: OpenApi;
  readonly app: SandboxApp & { readonly installationId: number };
  readonly hooks: Received[];
  /** Administers the organization. */
  readonly alice: Octokit;
  /** May write. */
  readonly bob: Octokit;
  /** May read what is public. */
  readonly carol: Octokit;
  /** The App's installation. */
  readonly bot: Octokit;
  /** The App as such. */
  readonly asApp: Octokit;
  readonly client: (token: string) => Octokit;
  readonly stop: () => Promise<void>;
}

export const REPO = { owner: "acme", repo: "images" } as const;
const SECRET = "fixture-secret";
const EVENTS = [
  "push",
  "pull_request",
  "pull_request_review",
  "check_run",
  "check_suite",
  "issues",
  "issue_comment",
  "merge_group",
  "repository_dispatch",
  "membership",
];
const payloadSchema = z.record(z.string(), z.unknown());
/** A logger for clients whose requests are meant to fail. */
export const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

function clientOf(url: string, token: string): Octokit {
  return new Octokit({ auth: token, baseUrl: url, log: quiet });
}

async function openReceiver(hooks: Received[]): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const payload = payloadSchema.parse(JSON.parse(body.toString()));
      const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
      const event = String(request.headers["x-github-event"]);
      hooks.push({
        event,
        action: typeof payload["action"] === "string" ? payload["action"] : "",
        guid: String(request.headers["x-github-delivery"]),
        signed: request.headers["x-hub-signature-256"] === signature,
        payload,
      });
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

// The description is large, so that the fixtures of a test file share it.
const openApi = new OpenApi();

/** Opens a fixture; every test that opens one stops it. */
export async function openFixture(options: SandboxOptions = {}): Promise<Fixture> {
  const hooks: Received[] = [];
  const receiver = await openReceiver(hooks);
  const box = await startSandbox({ ...options, observe: openApi.observe });
  box.addOrg("acme", { alice: "admin" });
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((login) =>
    clientOf(box.url, box.addUser(login).token),
  );
  if (!alice || !bob || !carol) throw new Error("The fixture has three people.");
  box.addTeam("acme", "security", ["bob"]);
  box.addRepo("acme/images", {
    files: { "README.md": "hello\n", "docs/guide.md": "one\ntwo\nthree\n" },
    collaborators: { bob: "write" },
    teams: { security: "write" },
  });
  const permissions = {
    contents: "write",
    pull_requests: "write",
    checks: "write",
    issues: "write",
    statuses: "write",
    members: "read",
    administration: "write",
    actions: "write",
  };
  const app = box.addApp({
    slug: "assay",
    permissions,
    events: EVENTS,
    webhook: { url: receiver.url, secret: SECRET },
  });
  const { installationId } = box.install("assay", "acme");
  const auth = { appId: app.id, privateKey: app.privateKey };
  const asApp = new Octokit({ authStrategy: createAppAuth, auth, baseUrl: box.url, log: quiet });
  const bot = new Octokit({
    authStrategy: createAppAuth,
    auth: { ...auth, installationId },
    baseUrl: box.url,
    log: quiet,
  });
  await box.settle();
  hooks.length = 0;
  return {
    box,
    openApi,
    app: { ...app, installationId },
    hooks,
    alice,
    bob,
    carol,
    bot,
    asApp,
    client: (token) => clientOf(box.url, token),
    stop: async () => {
      await box.stop();
      receiver.close();
    },
  };
}

/** Commits files on a new or existing branch through the API, and returns the commit. */
export async function commitFiles(
  client: Octokit,
  branch: string,
  {
    files,
    message = "change",
    from = "main",
  }: { files: Readonly<Record<string, string | null>>; message?: string; from?: string },
): Promise<string> {
  const { data: refs } = await client.rest.git.listMatchingRefs({ ...REPO, ref: `heads/${branch}` });
  const known = refs.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha;
  const parent = known ?? (await client.rest.git.getRef({ ...REPO, ref: `heads/${from}` })).data.object.sha;
  const { data: base } = await client.rest.git.getCommit({ ...REPO, commit_sha: parent });
  const tree = Object.entries(files).map(([path, content]) => ({
    path,
    mode: "100644" as const,
    type: "blob" as const,
    ...(content === null ? { sha: null } : { content }),
  }));
  const { data: made } = await client.rest.git.createTree({ ...REPO, base_tree: base.tree.sha, tree });
  const { data: commit } = await client.rest.git.createCommit({
    ...REPO,
    message,
    tree: made.sha,
    parents: [parent],
  });
  if (known) await client.rest.git.updateRef({ ...REPO, ref: `heads/${branch}`, sha: commit.sha });
  else await client.rest.git.createRef({ ...REPO, ref: `refs/heads/${branch}`, sha: commit.sha });
  return commit.sha;
}

/** Opens a pull request with one commit on a new branch; returns its number. */
export async function openPull(
  client: Octokit,
  branch: string,
  files: Readonly<Record<string, string | null>>,
): Promise<number> {
  await commitFiles(client, branch, { files });
  const { data } = await client.rest.pulls.create({
    ...REPO,
    head: branch,
    base: "main",
    title: `Merge ${branch}`,
  });
  return data.number;
}

/** The status and message of a request that is refused; throws when it is not. */
export async function refusal(request: Promise<unknown>): Promise<{ status: number; message: string }> {
  try {
    await request;
  } catch (error) {
    const shape = z
      .object({ status: z.number(), response: z.object({ data: z.unknown() }).optional() })
      .parse(error);
    return { status: shape.status, message: JSON.stringify(shape.response?.data ?? "") };
  }
  throw new Error("The request was not refused.");
}

/** Runs git and returns exit code and output, both streams. */
export function git(cwd: string, ...args: readonly string[]): Promise<{ code: number; output: string }> {
  const identity = [
    "-c",
    "user.name=Dora",
    "-c",
    "user.email=dora@example.com",
    "-c",
    "commit.gpgsign=false",
  ];
  return new Promise((resolve) => {
    execFile(
      "git",
      [...identity, ...args],
      { cwd, env: { ...process.env, GIT_TERMINAL_PROMPT: "0" } },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
      },
    );
  });
}

/** Clones `acme/images` with a token and hands the folder over; removes it afterwards. */
export async function withClone(
  { box, token, name = "acme/images" }: { box: Sandbox; token: string; name?: string },
  work: (dir: string) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "sandbox-clone-"));
  try {
    const url = `${box.url.replace("http://", `http://x-access-token:${token}@`)}/${name}.git`;
    const cloned = await git(dir, "clone", "--quiet", url, ".");
    if (cloned.code !== 0) throw new Error(cloned.output);
    await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** What an array holds at a place; throws where it ends before. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items.at(index);
  if (item === undefined) throw new Error(`There is no item ${index} of ${items.length}.`);
  return item;
}
