import type { ClientLike, RepositoryName } from "./client.ts";
import type { RememberedOutput } from "./output-memory.ts";
import { digestOf } from "./output-memory.ts";
import { asked } from "./request-error.ts";

/** Which run is looked for. */
export interface CheckSearch {
  readonly headSha: string;
  readonly name: string;
  readonly appId: number | undefined;
}

/**
 * The newest run of that name, with the digest that its text has. Annotations are not read, so a run with any is unlike
 * all. https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference
 */
export async function findRun(
  client: ClientLike,
  repository: RepositoryName,
  { headSha, name, appId }: CheckSearch,
): Promise<RememberedOutput | undefined> {
  const { data } = await asked(
    client.rest.checks.listForRef({
      ...repository,
      ref: headSha,
      check_name: name,
      filter: "latest",
      ...(appId === undefined ? {} : { app_id: appId }),
      per_page: 100,
    }),
  );
  const run = data.check_runs
    .filter((found) => found.name === name && (appId === undefined || found.app?.id === appId))
    .reduce<(typeof data.check_runs)[number] | undefined>(
      (newest, next) => (newest === undefined || next.id > newest.id ? next : newest),
      undefined,
    );
  if (run === undefined) return undefined;
  const said = {
    name: run.name,
    head_sha: run.head_sha,
    external_id: run.external_id ?? "",
    state: run.status === "completed" ? run.conclusion : run.status,
    output: {
      title: run.output.title ?? "",
      summary: run.output.summary ?? "",
      text: run.output.text ?? "",
    },
    annotations: [],
  };
  const annotated = run.output.annotations_count > 0;
  return {
    id: run.id,
    digest: annotated ? "" : digestOf(said),
    check: { annotations: annotated ? "unread" : "", completed: run.status === "completed" },
  };
}
