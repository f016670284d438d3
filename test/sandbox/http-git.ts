import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readActor, requireAccess } from "./auth.ts";
import { gitEnvironment } from "./git/process.ts";
import type { Ref } from "./git/repo.ts";
import { Problem } from "./problem.ts";
import { HOOK_PATH, registerPush, serveHook } from "./receive-hook.ts";
import { announcePush, type RefChange } from "./pushes.ts";
import type { Actor, Repo } from "./state.ts";
import { actorAccount, type World } from "./world.ts";

const GIT_PATH =
  /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))(?:\?(.*))?$/;

function refuse(response: ServerResponse, problem: Problem): void {
  const status = problem.status === 401 || problem.status === 404 ? 401 : problem.status;
  response.writeHead(status, {
    "content-type": "text/plain",
    ...(status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {}),
  });
  response.end(`${problem.message}\n`);
}

/** Copies what http-backend prints, CGI headers first, into the answer. */
function relay(stdout: NodeJS.ReadableStream, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    let head: Buffer | undefined = Buffer.alloc(0);
    stdout.on("data", (chunk: Buffer) => {
      if (!head) {
        response.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const headers = head
        .toString("latin1", 0, end)
        .split("\r\n")
        .map((line) => line.split(/:\s*/, 2));
      const status = headers.find(([name]) => name === "Status")?.[1];
      for (const [name = "", value = ""] of headers) if (name !== "Status") response.setHeader(name, value);
      response.statusCode = Number.parseInt(status ?? "200", 10);
      response.write(head.subarray(end + 4));
      head = undefined;
    });
    stdout.on("end", resolve);
    stdout.on("error", reject);
  });
}

function diffRefs(before: readonly Ref[], after: readonly Ref[]): RefChange[] {
  const old = new Map(before.map(({ name, sha }) => [name, sha]));
  const now = new Map(after.map(({ name, sha }) => [name, sha]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((ref) => ({ ref, before: old.get(ref), after: now.get(ref) }))
    .filter((change) => change.before !== change.after && !change.ref.startsWith("refs/pull/"));
}

async function runBackend(
  repo: Repo,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const { headers, method = "GET" } = request;
  const child = spawn("git", ["http-backend"], {
    cwd: repo.git.dir,
    env: gitEnvironment({
      GIT_HTTP_EXPORT_ALL: "1",
      REQUEST_METHOD: method,
      CONTENT_TYPE: headers["content-type"] ?? "",
      ...(headers["content-length"] ? { CONTENT_LENGTH: headers["content-length"] } : {}),
      HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
      GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
      ...extra,
    }),
  });
  child.stderr.resume();
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);
  const exited = new Promise<void>((resolve) => child.on("close", () => resolve()));
  await relay(child.stdout, response);
  await exited;
}

async function serveRepo(
  world: World,
  http: { request: IncomingMessage; response: ServerResponse },
  target: { repo: Repo; service: string; query: string; actor: Actor },
): Promise<void> {
  const { repo, service, query, actor } = target;
  const pushes = service === "/git-receive-pack";
  const push = registerPush({ world, repo, actor });
  const before = pushes ? await repo.git.refs("refs/") : [];
  await runBackend(repo, http, {
    PATH_TRANSLATED: `${repo.git.dir}${service}`,
    QUERY_STRING: query,
    REMOTE_USER: actor.kind === "anonymous" ? "" : "sandbox",
    ...(pushes ? { SANDBOX_HOOK: `${world.url}${HOOK_PATH}${push.id}` } : {}),
  });
  push.done();
  if (pushes) {
    const changes = diffRefs(before, await repo.git.refs("refs/"));
    await announcePush(world, repo, { changes, sender: actorAccount(actor) });
  }
  http.response.end();
}

/** Serves clone, fetch and push; false when the request is none of these. */
export async function serveGit(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = request.url ?? "/";
  if (path.startsWith(HOOK_PATH)) {
    await serveHook(path.slice(HOOK_PATH.length), request, response);
    return true;
  }
  const match = GIT_PATH.exec(path);
  if (!match) return false;
  const [, owner = "", name = "", service = "", query = ""] = match;
  try {
    const repo = world.repo(`${owner}/${name}`);
    const actor = readActor(world, request.headers.authorization);
    const pushes = service === "/git-receive-pack" || query.includes("git-receive-pack");
    requireAccess(world, repo, { actor, need: { permission: "contents", level: pushes ? "write" : "read" } });
    await serveRepo(world, { request, response }, { repo, service, query, actor });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    refuse(response, error);
  }
  return true;
}
