import { setTimeout as sleep } from "node:timers/promises";
import { readHead } from "../../flows/change.ts";
import type { GitHubRegistry } from "../../flows/github-registry.ts";
import type { PublishRequest } from "../../flows/publish.ts";
import { planPublish } from "../../flows/publish.ts";
import { publishThroughPull } from "../../flows/publish-pull.ts";
import { AssayError } from "../../format/error.ts";
import type { PullRequest } from "../../github/pulls.ts";
import { readPull } from "../../github/pulls.ts";
import type { VersionRecord } from "../../registry/files/version.ts";
import { settlePull } from "../settle.ts";
import { startsNoWorkflow } from "../writer.ts";
import type { Outcome } from "./publish.ts";

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Publishes through the pull request in which publishes wait together, and waits until it has landed or the time is
 * over. Where the token's pull requests start no workflow, this also posts their checks and merges them.
 */
export async function publishByPull(
  registry: GitHubRegistry,
  request: PublishRequest,
  waitMs: number,
): Promise<Outcome> {
  const until = Date.now() + waitMs;
  let { publication, pull } = await publishThroughPull(registry, request, new Date());
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const { record, kind: change } = publication;
    if (pull === undefined) return { kind: "landed", record, change, commit: undefined, pull };
    const { commit, reason } = startsNoWorkflow(registry) ? await mergeNow(registry, pull) : WAITS_FOR_CHECK;
    const now = await readProgress(registry, request, record);
    if (now.kind === "landed") return { kind: "landed", record: now.record, change, commit, pull };
    await refuseClosed(registry, pull);
    if (Date.now() + pause > until) return { kind: "proposed", record, change, pull, reason };
    await sleep(pause);
    // Somebody else got the number. The check cannot plan anew what another identity planned.
    if (now.kind === "overtaken")
      ({ publication, pull } = await publishThroughPull(registry, request, new Date()));
  }
}

interface Attempt {
  /** The merge commit; undefined where it was not merged by this. */
  readonly commit: string | undefined;
  readonly reason: string;
}

const WAITS_FOR_CHECK: Attempt = { commit: undefined, reason: "it waits for its check" };

/** Throws `refused` where the check fails for a reason that time will not mend. */
async function mergeNow(registry: GitHubRegistry, { number }: PullRequest): Promise<Attempt> {
  const before = await readPull(registry.client, registry.repository, number);
  if (before?.state !== "open") return { commit: undefined, reason: "it is closed" };
  const { judged, merge } = await settlePull(registry, before);
  switch (merge.kind) {
    case "merged":
      return { commit: merge.commit, reason: "it is merged" };
    case "stale":
      return { commit: undefined, reason: "another publish joined it" };
    case "refused":
    case "left":
      if (judged.decision.compliance === "fail") await refuseUnlessRenewed(registry, before);
      return { commit: undefined, reason: merge.reason };
  }
}

/** A publish whose number somebody else took is planned anew with its check, and its new head is judged next. */
async function refuseUnlessRenewed(registry: GitHubRegistry, before: PullRequest): Promise<void> {
  const after = await readPull(registry.client, registry.repository, before.number);
  if (after?.state !== "open" || after.headSha !== before.headSha) return;
  throw new AssayError("refused", `The check of pull request #${before.number} fails, so it is not merged.`, {
    hint: `Its report says why: ${before.url}`,
  });
}

type Progress =
  | { readonly kind: "landed"; readonly record: VersionRecord }
  | { readonly kind: "overtaken" }
  | { readonly kind: "waiting" };

/** How the default branch stands to what is proposed: it holds all of it, has given its number away, or neither. */
async function readProgress(
  { store }: GitHubRegistry,
  request: PublishRequest,
  proposed: VersionRecord,
): Promise<Progress> {
  const { registry } = await readHead(store);
  const { publication } = await planPublish(store, registry, { ...request, waiting: [], now: new Date() });
  if (publication.kind === "unchanged") return { kind: "landed", record: publication.record };
  const there = await registry.version(proposed.bucket, proposed.version);
  return {
    kind: there === undefined || there.fingerprint === proposed.fingerprint ? "waiting" : "overtaken",
  };
}

async function refuseClosed(
  { client, repository }: GitHubRegistry,
  { number, url }: PullRequest,
): Promise<void> {
  const now = await readPull(client, repository, number);
  if (now?.state !== "closed" || now.merged) return;
  throw new AssayError("refused", `Pull request #${number} was closed without being merged.`, {
    hint: `Ask there why, and publish again: ${url}`,
  });
}
