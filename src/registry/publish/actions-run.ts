import type { Publisher } from "../files/version.ts";

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the process runs in a GitHub Actions job. */
export function isActionsRun(env: Environment): boolean {
  return env["GITHUB_ACTIONS"] === "true";
}

/** The fingerprint that all jobs and attempts of one workflow run share; undefined outside GitHub Actions. */
export function actionsFingerprint(env: Environment): string | undefined {
  const runId = env["GITHUB_RUN_ID"];
  return isActionsRun(env) && runId !== undefined && /^\d+$/.test(runId) ? `gha-${runId}` : undefined;
}

/**
 * What a run says about itself, which is a claim and not proof: `verified` is false.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function actionsPublisher(env: Environment): Publisher {
  if (!isActionsRun(env)) return { verified: false };
  return {
    verified: false,
    ...text("repository", env["GITHUB_REPOSITORY"]),
    ...text("workflow", workflowPath(env["GITHUB_WORKFLOW_REF"])),
    ...text("ref", env["GITHUB_REF"]),
    ...text("sha", env["GITHUB_SHA"]),
    ...count("runId", env["GITHUB_RUN_ID"]),
    ...count("runAttempt", env["GITHUB_RUN_ATTEMPT"]),
    ...text("actor", env["GITHUB_ACTOR"]),
  };
}

/** What a workflow's own token acts as: https://docs.github.com/en/actions/concepts/security/github_token */
export const ACTIONS_LOGIN = "github-actions[bot]";

/** The person who started the run; a person who asks for a change does not approve it. Nobody where a machine did. */
export function requesterOf(env: Environment): string | undefined {
  const actor = isActionsRun(env) ? (env["GITHUB_ACTOR"] ?? "") : "";
  return actor === "" || actor.endsWith("[bot]") || env["GITHUB_EVENT_NAME"] === "schedule"
    ? undefined
    : actor;
}

/** The metadata that a build made in this run carries. */
export function actionsMetadata(env: Environment): Record<string, Record<string, string>> {
  if (!isActionsRun(env)) return {};
  const server = env["GITHUB_SERVER_URL"] ?? "https://github.com";
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  return {
    cicd: {
      type: "github-actions",
      ...text("job", env["GITHUB_JOB"]),
      ...text("event", env["GITHUB_EVENT_NAME"]),
      ...text("runner", env["RUNNER_OS"]),
      url: `${server}/${repository}/actions/runs/${env["GITHUB_RUN_ID"] ?? ""}`,
    },
    vcs: { type: "git", ...text("ref", env["GITHUB_REF"]), ...text("commit", env["GITHUB_SHA"]) },
  };
}

/** `owner/repo/.github/workflows/build.yml@refs/heads/main` → `.github/workflows/build.yml`. */
function workflowPath(workflowRef: string | undefined): string | undefined {
  return workflowRef?.split("@")[0]?.split("/").slice(2).join("/");
}

function text<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  const entry: Partial<Record<K, string>> = {};
  if (value !== undefined && value !== "") entry[key] = value;
  return entry;
}

function count<K extends string>(key: K, value: string | undefined): Partial<Record<K, number>> {
  const entry: Partial<Record<K, number>> = {};
  if (value !== undefined && /^\d{1,15}$/.test(value)) entry[key] = Number(value);
  return entry;
}
