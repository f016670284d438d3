import { Octokit } from "@octokit/rest";
import * as z from "zod";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/sandbox.ts";

/** A registry `acme/images` on a GitHub of its own. */
export interface TestRegistry {
  readonly box: Sandbox;
  /** Of the registry's own workflows. */
  readonly token: string;
  /** The inputs that every step has. */
  readonly inputs: Readonly<Record<string, string>>;
  client(login: string): Octokit;
  /** The text of a file on the default branch; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

const REPO = { owner: "acme", repo: "images" } as const;

/** The settings of the registry: `dev` moves by itself, `stable` needs approvals. */
export const SETTINGS = `apiVersion: assay/v1
name: acme-images
channels:
  dev: { auto: true }
  stable: { after: dev, restricted: { users: [rita, ralf], approvals: 2 } }
`;

const BUCKET = "apiVersion: assay/v1\ndescription: A test image\n";

/** The record of a complete version. */
export function aRecord(
  version: string,
  fingerprint: string,
  regions: readonly string[] = ["us-east-1"],
): string {
  const time = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
  const record = {
    apiVersion: "assay/v1",
    bucket: "web",
    version,
    fingerprint,
    status: "complete",
    createdAt: time,
    completedAt: time,
    publisher: { verified: false, repository: "acme/image-web", actor: "bernd" },
    builds: [
      {
        component: "amazon-ebs.web",
        platform: "aws",
        status: "done",
        createdAt: time,
        artifacts: regions.map((region, index) => ({ region, id: `ami-0000000000000000${index + 1}` })),
        labels: {},
        metadata: {},
        evidence: [],
      },
    ],
  };
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** Starts it with these files besides settings and an empty bucket `web`; every test that starts one stops it. */
export async function startRegistry(files: Readonly<Record<string, string>> = {}): Promise<TestRegistry> {
  const box = await startSandbox();
  box.addOrg("acme", { alice: "admin" });
  box.addRepo("acme/images", {
    files: { "assay.yml": SETTINGS, "buckets/web/bucket.yml": BUCKET, ...files },
    collaborators: { olivia: "write", rita: "write", ralf: "write" },
  });
  const token = box.actionsToken("acme/images");
  const quiet = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const client = (login: string): Octokit =>
    new Octokit({ auth: box.userToken(login), baseUrl: box.url, log: quiet });
  const alice = client("alice");
  return {
    box,
    token,
    inputs: { token, registry: "acme/images", "api-url": box.url },
    client,
    async read(path) {
      try {
        const { data } = await alice.rest.repos.getContent({ ...REPO, path, mediaType: { format: "raw" } });
        return z.string().parse(data);
      } catch (error) {
        if (error instanceof Error && "status" in error && error.status === 404) return undefined;
        throw error;
      }
    },
    stop: () => box.stop(),
  };
}

/** Protects the default branch from all but admins: changes come by pull requests that both checks pass. */
export function protect({ box }: TestRegistry): void {
  box.addRuleset("acme/images", {
    name: "assay",
    enforcement: "active",
    bypass_actors: [{ actor_id: 1, actor_type: "OrganizationAdmin" }],
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      { type: "pull_request", parameters: { required_approving_review_count: 0 } },
      {
        type: "required_status_checks",
        parameters: {
          required_status_checks: [{ context: "assay/compliance" }, { context: "assay/approval" }],
        },
      },
    ],
  });
}
