import type { Client, RepositoryName } from "../../src/github/client.ts";
import { createClient } from "../../src/github/client.ts";
import type { Sandbox, SandboxApp } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/sandbox.ts";

export const TIMINGS = { secondMs: 1, pace: "none", timeoutMs: 10_000 } as const;

/** An organisation `acme` with a repository `images`, the App `assay` installed on it, and a person `ann` who writes. */
export interface GitHubWorld {
  readonly sandbox: Sandbox;
  readonly repository: RepositoryName;
  readonly app: SandboxApp;
  /** The App's installation. */
  readonly client: Client;
  readonly ann: Client;
  /** The requests that a piece of work makes, as `METHOD path` within the repository. */
  readonly requestsOf: (work: () => Promise<unknown>) => Promise<readonly string[]>;
  readonly tip: (branch: string) => Promise<string>;
  /** Commits a file on a branch, which begins at `main` where it does not exist. */
  readonly commit: (branch: string, path: string, content: string) => Promise<string>;
}

export async function startWorld(): Promise<GitHubWorld> {
  const sandbox = await startSandbox();
  const repository = { owner: "acme", repo: "images" };
  sandbox.addUser("ann");
  sandbox.addOrg("acme", { ann: "member" });
  sandbox.addRepo("acme/images", { files: { "assay.yml": "a: 1\n" }, collaborators: { ann: "write" } });
  const permissions = {
    contents: "write",
    pull_requests: "write",
    checks: "write",
    issues: "write",
    members: "read",
    administration: "write",
  };
  const app = sandbox.addApp({ slug: "assay", owner: "acme", permissions, events: [] });
  const { installationId } = sandbox.install("assay", "acme");
  const auth = { appId: app.id, privateKey: app.privateKey, installationId };
  const client = createClient({ auth, baseUrl: sandbox.url, timings: TIMINGS });
  const ann = createClient({ auth: sandbox.userToken("ann"), baseUrl: sandbox.url, timings: TIMINGS });
  await client.rest.repos.get(repository);

  async function tip(branch: string): Promise<string> {
    return (await ann.rest.git.getRef({ ...repository, ref: `heads/${branch}` })).data.object.sha;
  }
  return {
    sandbox,
    repository,
    app,
    client,
    ann,
    tip,
    async requestsOf(work) {
      sandbox.clearRequests();
      await work();
      return sandbox.requests.map(
        ({ method, path }) =>
          `${method} ${path
            .replace("/repos/acme/images/", "")
            .replace(/\?.*/, "")
            .replaceAll(/[0-9a-f]{40}/g, "…")}`,
      );
    },
    async commit(branch, path, content) {
      const exists = await tip(branch).catch(() => undefined);
      if (exists === undefined) {
        await ann.rest.git.createRef({ ...repository, ref: `refs/heads/${branch}`, sha: await tip("main") });
      }
      const { data } = await ann.rest.repos.createOrUpdateFileContents({
        ...repository,
        branch,
        path,
        message: `write ${path}`,
        content: Buffer.from(content).toString("base64"),
      });
      return data.commit.sha ?? "";
    },
  };
}
