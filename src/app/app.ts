import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import { createServer } from "node:http";
import { Probot } from "probot";
import * as z from "zod";
import type { AppConfig } from "./config.ts";
import { createDeliveries } from "./deliveries.ts";
import { EVENTS, tasksOf } from "./events.ts";
import type { FrontDoor } from "./front-door.ts";
import { answerFailure, answerRequest } from "./front-door.ts";
import type { Log } from "./log.ts";
import { errorFields } from "./log.ts";
import { readEverything } from "./recovery.ts";
import { createRegistries, signIn } from "./registries.ts";
import type { Worker } from "./worker.ts";
import { createWorker } from "./worker.ts";

/** What the App is started with. */
export interface AppOptions {
  readonly config: AppConfig;
  /** The clock; real time unless given. */
  readonly now?: () => Date;
}

/** An App that is ready to take webhooks. */
export interface AssayApp {
  readonly probot: Probot;
  readonly worker: Worker;
  readonly log: Log;
}

/** An App that listens. */
export interface RunningApp {
  /** Where it listens, without a path; webhooks go to `/api/github/webhooks` below it. */
  readonly url: string;
  /** Does what is due by now, for clocks that are moved. */
  readonly tick: () => void;
  /** Resolves when all work that webhooks have brought is done; what waits for its time does not count. */
  readonly settle: () => Promise<void>;
  /** Looks at everything the App is installed on, for what was missed while it did not run; never rejects. */
  readonly recover: () => Promise<void>;
  /** How many tasks wait or run. */
  readonly count: () => number;
  /** Takes no more webhooks, finishes the work that was taken, and closes. */
  readonly stop: () => Promise<void>;
}

const packageFile = z.object({ version: z.string() });

/** The version of this program. */
export function readVersion(): string {
  const file = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return packageFile.parse(JSON.parse(file)).version;
}

/** Makes the App: Probot with a listener for every event that Assay acts upon, and the worker behind it. */
export async function createAssayApp({ config, now = () => new Date() }: AppOptions): Promise<AssayApp> {
  const { appId, privateKey, webhookSecrets, apiUrl, logLevel } = config;
  const probot = new Probot({
    appId,
    privateKey,
    secret: webhookSecrets[0],
    logLevel,
    logFormat: process.stdout.isTTY ? "pretty" : "json",
    ...(apiUrl === undefined ? {} : { baseUrl: apiUrl }),
  });
  await probot.ready();
  const log = probot.log.child({ name: "assay" });
  const worker = createWorker(createRegistries(config, now), log, now);
  for (const event of EVENTS) {
    probot.on(event, (context) => {
      // Thrown on, an error would be logged together with the payload.
      try {
        for (const task of tasksOf(event, context.payload, { appId })) worker.add(task);
      } catch (error) {
        log.error({ delivery: context.id, event, ...errorFields(error) }, "webhook of an unknown form");
      }
    });
  }
  return { probot, worker, log };
}

/** Starts the App on the configured address. Throws what the network says when it cannot be listened on. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const { config } = options;
  const { probot, worker, log } = await createAssayApp(options);
  const door: FrontDoor = {
    version: readVersion(),
    secrets: config.webhookSecrets,
    deliveries: createDeliveries(),
    log,
    receive: (webhook) => probot.webhooks.verifyAndReceive(webhook),
  };
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    answerRequest(door, request, response).catch((error: unknown) => answerFailure(door, response, error));
  });
  const url = await listen(server, config);
  log.info({ url, version: door.version }, "listening");
  return {
    url,
    tick: worker.tick,
    settle: worker.settle,
    count: worker.count,
    recover: async () => {
      try {
        for (const task of await readEverything((id) => signIn(config, id))) worker.add(task);
      } catch (error) {
        log.warn(errorFields(error), "what was missed is not known; events are worked on as they come");
      }
    },
    stop: async () => {
      await close(server);
      worker.stop();
      await worker.settle();
      log.info({}, "stopped");
    },
  };
}

function listen(server: Server, { host, port }: AppConfig): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      const address = server.address();
      const actual = typeof address === "object" && address !== null ? address.port : port;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${actual}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
