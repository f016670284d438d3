import { presentOrg, presentUser } from "./present/accounts.ts";
import { presentApp, presentInstallation } from "./present/apps.ts";
import { presentRepo } from "./present/repos.ts";
import type { Account, App, Installation, Json, Repo } from "./state.ts";
import { nodeId, type World } from "./world.ts";

/** What happened in a repository. */
export interface RepoEvent {
  readonly event: string;
  readonly action?: string;
  readonly sender: Account;
  readonly payload: Json;
  /** Only this App is told, whether it subscribed or not. */
  readonly only?: App;
}

/** Tells every App that is installed on a repository and subscribed. */
export function emitRepoEvent(world: World, repo: Repo, what: RepoEvent): void {
  for (const installation of world.installationsOn(repo)) {
    const { app } = installation;
    if (what.only ? what.only.id !== app.id : !app.events.includes(what.event)) continue;
    const org = world.orgs.get(repo.owner.login.toLowerCase());
    world.webhooks.emit({
      app,
      event: what.event,
      action: what.action ?? null,
      installationId: installation.id,
      repositoryId: repo.id,
      payload: {
        ...(what.action ? { action: what.action } : {}),
        ...what.payload,
        repository: presentRepo(world, repo),
        ...(org ? { organization: presentOrg(world, org.account) } : {}),
        sender: presentUser(world, what.sender),
        installation: { id: installation.id, node_id: nodeId("I", installation.id) },
      },
    });
  }
}

/** Tells every App that is installed on an organization and subscribed. */
export function emitOrgEvent(world: World, org: Account, what: Omit<RepoEvent, "only">): void {
  for (const installation of world.installations.values()) {
    const { app } = installation;
    if (installation.account.id !== org.id || !app.events.includes(what.event)) continue;
    world.webhooks.emit({
      app,
      event: what.event,
      action: what.action ?? null,
      installationId: installation.id,
      repositoryId: null,
      payload: {
        ...(what.action ? { action: what.action } : {}),
        ...what.payload,
        organization: presentOrg(world, org),
        sender: presentUser(world, what.sender),
        installation: { id: installation.id, node_id: nodeId("I", installation.id) },
      },
    });
  }
}

/** Tells an App about its own installation, which it need not subscribe to. */
export function emitInstallation(
  world: World,
  installation: Installation,
  what: Omit<RepoEvent, "only">,
): void {
  world.webhooks.emit({
    app: installation.app,
    event: what.event,
    action: what.action ?? null,
    installationId: installation.id,
    repositoryId: null,
    payload: {
      ...(what.action ? { action: what.action } : {}),
      installation: { ...presentInstallation(world, installation), app: presentApp(world, installation.app) },
      ...what.payload,
      sender: presentUser(world, what.sender),
    },
  });
}
