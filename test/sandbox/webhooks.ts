import { AsyncLocalStorage } from "node:async_hooks";
import { createHmac, randomUUID } from "node:crypto";
import { request } from "node:http";
import type { App, Json } from "./state.ts";

/** One attempt to deliver a webhook, as the App's delivery log shows it. */
export interface Delivery {
  readonly id: number;
  readonly guid: string;
  readonly appId: number;
  readonly event: string;
  readonly action: string | null;
  readonly payload: Json;
  readonly redelivery: boolean;
  readonly deliveredAt: Date;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  /** `OK`, or what went wrong in GitHub's words. */
  readonly status: string;
  /** The answer's status; 0 while pending or when none came. */
  readonly statusCode: number;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
  readonly durationMs: number;
}

/** What happened, before it is known whether it can be delivered. */
export interface Event {
  readonly app: App;
  readonly event: string;
  readonly action: string | null;
  readonly payload: Json;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
}

interface Outbox {
  readonly events: Event[];
}

interface Answer {
  readonly status: string;
  readonly statusCode: number;
  readonly body: string;
}

const outboxes = new AsyncLocalStorage<Outbox>();

/** Delivers events to Apps in order, one at a time per App, and keeps the log of it. */
export class Webhooks {
  readonly log: Delivery[] = [];
  readonly #now: () => Date;
  readonly #tails = new Map<number, Promise<void>>();
  #lastId = 0;
  #drops = 0;
  #pending = 0;
  #idle: (() => void)[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Runs a request; what it emits is sent once `answered` resolves. */
  async collect(work: () => Promise<void>, answered: Promise<void>): Promise<void> {
    const outbox: Outbox = { events: [] };
    try {
      await outboxes.run(outbox, work);
    } finally {
      for (const event of outbox.events.splice(0)) this.#enqueue(event, answered);
    }
  }

  emit(event: Event): void {
    this.#pending++;
    const outbox = outboxes.getStore();
    if (outbox) outbox.events.push(event);
    else this.#enqueue(event, Promise.resolve());
  }

  /** The next `count` deliveries are recorded as failed and not sent. */
  drop(count: number): void {
    this.#drops = count;
  }

  /** Sends a delivery again under the same guid. */
  redeliver(id: number, app: App): boolean {
    const old = this.log.find((delivery) => delivery.id === id && delivery.appId === app.id);
    if (!old) return false;
    this.#pending++;
    const { event, action, payload, installationId, repositoryId } = old;
    const again = { app, event, action, payload, installationId, repositoryId };
    this.#enqueue(again, Promise.resolve(), old.guid);
    return true;
  }

  /** Resolves when nothing is waiting to be delivered. */
  settle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #enqueue(event: Event, gate: Promise<void>, guid?: string): void {
    const before = this.#tails.get(event.app.id) ?? Promise.resolve();
    const dropped = this.#drops > 0;
    if (dropped) this.#drops--;
    const done = Promise.all([before, gate]).then(() => this.#deliver(event, dropped, guid));
    this.#tails.set(
      event.app.id,
      done.finally(() => {
        this.#pending--;
        if (this.#pending === 0) for (const resolve of this.#idle.splice(0)) resolve();
      }),
    );
  }

  async #deliver(event: Event, dropped: boolean, guid: string = randomUUID()): Promise<void> {
    const { app, payload } = event;
    const body = JSON.stringify(payload);
    const headers = {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/sandbox",
      "x-github-event": event.event,
      "x-github-delivery": guid,
      "x-github-hook-id": String(app.id),
      "x-github-hook-installation-target-id": String(app.id),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature-256": `sha256=${createHmac("sha256", app.hook?.secret ?? "")
        .update(body)
        .digest("hex")}`,
    };
    const started = performance.now();
    const answer: Answer =
      app.hook && !dropped
        ? await post(app.hook.url, headers, body)
        : { status: "failed to connect to host", statusCode: 0, body: "" };
    const redelivery = this.log.some((delivery) => delivery.guid === guid);
    const { event: name, action, installationId, repositoryId } = event;
    this.log.push({
      id: ++this.#lastId,
      guid,
      appId: app.id,
      event: name,
      action,
      payload,
      redelivery,
      deliveredAt: this.#now(),
      installationId,
      repositoryId,
      status: answer.status,
      statusCode: answer.statusCode,
      requestHeaders: headers,
      responseBody: answer.body,
      durationMs: performance.now() - started,
    });
  }
}

function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (): void => resolve({ status: "failed to connect to host", statusCode: 0, body: "" });
    const length = String(Buffer.byteLength(body));
    const outgoing = request(
      url,
      { method: "POST", agent: false, timeout: 10_000, headers: { ...headers, "content-length": length } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", failed);
        incoming.on("end", () => {
          const statusCode = incoming.statusCode ?? 0;
          const status = statusCode < 300 ? "OK" : `Invalid HTTP Response: ${statusCode}`;
          resolve({ status, statusCode, body: Buffer.concat(chunks).toString() });
        });
      },
    );
    outgoing.on("timeout", () => {
      outgoing.destroy();
      resolve({ status: "timed out", statusCode: 0, body: "" });
    });
    outgoing.on("error", failed);
    outgoing.end(body);
  });
}
