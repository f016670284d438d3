import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { randomBytes } from "node:crypto";
import { parse } from "yaml";
import * as z from "zod";
import type { RunningApp } from "../../src/app/app.ts";
import { startApp } from "../../src/app/app.ts";
import type { Client } from "../../src/github/client.ts";
import { createClient } from "../../src/github/client.ts";
import type { Sandbox } from "../../test/sandbox/sandbox.ts";
import { startSandbox } from "../../test/sandbox/sandbox.ts";
import type { Clock } from "./clock.ts";
import { startClock } from "./clock.ts";

/** The registry's repository. */
export const REGISTRY = { owner: "acme", repo: "images" } as const;
export const REGISTRY_NAME = `${REGISTRY.owner}/${REGISTRY.repo}`;

/** GitHub, Assay and a folder to work in, all on this machine and gone afterwards. */
export interface World {
  readonly clock: Clock;
  readonly github: Sandbox;
  readonly folder: string;
  /** A client that acts as somebody. */
  readonly as: (login: string) => Client;
  /** A token of the build repository's own App. */
  readonly buildToken: () => Promise<string>;
  /** The App's id, for the rulesets. */
  readonly appId: number;
  readonly buildAppId: number;
  readonly app: () => RunningApp;
  /** Starts the App with what `app.yml` says, and connects GitHub's webhooks to it. */
  readonly startAssay: () => Promise<void>;
  /** Waits until GitHub has delivered everything and Assay has worked it off. */
  readonly settle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const PEOPLE = ["ana", "bea", "eve", "pat", "rob", "sue"];

/** Starts the embedded GitHub with an organisation, its people and teams. */
export async function startWorld(): Promise<World> {
  const clock = startClock();
  const folder = await mkdtemp(join(tmpdir(), "assay-demo-"));
  const github = await startSandbox({ now: clock.now });
  github.addOrg(REGISTRY.owner);
  for (const login of PEOPLE) github.addUser(login);
  github.addTeam(REGISTRY.owner, "image-release", ["rob", "sue"]);
  github.addTeam(REGISTRY.owner, "platform-admins", ["pat"]);
  const collaborators = Object.fromEntries(
    PEOPLE.map((login) => [login, login === "pat" ? "admin" : "write"] as const),
  );
  github.addRepo(REGISTRY_NAME, { collaborators });

  const secret = randomBytes(32).toString("hex");
  const manifest = await readManifest();
  const assay = github.addApp({
    slug: "assay",
    permissions: manifest.default_permissions,
    events: manifest.default_events,
  });
  const builder = github.addApp({
    slug: "build-bot",
    permissions: { contents: "write", pull_requests: "write", metadata: "read" },
    events: [],
  });
  github.install("assay", REGISTRY.owner, [REGISTRY_NAME]);
  const { installationId } = github.install("build-bot", REGISTRY.owner, [REGISTRY_NAME]);

  const timings = { pace: "none" } as const;
  let app: RunningApp | undefined;
  const running = (): RunningApp => {
    if (app === undefined) throw new Error("Assay has not been started yet.");
    return app;
  };
  return {
    clock,
    github,
    folder,
    appId: assay.id,
    buildAppId: builder.id,
    as: (login) => createClient({ auth: github.userToken(login), baseUrl: github.url, timings }),
    async buildToken() {
      const signedIn = createClient({
        auth: { appId: builder.id, privateKey: builder.privateKey },
        baseUrl: github.url,
        timings,
      });
      const { data } = await signedIn.rest.apps.createInstallationAccessToken({
        installation_id: installationId,
      });
      return data.token;
    },
    app: running,
    async startAssay() {
      const config = {
        appId: assay.id,
        privateKey: assay.privateKey,
        webhookSecrets: [secret],
        host: "127.0.0.1",
        port: 0,
        apiUrl: github.url,
        root: undefined,
        logLevel: "fatal",
        timings,
      } as const;
      app = await startApp({ config, now: clock.now });
      github.setWebhook("assay", { url: `${app.url}/api/github/webhooks`, secret });
    },
    async settle() {
      // Work causes webhooks, and webhooks cause work: done is when a whole round brought nothing new.
      for (let before = -1; before !== github.deliveries.length;) {
        before = github.deliveries.length;
        await github.settle();
        await app?.settle();
      }
    },
    async stop() {
      await app?.stop();
      await github.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const manifestFile = z.looseObject({
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});

async function readManifest(): Promise<z.output<typeof manifestFile>> {
  return manifestFile.parse(
    parse(await readFile(fileURLToPath(new URL("../../app.yml", import.meta.url)), "utf8")),
  );
}
