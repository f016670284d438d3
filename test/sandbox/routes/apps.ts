import { z } from "zod";
import { grants, makeInstallationToken } from "../auth.ts";
import { budgetName, type Limits } from "../limits.ts";
import { presentApp, presentDelivery, presentFullDelivery, presentInstallation } from "../present/apps.ts";
import { presentRepo } from "../present/repos.ts";
import { notFound, Problem } from "../problem.ts";
import {
  type Context,
  created,
  numberParam,
  ok,
  pageCounted,
  pageList,
  paged,
  pageOf,
  param,
  readBody,
  type Reply,
  route,
  type Route,
} from "../router.ts";
import type { App, Installation, Repo } from "../state.ts";
import type { Delivery } from "../webhooks.ts";
import type { World } from "../world.ts";

function appOf(context: Context): App {
  if (context.actor.kind !== "app") throw new Problem(401, "A JSON web token could not be decoded");
  return context.actor.app;
}

function installationOf(context: Context): Installation {
  const app = appOf(context);
  const found = context.world.installations.get(numberParam(context, "installation_id"));
  if (found?.app.id !== app.id) throw notFound();
  return found;
}

function installedOn(context: Context, account: string): Reply {
  const app = appOf(context);
  const found = [...context.world.installations.values()].find(
    (one) => one.app.id === app.id && one.account.login.toLowerCase() === account.toLowerCase(),
  );
  if (!found) throw notFound();
  return ok(presentInstallation(context.world, found));
}

function repoInstallation(context: Context): Reply {
  const { world } = context;
  const app = appOf(context);
  const repo = world.repo(`${param(context, "owner")}/${param(context, "repo")}`);
  const found = world.installationsOn(repo).find((one) => one.app.id === app.id);
  if (!found) throw notFound();
  return ok(presentInstallation(world, found));
}

const tokenSchema = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.string()).optional(),
});

function reposOf(world: World, installation: Installation): Repo[] {
  return [...world.repos.values()].filter((repo) => world.installationsOn(repo).includes(installation));
}

function createToken(context: Context): Reply {
  const { world } = context;
  const installation = installationOf(context);
  const request = readBody(context, tokenSchema);
  const held = installation.app.permissions;
  for (const [permission, level] of Object.entries(request.permissions ?? {})) {
    if (
      !grants(held, { permission, level: level === "read" ? "read" : level === "write" ? "write" : "admin" })
    ) {
      throw new Problem(422, "The permissions requested are not granted to this installation.");
    }
  }
  const names = request.repositories?.map((name) => name.toLowerCase());
  const narrowed = names !== undefined || request.repository_ids !== undefined;
  const chosen = reposOf(world, installation).filter(
    (repo) => names?.includes(repo.name.toLowerCase()) || request.repository_ids?.includes(repo.id),
  );
  if (narrowed && chosen.length < (names?.length ?? 0) + (request.repository_ids?.length ?? 0)) {
    throw new Problem(
      422,
      "There is at least one repository that does not exist or is not accessible to the parent installation.",
    );
  }
  const permissions = request.permissions ?? held;
  const repos = narrowed ? new Set(chosen.map((repo) => repo.fullName.toLowerCase())) : undefined;
  const { token, expiresAt } = makeInstallationToken(world, { installation, permissions, repos });
  return created({
    token,
    expires_at: expiresAt,
    permissions: { ...permissions, metadata: "read" },
    repository_selection: installation.repos || narrowed ? "selected" : "all",
    ...(narrowed ? { repositories: chosen.map((repo) => presentRepo(world, repo)) } : {}),
  });
}

function listRepos(context: Context): Promise<Reply> {
  const { world, actor } = context;
  if (actor.kind !== "installation")
    throw new Problem(
      403,
      "You must authenticate with an installation access token in order to list repositories for an installation.",
    );
  const { repos } = actor;
  const items = reposOf(world, actor.installation).filter(
    (repo) => !repos || repos.has(repo.fullName.toLowerCase()),
  );
  return pageCounted(context, { key: "repositories", items }, (repo) => presentRepo(world, repo));
}

function deliveriesOf(context: Context): Delivery[] {
  const app = appOf(context);
  return context.world.webhooks.log.filter((delivery) => delivery.appId === app.id);
}

function deliveryOf(context: Context): Delivery {
  const found = deliveriesOf(context).find(({ id }) => id === numberParam(context, "delivery_id"));
  if (!found) throw notFound();
  return found;
}

// Deliveries are paged by cursor, not by number: the cursor is the id of the last one shown.
function listDeliveries(context: Context): Reply {
  const { perPage } = pageOf(context);
  const cursor = Number(context.query.get("cursor") ?? Number.POSITIVE_INFINITY);
  const older = deliveriesOf(context)
    .filter(({ id }) => id < cursor)
    .toSorted((a, b) => b.id - a.id);
  const shown = older.slice(0, perPage);
  const body = shown.map(presentDelivery);
  const last = shown.at(-1);
  if (older.length <= perPage || !last) return ok(body);
  const url = new URL(context.world.url + context.path);
  url.searchParams.set("cursor", String(last.id));
  return { ...paged(context, body, { hasNext: false }), headers: { link: `<${url.href}>; rel="next"` } };
}

function redeliver(context: Context): Reply {
  const app = appOf(context);
  context.world.webhooks.redeliver(deliveryOf(context).id, app);
  return { status: 202, body: {} };
}

/** Apps, installations and their deliveries. https://docs.github.com/en/rest/apps */
export function appRoutes(limits: Limits): readonly Route[] {
  return [
    route("GET /app", (context) => ok(presentApp(context.world, appOf(context)))),
    route("GET /apps/{app_slug}", (context) => {
      const app = context.world.apps.get(param(context, "app_slug"));
      if (!app) throw notFound();
      return ok(presentApp(context.world, app));
    }),
    route("GET /app/installations", (context) => {
      const app = appOf(context);
      const items = [...context.world.installations.values()].filter((one) => one.app.id === app.id);
      return pageList(context, items, (one) => presentInstallation(context.world, one));
    }),
    route("GET /app/installations/{installation_id}", (context) =>
      ok(presentInstallation(context.world, installationOf(context))),
    ),
    route("POST /app/installations/{installation_id}/access_tokens", createToken),
    route("GET /repos/{owner}/{repo}/installation", repoInstallation),
    route("GET /orgs/{org}/installation", (context) => installedOn(context, param(context, "org"))),
    route("GET /users/{username}/installation", (context) =>
      installedOn(context, param(context, "username")),
    ),
    route("GET /installation/repositories", listRepos),
    route("GET /app/hook/deliveries", listDeliveries),
    route("GET /app/hook/deliveries/{delivery_id}", (context) =>
      ok(presentFullDelivery(deliveryOf(context))),
    ),
    route("POST /app/hook/deliveries/{delivery_id}/attempts", redeliver),
    route("GET /rate_limit", ({ actor }) => {
      const core = limits.view(budgetName(actor));
      const other = { limit: 30, remaining: 30, used: 0, reset: core.reset };
      return ok({ resources: { core, search: other, graphql: other }, rate: core });
    }),
  ];
}
