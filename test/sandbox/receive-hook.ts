import { randomUUID } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { checkRefMove } from "./rules.ts";
import type { Actor, Repo } from "./state.ts";
import type { World } from "./world.ts";

/** Where the pre-receive hook asks whether a push may go on. */
export const HOOK_PATH = "/_sandbox/pre-receive/";

interface Push {
  readonly world: World;
  readonly repo: Repo;
  readonly actor: Actor;
}

const pushes = new Map<string, Push>();

// The hook runs in git's quarantine, so it tells the server where the pushed objects are. It asks only
// for repositories with rulesets: starting Node costs more than the rest of a small push.
const HOOK = `#!/bin/sh
[ -n "$SANDBOX_HOOK" ] && [ -e "$PWD/sandbox-rules" ] || exit 0
exec "${process.execPath}" -e '
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", async () => {
  const { GIT_OBJECT_DIRECTORY, GIT_ALTERNATE_OBJECT_DIRECTORIES, SANDBOX_HOOK } = process.env;
  const body = JSON.stringify({
    lines: Buffer.concat(chunks).toString(),
    env: { GIT_OBJECT_DIRECTORY, GIT_ALTERNATE_OBJECT_DIRECTORIES },
  });
  const answer = await fetch(SANDBOX_HOOK, { method: "POST", body });
  const text = await answer.text();
  process.stderr.write(text);
  process.exitCode = answer.ok ? 0 : 1;
});
'
`;

/** Installs the hook, and tells it that the repository has rules. */
export function armHook(repo: Repo): void {
  const path = join(repo.git.dir, "hooks/pre-receive");
  writeFileSync(path, HOOK);
  chmodSync(path, 0o755);
  writeFileSync(join(repo.git.dir, "sandbox-rules"), "");
}

/** Makes a push known to the hook's route until it is done. */
export function registerPush(push: Push): { readonly id: string; readonly done: () => void } {
  const id = randomUUID();
  pushes.set(id, push);
  return { id, done: () => pushes.delete(id) };
}

function readHookBody(text: string): { lines: string; env: Record<string, string> } {
  const parsed: unknown = JSON.parse(text);
  const record =
    typeof parsed === "object" && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {};
  const env: Record<string, string> = {};
  if (typeof record["env"] === "object" && record["env"] !== null) {
    for (const [key, value] of Object.entries(record["env"])) if (typeof value === "string") env[key] = value;
  }
  return { lines: String(record["lines"] ?? ""), env };
}

const known = (sha: string | undefined): string | undefined => (sha && !/^0+$/.test(sha) ? sha : undefined);

async function refusals(
  push: Push,
  { lines, env }: { lines: string; env: Record<string, string> },
): Promise<string[]> {
  const found: string[] = [];
  for (const line of lines.split("\n").filter(Boolean)) {
    const [before, after, ref = ""] = line.split(" ");
    const move = { ref, before: known(before), after: known(after), actor: push.actor, env };
    const violations = await checkRefMove(push.world, push.repo, move);
    if (violations.length === 0) continue;
    found.push(`error: GH013: Repository rule violations found for ${ref}.`, "");
    found.push(...violations.map((text) => `- ${text}`), "");
  }
  return found;
}

/** Answers the hook: 200 to go on, 403 with the text that the pusher sees. */
export async function serveHook(
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const push = pushes.get(id);
  const lines = push
    ? await refusals(push, readHookBody(Buffer.concat(chunks).toString()))
    : ["Unknown push."];
  response.statusCode = lines.length > 0 ? 403 : 200;
  response.end(lines.map((line) => `${line}\n`).join(""));
}
