import type { Client } from "../../src/github/client.ts";
import { REPO } from "./fixture.ts";

/** The newest checks of a commit by name: conclusion, title and text. */
export interface Check {
  readonly conclusion: string | null;
  readonly title: string;
  readonly summary: string;
  readonly annotations: number;
  readonly id: number;
}

/** Reads the checks that stand on a commit. */
export async function readChecks(client: Client, ref: string): Promise<Record<string, Check>> {
  const { data } = await client.rest.checks.listForRef({ ...REPO, ref });
  return Object.fromEntries(
    data.check_runs.map(({ name, conclusion, output, id }) => [
      name,
      {
        conclusion,
        title: output.title ?? "",
        summary: output.summary ?? "",
        annotations: output.annotations_count,
        id,
      },
    ]),
  );
}

/** The conclusions of both checks of a pull request's head. */
export async function verdictsOf(
  client: Client,
  number: number,
): Promise<{ compliance: string | null | undefined; approval: string | null | undefined }> {
  const { data: pull } = await client.rest.pulls.get({ ...REPO, pull_number: number });
  const checks = await readChecks(client, pull.head.sha);
  return {
    compliance: checks["assay/compliance"]?.conclusion,
    approval: checks["assay/approval"]?.conclusion,
  };
}

/** A file on a branch; undefined when there is none. */
export async function readFile(client: Client, path: string, ref = "main"): Promise<string | undefined> {
  try {
    const { data } = await client.rest.repos.getContent({ ...REPO, path, ref });
    return "content" in data ? Buffer.from(data.content, "base64").toString() : undefined;
  } catch {
    return undefined;
  }
}

/** A change to commit; null deletes a file. */
export interface CommitRequest {
  readonly files: Readonly<Record<string, string | null>>;
  readonly repo?: { readonly owner: string; readonly repo: string };
  readonly message?: string;
}

/** Commits files on a branch, which is made from `main` where it is missing. */
export async function commit(client: Client, branch: string, request: CommitRequest): Promise<string> {
  const { files, repo = REPO, message = "change" } = request;
  const { data: refs } = await client.rest.git.listMatchingRefs({ ...repo, ref: `heads/${branch}` });
  const known = refs.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha;
  const parent = known ?? (await client.rest.git.getRef({ ...repo, ref: "heads/main" })).data.object.sha;
  const { data: base } = await client.rest.git.getCommit({ ...repo, commit_sha: parent });
  const tree = Object.entries(files).map(([path, content]) => ({
    path,
    mode: "100644" as const,
    type: "blob" as const,
    ...(content === null ? { sha: null } : { content }),
  }));
  const { data: made } = await client.rest.git.createTree({ ...repo, base_tree: base.tree.sha, tree });
  const { data } = await client.rest.git.createCommit({
    ...repo,
    message,
    tree: made.sha,
    parents: [parent],
  });
  if (known === undefined)
    await client.rest.git.createRef({ ...repo, ref: `refs/heads/${branch}`, sha: data.sha });
  else await client.rest.git.updateRef({ ...repo, ref: `heads/${branch}`, sha: data.sha });
  return data.sha;
}

/** Opens a pull request with one commit on a new branch, and answers its number. */
export async function propose(
  client: Client,
  branch: string,
  files: CommitRequest["files"],
): Promise<number> {
  await commit(client, branch, { files });
  const { data } = await client.rest.pulls.create({ ...REPO, head: branch, base: "main", title: branch });
  return data.number;
}

/** Approves the head of a pull request as it is. */
export async function approve(client: Client, number: number): Promise<void> {
  await client.rest.pulls.createReview({ ...REPO, pull_number: number, event: "APPROVE" });
}

/** A pull request as GitHub has it. */
export async function readPull(client: Client, number: number) {
  return (await client.rest.pulls.get({ ...REPO, pull_number: number })).data;
}

/** The numbers of the open pull requests. */
export async function openNumbers(client: Client): Promise<number[]> {
  const { data } = await client.rest.pulls.list({ ...REPO, state: "open" });
  return data.map(({ number }) => number).toSorted((a, b) => a - b);
}
