import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, verify } from "node:crypto";
import { z } from "zod";
import { notFound, Problem } from "./problem.ts";
import type { Need } from "./router.ts";
import type { Actor, App, Installation, Permissions, Repo } from "./state.ts";
import { roleIncludes, type World } from "./world.ts";

const keys: { pem?: string; public?: KeyObject } = {};

/** The private key of every App, PEM; made once, since making one is slow. */
export function appPrivateKey(): string {
  if (keys.pem === undefined) {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    keys.pem = pair.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
    keys.public = createPublicKey(pair.publicKey.export({ type: "spki", format: "pem" }));
  }
  return keys.pem;
}

const claimsSchema = z.object({
  iat: z.number().optional(),
  exp: z.number(),
  iss: z.union([z.string(), z.number()]),
});

function decodeJson(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    return undefined;
  }
}

function readAppToken(world: World, token: string): Actor {
  const [head = "", claims = "", signature = ""] = token.split(".");
  const parsed = claimsSchema.safeParse(decodeJson(claims));
  const signed =
    keys.public !== undefined &&
    verify("RSA-SHA256", Buffer.from(`${head}.${claims}`), keys.public, Buffer.from(signature, "base64url"));
  if (!parsed.success || !signed) throw new Problem(401, "A JSON web token could not be decoded");
  const { exp, iss } = parsed.data;
  const seconds = Date.now() / 1000;
  if (exp <= seconds) {
    throw new Problem(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > seconds + 660) throw new Problem(401, "'Expiration time' claim ('exp') is too far in the future");
  const app = [...world.apps.values()].find(
    ({ id, clientId }) => String(id) === String(iss) || clientId === iss,
  );
  if (!app) throw new Problem(404, "Integration not found");
  return { kind: "app", app };
}

/** Who a token belongs to; throws 401 for an unknown or expired one. */
export function readToken(world: World, token: string): Actor {
  if (token.split(".").length === 3) return readAppToken(world, token);
  const known = world.tokens.get(token);
  if (known && known.expiresAt > Date.now()) return known;
  const user = [...world.accounts.values()].find((account) => account.token === token);
  if (!user) throw new Problem(401, "Bad credentials");
  return { kind: "user", user };
}

/** Who makes a request, by its `Authorization` header: token, bearer or, for git, basic. */
export function readActor(world: World, header: string | undefined): Actor {
  if (!header) return { kind: "anonymous" };
  const [scheme = "", value = ""] = header.split(" ");
  if (scheme.toLowerCase() !== "basic") return readToken(world, value);
  const [user = "", ...password] = Buffer.from(value, "base64").toString().split(":");
  return readToken(world, password.join(":") || user);
}

/** Makes an installation token, valid for an hour of real time. */
export function makeInstallationToken(
  world: World,
  grant: { installation: Installation; permissions: Permissions; repos: ReadonlySet<string> | undefined },
): { token: string; expiresAt: Date } {
  const token = `ghs_${randomBytes(18).toString("hex")}`;
  const expiresAt = Date.now() + 3_600_000;
  const { app } = grant.installation;
  world.tokens.set(token, { kind: "installation", app, user: app.bot, ...grant, expiresAt });
  return { token, expiresAt: new Date(expiresAt) };
}

const LEVELS = ["read", "write", "admin"];

/** Whether permissions include one at a level; everyone may read metadata. */
export function grants(permissions: Permissions, need: Need): boolean {
  if (need.permission === "metadata" && need.level === "read") return true;
  return [need.permission, need.or ?? need.permission].some((name) => {
    const held = permissions[name];
    return held !== undefined && LEVELS.indexOf(held) >= LEVELS.indexOf(need.level);
  });
}

function reaches(actor: Extract<Actor, { kind: "installation" }>, repo: Repo): boolean {
  const name = repo.fullName.toLowerCase();
  const { installation, repos } = actor;
  if (repos) return repos.has(name);
  return installation.account.id === repo.owner.id && (!installation.repos || installation.repos.has(name));
}

/** Throws GitHub's refusal unless the actor may do what a route needs in a repository. */
export function requireAccess(world: World, repo: Repo, { actor, need }: { actor: Actor; need: Need }): void {
  const publicRead = !repo.private && need.level === "read";
  switch (actor.kind) {
    case "anonymous":
      if (repo.private) throw notFound();
      if (!publicRead) throw new Problem(401, "Requires authentication");
      return;
    case "app":
      if (repo.private && !world.installationsOn(repo).some(({ app }) => app.id === actor.app.id))
        throw notFound();
      throw new Problem(401, "Bad credentials");
    case "installation":
      if (!reaches(actor, repo)) {
        if (publicRead) return;
        throw repo.private ? notFound() : new Problem(403, "Resource not accessible by integration");
      }
      if (!grants(actor.permissions, need)) throw new Problem(403, "Resource not accessible by integration");
      return;
    case "user": {
      const held = world.roleOf(repo, actor.user);
      if (!held) throw notFound();
      if (!roleIncludes(held, need.role ?? need.level)) {
        throw new Problem(403, "Resource not accessible by personal access token");
      }
    }
  }
}

/** The App that a request comes from, or a 403 in GitHub's words. */
export function requireApp(actor: Actor): App {
  if (actor.kind === "app" || actor.kind === "installation") return actor.app;
  throw new Problem(403, "You must authenticate via a GitHub App.");
}
