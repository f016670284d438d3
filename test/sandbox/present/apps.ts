import type { App, Installation, Json } from "../state.ts";
import { nodeId, type World } from "../world.ts";
import type { Delivery } from "../webhooks.ts";
import { presentUser } from "./accounts.ts";

/** GitHub's `integration`. */
export function presentApp(world: World, app: App): Json {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("A", app.id),
    client_id: app.clientId,
    owner: presentUser(world, app.owner),
    name: app.slug,
    description: null,
    external_url: `${world.url}/apps/${app.slug}`,
    html_url: `${world.url}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

/** GitHub's `installation`. */
export function presentInstallation(world: World, installation: Installation): Json {
  const { id, app, account } = installation;
  return {
    id,
    account: presentUser(world, account),
    repository_selection: installation.repos ? "selected" : "all",
    access_tokens_url: `${world.url}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.url}/organizations/${account.login}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: app.clientId,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}

/** GitHub's `hook-delivery-item`. */
export function presentDelivery(delivery: Delivery): Json {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** GitHub's `hook-delivery`. */
export function presentFullDelivery(delivery: Delivery): Json {
  return {
    ...presentDelivery(delivery),
    url: "",
    request: { headers: delivery.requestHeaders, payload: delivery.payload },
    response: { headers: {}, payload: delivery.responseBody },
  };
}
