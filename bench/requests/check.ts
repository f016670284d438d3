import type { GitHubRegistry } from "../../src/flows/github-registry.ts";
import { handlePull } from "../../src/flows/handle-pull.ts";
import { promote } from "../../src/flows/promote.ts";
import { publish } from "../../src/flows/publish.ts";
import { versionName } from "../../src/format/names.ts";
import { createOutputMemory } from "../../src/github/output-memory.ts";
import { createTeamCache } from "../../src/github/teams.ts";
import { openGitHubStore } from "../../src/store/github/store.ts";
import type { GeneratedRegistry } from "../registry/generate.ts";
import { AFTERWARDS } from "../registry/history.ts";
import type { Bucket } from "../registry/shape.ts";
import { bucketsOf } from "../registry/shape.ts";
import type { RequestCount } from "./count.ts";
import { countRequests } from "./count.ts";
import { submissionOf } from "./submission.ts";
import type { World } from "./world.ts";
import { REPOSITORY, withWorld } from "./world.ts";

/** What the checks of one promotion to a restricted channel cost, one after the other in one process. */
export interface CheckCounts {
  /** The first check of a process that has read nothing. */
  readonly cold: RequestCount;
  /** Nothing has changed. */
  readonly again: RequestCount;
  /** Somebody approved, and a second approval is still missing. */
  readonly reviewed: RequestCount;
  /** The members of the team have to be asked for again. */
  readonly minuteLater: RequestCount;
  /** Another bucket published, so the default branch is another commit. */
  readonly baseMoved: RequestCount;
  /** The promoted bucket itself published. */
  readonly bucketMoved: RequestCount;
  /** A promotion of another bucket, whose files nobody has read yet. */
  readonly otherPull: RequestCount;
}

/** Counts the requests of checks on a registry; the channel has `after`, `soak`, a team and two approvals. */
export async function countChecks(registry: GeneratedRegistry): Promise<CheckCounts> {
  const buckets = bucketsOf(registry.shape).toReversed();
  const [promoted, other] = buckets;
  if (promoted === undefined || other === undefined) throw new RangeError("the registry has no two buckets");
  return await withWorld(registry, async (world) => {
    let minutes = 0;
    const app = openApp(world, () => minutes * 60_000);
    const pull = await propose(world, promoted);
    const check = (number = pull): Promise<RequestCount> => countCheck(world, app, number);
    const cold = await check();
    const again = await check();
    await world
      .as("carol")
      .rest.pulls.createReview({ ...REPOSITORY, pull_number: pull.number, event: "APPROVE" });
    const reviewed = await check();
    minutes += 2;
    const minuteLater = await check();
    await publishTo(world, other);
    const baseMoved = await check();
    await publishTo(world, promoted);
    const bucketMoved = await check();
    const otherPull = await check(await propose(world, other));
    return { cold, again, reviewed, minuteLater, baseMoved, bucketMoved, otherPull };
  });
}

interface ProposedPull {
  readonly number: number;
  readonly headSha: string;
}

function openApp({ app }: World, clock: () => number): GitHubRegistry {
  const client = app.open();
  return {
    client,
    repository: REPOSITORY,
    store: openGitHubStore(client, REPOSITORY),
    identity: { login: app.login, appId: app.id },
    outputs: createOutputMemory(),
    teams: createTeamCache(clock),
  };
}

/** Opens the promotion to `stable` of the newest version that the generator made. */
async function propose(world: World, { name: bucket, versions }: Bucket): Promise<ProposedPull> {
  const alice = world.as("alice");
  const source = { bucket, version: versionName(versions) };
  const { branch } = await promote(
    openGitHubStore(alice, REPOSITORY),
    { source, channel: "stable", requestedBy: "alice" },
    AFTERWARDS,
  );
  const { data } = await alice.rest.pulls.create({
    ...REPOSITORY,
    head: branch,
    base: "main",
    title: branch,
  });
  return { number: data.number, headSha: data.head.sha };
}

async function publishTo(world: World, bucket: Bucket): Promise<void> {
  const request = {
    submission: submissionOf(bucket, "another run"),
    parents: [],
    missingBucket: "refuse",
  } as const;
  await publish(openGitHubStore(world.as("builder"), REPOSITORY), request, AFTERWARDS);
}

/** One check; throws unless it waits for approvals, because then it would be another case than the one that is named. */
async function countCheck({ box }: World, app: GitHubRegistry, pull: ProposedPull): Promise<RequestCount> {
  return await countRequests(box, async () => {
    const { judged } = await handlePull(app, pull, AFTERWARDS);
    const { compliance, approval } = judged.decision;
    if (compliance === "pass" && approval.verdict === "pending") return;
    throw new Error(`The promotion to be counted is ${compliance} and ${approval.verdict}.`);
  });
}
