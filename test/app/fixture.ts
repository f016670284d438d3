import { createHmac, randomUUID } from "node:crypto";
import type { RunningApp } from "../../src/app/app.ts";
import { startApp } from "../../src/app/app.ts";
import { WEBHOOK_PATH } from "../../src/app/front-door.ts";
import type { PublishRequest } from "../../src/flows/publish.ts";
import type { Client } from "../../src/github/client.ts";
import { createClient } from "../../src/github/client.ts";
import { buildsOf } from "../../src/registry/publish/submission.ts";
import { openGitHubStore } from "../../src/store/github/store.ts";
import type { Store } from "../../src/store/store.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import { manifest } from "./manifest.ts";

export const REPO = { owner: "acme", repo: "images" } as const;
export const SECRET = "a secret of the test";
const TIMINGS = { secondMs: 1, retries: 1, pace: "none" } as const;

export const SETTINGS = `apiVersion: assay/v1
name: acme-images
roles:
  admins: { teams: [platform-admins] }
channels:
  dev: { auto: true }
  staging: { after: dev, soak: 24h }
  stable: { after: dev, restricted: { teams: [image-release], approvals: 2 } }
`;
export const BUCKET = "apiVersion: assay/v1\ndescription: Ubuntu, hardened\n";

/** A GitHub with people and a registry, and the App at work on it. */
export interface Fixture {
  readonly box: Sandbox;
  readonly app: RunningApp;
  readonly appId: number;
  readonly installationId: number;
  /** The App's installation, as the App itself signs in. */
  readonly bot: Client;
  /** A person, by login. */
  as(login: string): Client;
  store(client: Client): Store;
  now(): Date;
  /** Moves the clock of GitHub and of the App, and lets the App do what is due. */
  pass(hours: number): Promise<void>;
  /** Resolves when GitHub has delivered everything and the App has done everything. */
  quiet(): Promise<void>;
  /** Sends a webhook as GitHub would; answers the status. */
  deliver(event: string, payload: object, options?: { secret?: string; id?: string }): Promise<number>;
  readonly stop: () => Promise<void>;
}

export interface FixtureOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: string;
  readonly previousSecret?: string;
  /** Those of the manifest unless told otherwise. */
  readonly permissions?: Readonly<Record<string, "read" | "write">>;
  /** Is given GitHub before the App starts. */
  readonly prepare?: (box: Sandbox) => void;
}

/** Opens a fixture; every test that opens one stops it. */
export async function openFixture(options: FixtureOptions = {}): Promise<Fixture> {
  let time = Date.parse("2026-03-02T09:00:00Z");
  const now = (): Date => new Date(time);
  const box = await startSandbox({ now });
  box.addOrg("acme", { alice: "admin" });
  box.addTeam("acme", "platform-admins", ["alice", "adam"]);
  box.addTeam("acme", "image-release", ["rita", "ron", "rose"]);
  box.addRepo("acme/images", {
    files: options.files ?? {
      "assay.yml": options.settings ?? SETTINGS,
      "buckets/ubuntu-base/bucket.yml": BUCKET,
      "README.md": "Images.\n",
    },
    collaborators: {
      dana: "write",
      erin: "write",
      rita: "write",
      ron: "write",
      rose: "write",
      adam: "write",
    },
  });
  const { id: appId, privateKey } = box.addApp({
    slug: "assay",
    permissions: options.permissions ?? manifest.default_permissions,
    events: manifest.default_events,
  });
  options.prepare?.(box);
  const previous = options.previousSecret;
  const app = await startApp({
    config: {
      appId,
      privateKey,
      webhookSecrets: previous === undefined ? [SECRET] : [SECRET, previous],
      host: "127.0.0.1",
      port: 0,
      apiUrl: box.url,
      root: undefined,
      logLevel: "fatal",
      timings: TIMINGS,
    },
    now,
  });
  const url = `${app.url}${WEBHOOK_PATH}`;
  box.setWebhook("assay", { url, secret: SECRET });
  const { installationId } = box.install("assay", "acme");

  const clients = new Map<string, Client>();
  function as(login: string): Client {
    const known = clients.get(login);
    if (known !== undefined) return known;
    const client = createClient({ auth: box.userToken(login), baseUrl: box.url, timings: TIMINGS });
    clients.set(login, client);
    return client;
  }

  async function quiet(): Promise<void> {
    for (;;) {
      const before = box.requests.length + box.deliveries.length;
      await box.settle();
      await app.settle();
      await box.settle();
      if (app.count() === 0 && box.requests.length + box.deliveries.length === before) return;
    }
  }

  await quiet();
  box.clearRequests();
  return {
    box,
    app,
    appId,
    installationId,
    bot: createClient({ auth: { appId, privateKey, installationId }, baseUrl: box.url, timings: TIMINGS }),
    as,
    store: (client) => openGitHubStore(client, { ...REPO, timings: TIMINGS }),
    now,
    quiet,
    pass: async (hours) => {
      time += hours * 3_600_000;
      app.tick();
      await quiet();
    },
    deliver: async (event, payload, { secret = SECRET, id = randomUUID() } = {}) => {
      const body = JSON.stringify(payload);
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: {
          "content-type": "application/json",
          "x-github-event": event,
          "x-github-delivery": id,
          "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
        },
      });
      await response.text();
      return response.status;
    },
    stop: async () => {
      await app.stop();
      await box.stop();
    },
  };
}

/** Runs a test with a fixture, and stops it whatever happens. */
export async function withFixture(
  work: (fixture: Fixture) => Promise<void>,
  options: FixtureOptions = {},
): Promise<void> {
  const fixture = await openFixture(options);
  try {
    await work(fixture);
  } finally {
    await fixture.stop();
  }
}

/** What a build of a bucket hands in. */
export function aPublish(
  now: Date,
  changes: { bucket?: string; fingerprint: string; actor?: string },
): PublishRequest {
  const { bucket = "ubuntu-base", fingerprint, actor = "dana" } = changes;
  const createdAt = `${now.toISOString().slice(0, 19)}Z`;
  const id = `ami-${fingerprint}`;
  const image = { component: "amazon-ebs.ubuntu", platform: "aws", region: "us-east-1", id };
  return {
    submission: {
      bucket,
      fingerprint,
      builds: buildsOf([image], createdAt),
      publisher: { verified: false, repository: "acme/image-ubuntu", actor },
      completion: "complete",
    },
    parents: [],
    missingBucket: "refuse",
  };
}
