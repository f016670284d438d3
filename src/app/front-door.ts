import type { IncomingMessage, ServerResponse } from "node:http";
import type { Deliveries } from "./deliveries.ts";
import type { Log } from "./log.ts";
import { errorFields } from "./log.ts";
import { isSigned, signBody } from "./signature.ts";

/** Where GitHub sends webhooks; Probot's own default. */
export const WEBHOOK_PATH = "/api/github/webhooks";

/** GitHub sends no larger one. https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
export const MAX_BODY_BYTES = 26_214_400;

/** A webhook whose signature was found right. */
export interface SignedWebhook {
  readonly id: string;
  readonly name: string;
  readonly payload: string;
  readonly signature: string;
}

/** What stands behind the door. */
export interface FrontDoor {
  readonly version: string;
  /** The newest first: webhooks are handed on as signed with that one. */
  readonly secrets: readonly [string, ...string[]];
  readonly deliveries: Deliveries;
  readonly log: Log;
  readonly receive: (webhook: SignedWebhook) => Promise<void>;
}

/** Answers one request: the health, a webhook, or that there is nothing else. */
export async function answerRequest(
  door: FrontDoor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "").split("?")[0];
  if (path === "/healthz" && (request.method === "GET" || request.method === "HEAD"))
    return send(response, 200, { status: "ok", version: door.version });
  if (path !== WEBHOOK_PATH) return send(response, 404, { error: "There is nothing here." });
  if (request.method !== "POST") return send(response, 405, { error: "Webhooks are sent with POST." });
  await answerWebhook(door, request, response);
}

async function answerWebhook(
  door: FrontDoor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader("connection", "close");
    return send(response, 413, { error: `A webhook has at most ${MAX_BODY_BYTES} bytes.` });
  }
  const { secrets, deliveries, log } = door;
  if (!isSigned(body, headerOf(request, "x-hub-signature-256") ?? "", secrets)) {
    log.warn(
      { bytes: body.length },
      "webhook refused: the signature is wrong; do both sides have the same secret?",
    );
    return send(response, 401, { error: "The signature does not fit the body and the webhook secret." });
  }
  const [id, name] = [headerOf(request, "x-github-delivery"), headerOf(request, "x-github-event")];
  if (id === undefined || name === undefined)
    return send(response, 400, { error: "The headers X-GitHub-Delivery and X-GitHub-Event are needed." });
  if (!isJson(body)) return send(response, 400, { error: "The body is not JSON." });
  if (deliveries.has(id)) return send(response, 202, { status: "known" });
  const payload = body.toString();
  // Probot knows one secret; while secrets are rotated the other one counts as well.
  await door.receive({ id, name, payload, signature: signBody(body, secrets[0]) });
  deliveries.remember(id);
  send(response, 202, { status: "accepted" });
}

/** The whole body; undefined where it is too large, and then the rest of it is not read. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  // Without this, leaving the loop would close the connection before the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Answers for a request that could not be answered, if anybody still listens. */
export function answerFailure(door: FrontDoor, response: ServerResponse, error: unknown): void {
  door.log.error(errorFields(error), "request failed");
  if (response.headersSent) response.destroy();
  else send(response, 500, { error: "Assay failed to take this; its log tells why. Deliver it again." });
}
