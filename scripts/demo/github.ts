import type { World } from "./world.ts";
import { REGISTRY } from "./world.ts";

/** A pull request as the story needs it. */
export interface Pull {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly merged: boolean;
  readonly author: string;
  readonly headSha: string;
}

/** All pull requests of the registry, oldest first. */
export async function listPulls(world: World): Promise<Pull[]> {
  const { data } = await world
    .as("ana")
    .rest.pulls.list({ ...REGISTRY, state: "all", per_page: 100, direction: "asc" });
  return data.map((pull) => ({
    number: pull.number,
    title: pull.title,
    state: pull.state,
    merged: pull.merged_at !== null,
    author: pull.user?.login ?? "",
    headSha: pull.head.sha,
  }));
}

/** The newest pull request whose title matches; there must be one. */
export async function findPull(world: World, title: RegExp): Promise<Pull> {
  const pull = (await listPulls(world)).findLast((one) => title.test(one.title));
  if (pull === undefined) throw new Error(`No pull request is titled ${title.source}.`);
  return pull;
}

/** What the newest check run of each name says of a commit: `assay/compliance` → `success`. */
export async function readChecks(world: World, sha: string): Promise<Map<string, string>> {
  const { data } = await world
    .as("ana")
    .rest.checks.listForRef({ ...REGISTRY, ref: sha, filter: "latest", per_page: 100 });
  return new Map(data.check_runs.map((run) => [run.name, run.conclusion ?? run.status]));
}

/** The report as the approver sees it: Assay's comment on a pull request. */
export async function readReport(world: World, number: number): Promise<string> {
  const { data } = await world.as("rob").rest.issues.listComments({ ...REGISTRY, issue_number: number });
  const comment = data.findLast((one) => one.user?.login === "assay[bot]");
  if (comment?.body === undefined) throw new Error(`Assay has not commented on pull request ${number}.`);
  return comment.body.replace(/^<!--.*?-->\n?/s, "");
}

/** Approves in GitHub, as somebody. */
export async function approve(world: World, login: string, number: number): Promise<void> {
  await world.as(login).rest.pulls.createReview({ ...REGISTRY, pull_number: number, event: "APPROVE" });
  await world.settle();
}

/** Opens a pull request with one file changed, as somebody. */
export async function proposeFile(
  world: World,
  login: string,
  change: {
    readonly branch: string;
    readonly title: string;
    readonly files: Readonly<Record<string, string>>;
  },
): Promise<Pull> {
  const client = world.as(login);
  const { data: main } = await client.rest.git.getRef({ ...REGISTRY, ref: "heads/main" });
  await client.rest.git.createRef({ ...REGISTRY, ref: `refs/heads/${change.branch}`, sha: main.object.sha });
  for (const [path, text] of Object.entries(change.files)) {
    const sha = await shaOf(world, path);
    await client.rest.repos.createOrUpdateFileContents({
      ...REGISTRY,
      path,
      message: change.title,
      branch: change.branch,
      content: Buffer.from(text).toString("base64"),
      ...(sha === undefined ? {} : { sha }),
    });
  }
  await client.rest.pulls.create({ ...REGISTRY, head: change.branch, base: "main", title: change.title });
  await world.settle();
  return findPull(world, new RegExp(`^${RegExp.escape(change.title)}$`));
}

/** Merges as somebody does with GitHub's button; GitHub's own rules decide. */
export async function pressMerge(world: World, login: string, number: number): Promise<"merged" | "refused"> {
  try {
    await world.as(login).rest.pulls.merge({ ...REGISTRY, pull_number: number, merge_method: "squash" });
    await world.settle();
    return "merged";
  } catch (error) {
    if (error instanceof Error && "status" in error && error.status === 405) return "refused";
    throw error;
  }
}

async function shaOf(world: World, path: string): Promise<string | undefined> {
  try {
    const { data } = await world.as("ana").rest.repos.getContent({ ...REGISTRY, path });
    return "sha" in data ? data.sha : undefined;
  } catch {
    return undefined;
  }
}
