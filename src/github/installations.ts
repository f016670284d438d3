import type { ClientLike, RepositoryName } from "./client.ts";
import { asked, askedOrAbsent } from "./request-error.ts";

/** Where an App is installed, and what it may do there. */
export interface Installation {
  readonly id: number;
  /** The user or organisation. */
  readonly account: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly suspended: boolean;
}

/** The App that a client signs as. */
export interface AppIdentity {
  readonly id: number;
  readonly slug: string;
  /** The account that its comments and commits bear: `slug[bot]`. */
  readonly login: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
}

/** The App's installation that covers a repository; undefined when there is none. Needs an App's own client. */
export async function findInstallation(
  client: ClientLike,
  repository: RepositoryName,
): Promise<Installation | undefined> {
  const answer = await askedOrAbsent(client.rest.apps.getRepoInstallation({ ...repository }));
  return answer === undefined ? undefined : parseInstallation(answer.data);
}

/** All installations of the App. Needs an App's own client. */
export async function listInstallations(client: ClientLike): Promise<readonly Installation[]> {
  const installations = await asked(client.paginate(client.rest.apps.listInstallations, { per_page: 100 }));
  return installations.map(parseInstallation);
}

/** The repositories that an installation covers. Needs the installation's client. */
export async function listInstallationRepositories(client: ClientLike): Promise<readonly RepositoryName[]> {
  const repositories = await asked(
    client.paginate(client.rest.apps.listReposAccessibleToInstallation, { per_page: 100 }),
  );
  return repositories.map(({ owner, name }) => ({ owner: owner.login, repo: name }));
}

/** Who the App is. Needs an App's own client. https://docs.github.com/en/rest/apps/apps#get-the-authenticated-app */
export async function readApp(client: ClientLike): Promise<AppIdentity> {
  const { data } = await asked(client.rest.apps.getAuthenticated());
  if (data === null) throw new TypeError("GitHub names no App for an App's own client");
  const slug = data.slug ?? "";
  return {
    id: data.id,
    slug,
    login: `${slug}[bot]`,
    permissions: stringsOf(data.permissions),
    events: data.events,
  };
}

interface InstallationAnswer {
  readonly id: number;
  readonly account: { readonly login?: string; readonly slug?: string } | null;
  readonly permissions: object;
  readonly suspended_at: string | null;
}

function parseInstallation({
  id,
  account,
  permissions,
  suspended_at: suspendedAt,
}: InstallationAnswer): Installation {
  return {
    id,
    account: account?.login ?? account?.slug ?? "",
    permissions: stringsOf(permissions),
    suspended: suspendedAt !== null,
  };
}

function stringsOf(permissions: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(permissions).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
