import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readActor, requireAccess } from "./auth.ts";
import type { FaultAct, Faults } from "./faults.ts";
import { serveGit } from "./http-git.ts";
import { budgetName, type Limits } from "./limits.ts";
import { notFound, Problem } from "./problem.ts";
import type { Context, Reply, Route, Router } from "./router.ts";
import type { Actor } from "./state.ts";
import type { World } from "./world.ts";

/** One request as the log keeps it. */
export interface RequestLog {
  readonly method: string;
  /** Without the host, with the query. */
  readonly path: string;
  /** As in GitHub's OpenAPI description, such as `GET /repos/{owner}/{repo}`; `""` where none matches. */
  readonly route: string;
  readonly status: number;
  /** A login, an App's slug, or `anonymous`. */
  readonly actor: string;
}

/** What an observer is told of every answer. */
export interface Observation extends RequestLog {
  readonly body: unknown;
}

export interface Serving {
  readonly world: World;
  readonly router: Router;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly log: RequestLog[];
  readonly observe: ((answer: Observation) => void) | undefined;
}

interface Call {
  readonly method: string;
  readonly path: string;
  route: string;
  actor: string;
}

const MAX_BODY = 100 * 1024 * 1024;

async function readRequestBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY) throw new Problem(413, "Request body too large");
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "Problems parsing JSON");
  }
}

function dateReplacer(_key: string, value: unknown): unknown {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/.test(value)
    ? value.replace(/\.\d{3}Z$/, "Z")
    : value;
}

function problemReply(error: unknown): Reply {
  if (!(error instanceof Problem)) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 500, body: { message: `Sandbox failure: ${message}` } };
  }
  const { status, message, errors } = error;
  const documentation = "https://docs.github.com/rest";
  return {
    status,
    body: {
      message,
      ...(errors ? { errors } : {}),
      documentation_url: documentation,
      status: String(status),
    },
  };
}

function handle(route: Route, context: Context): Promise<Reply> | Reply {
  if (route.kind === "plain") return route.handle(context);
  const repo = context.world.repo(`${context.params["owner"]}/${context.params["repo"]}`);
  requireAccess(context.world, repo, { actor: context.actor, need: route.need });
  return route.handle({ ...context, repo });
}

async function answer(serving: Serving, request: IncomingMessage, call: Call): Promise<Reply> {
  const { world, limits } = serving;
  const body = await readRequestBody(request);
  const url = new URL(call.path, world.url);
  const found = serving.router.find(call.method, url.pathname);
  if (found) call.route = `${found.route.method} ${found.route.path}`;
  const actor: Actor = readActor(world, request.headers.authorization);
  call.actor = budgetName(actor);
  if (url.pathname !== "/rate_limit") {
    const refused = limits.spend(call.actor);
    if (refused) {
      const headers = refused.retryAfter === undefined ? {} : { "retry-after": String(refused.retryAfter) };
      return { ...problemReply(new Problem(refused.status, refused.message)), headers };
    }
  }
  if (!found) throw notFound();
  const accept = request.headers.accept ?? "";
  return handle(found.route, {
    world,
    actor,
    params: found.params,
    query: url.searchParams,
    body,
    accept,
    path: call.path,
  });
}

function send(
  serving: Serving,
  response: ServerResponse,
  { reply, call }: { reply: Reply; call: Call },
): void {
  const budget = serving.limits.view(call.actor);
  const text = reply.body === undefined ? "" : JSON.stringify(reply.body, dateReplacer);
  serving.log.push({ ...call, status: reply.status });
  if (!reply.bytes) {
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    serving.observe?.({ ...call, status: reply.status, body });
  }
  response.writeHead(reply.status, {
    ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
    "x-ratelimit-limit": String(budget.limit),
    "x-ratelimit-remaining": String(budget.remaining),
    "x-ratelimit-used": String(budget.used),
    "x-ratelimit-reset": String(budget.reset),
    "x-ratelimit-resource": "core",
    "x-github-request-id": "SAND:BOX",
    ...reply.headers,
  });
  if (reply.bytes === undefined || Buffer.isBuffer(reply.bytes)) response.end(reply.bytes ?? text);
  else reply.bytes.pipe(response);
}

async function suffer(
  serving: Serving,
  response: ServerResponse,
  { act, call }: { act: FaultAct; call: Call },
): Promise<"done" | "go on"> {
  if ("delayMs" in act) {
    await sleep(act.delayMs);
    return "go on";
  }
  if ("hangUp" in act) {
    serving.log.push({ ...call, status: 0 });
    response.destroy();
    return "done";
  }
  const body = act.body ?? { message: `Planned fault ${act.status}` };
  send(serving, response, { reply: { status: act.status, body, headers: act.headers ?? {} }, call });
  return "done";
}

async function serveApi(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call: Call = {
    method: request.method ?? "GET",
    path: request.url ?? "/",
    route: "",
    actor: "anonymous",
  };
  const fault = serving.faults.strike(call.method, call.path);
  if (fault?.when === "before" && (await suffer(serving, response, { act: fault.act, call })) === "done")
    return;
  const reply = await answer(serving, request, call).catch(problemReply);
  if (fault?.when === "after" && (await suffer(serving, response, { act: fault.act, call })) === "done")
    return;
  send(serving, response, { reply, call });
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const closed = new Promise<void>((resolve) => response.once("close", () => resolve()));
  await serving.world.webhooks.collect(async () => {
    if (await serveGit(serving.world, request, response)) return;
    await serveApi(serving, request, response);
  }, closed);
}

/** Starts the server on a free port of the loopback address. */
export async function listen(serving: Serving): Promise<Server> {
  const server = createServer((request, response) => {
    serve(serving, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The sandbox has no port.");
  serving.world.url = `http://127.0.0.1:${address.port}`;
  return server;
}
