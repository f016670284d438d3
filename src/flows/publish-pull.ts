import { AssayError } from "../format/error.ts";
import { compareVersions } from "../format/names.ts";
import type { PullRequest } from "../github/pulls.ts";
import { openPull } from "../github/pulls.ts";
import type { VersionRecord } from "../registry/files/version.ts";
import { parseVersion } from "../registry/parse.ts";
import { classifyPath } from "../registry/paths.ts";
import type { Publication } from "../registry/publish/plan.ts";
import { PUBLISH_BRANCH } from "../registry/trailers.ts";
import type { Landed, Planned } from "../store/optimistic.ts";
import { writeOptimistically } from "../store/optimistic.ts";
import type { ObjectId, Store } from "../store/store.ts";
import type { Head } from "./change.ts";
import { readHead } from "./change.ts";
import type { GitHubRegistry } from "./github-registry.ts";
import type { PublishRequest } from "./publish.ts";
import { planPublish, publishMessage, recordEdit } from "./publish.ts";
import { replanWaiting } from "./replan-waiting.ts";

/** A publish that waits in a pull request; its number may still change if somebody else lands first. */
export interface ProposedPublish {
  readonly publication: Publication;
  /** Undefined where the default branch already holds all of it. */
  readonly pull: PullRequest | undefined;
}

/**
 * Publishes through a pull request, for a default branch that is protected. Publishes that wait at the same time share
 * one branch and one pull request, which is planned anew on the default branch with every addition.
 */
export async function publishThroughPull(
  registry: GitHubRegistry,
  request: PublishRequest,
  now: Date,
): Promise<ProposedPublish> {
  const { store } = registry;
  const landed = await writeOptimistically(store, async (): Promise<Planned<Publication>> => {
    const head = await readHead(store);
    const waiting = await readWaiting(store, head, now);
    const { publication, edits } = await planPublish(store, head.registry, {
      ...request,
      waiting: waiting.records,
      now,
    });
    if (edits.length === 0 && waiting.records.length === 0) return { kind: "done", result: publication };
    const records = edits.length === 0 ? waiting.records : withRecord(waiting.records, publication.record);
    const others = edits.filter((edit) => classifyPath(edit.path).kind !== "version");
    const write = {
      branch: PUBLISH_BRANCH,
      base: head.commit,
      tip: waiting.tip,
      edits: [...others, ...records.map(recordEdit)],
      message: publishMessage(records),
    };
    return { kind: "write", result: publication, write };
  });
  if (commitOf(landed, store) === undefined) return { publication: landed.result, pull: undefined };
  return { publication: landed.result, pull: await openPublishPull(registry) };
}

/** Plans the publishes that wait on the default branch as it is now, with new numbers where theirs are taken. */
export async function renewPublishes(registry: GitHubRegistry, now: Date): Promise<void> {
  const { store } = registry;
  const landed = await writeOptimistically(store, async (): Promise<Planned<undefined>> => {
    const head = await readHead(store);
    const { records, tip } = await readWaiting(store, head, now);
    if (records.length === 0) return { kind: "done", result: undefined };
    const write = {
      branch: PUBLISH_BRANCH,
      base: head.commit,
      tip,
      edits: records.map(recordEdit),
      message: publishMessage(records),
    };
    return { kind: "write", result: undefined, write };
  });
  commitOf(landed, store);
}

interface Waiting {
  readonly tip: ObjectId | undefined;
  readonly records: readonly VersionRecord[];
}

/** The records on the publish branch that the default branch does not have, numbered to follow its newest. */
async function readWaiting(store: Store, head: Head, now: Date): Promise<Waiting> {
  const tip = await store.tip(PUBLISH_BRANCH);
  if (tip === undefined) return { tip, records: [] };
  const { paths } = await store.diff(head.commit, tip);
  const branch = store.at(tip);
  const records: VersionRecord[] = [];
  for (const { path } of paths) {
    if (classifyPath(path).kind !== "version") continue;
    const file = await branch.read(path);
    const record = file === undefined ? undefined : parseVersion(file);
    if (record?.ok === true) records.push(record.value);
  }
  const ordered = records.toSorted((a, b) => compareVersions(a.version, b.version));
  return { tip, records: await replanWaiting(store, head.registry, ordered, now) };
}

function withRecord(records: readonly VersionRecord[], added: VersionRecord): VersionRecord[] {
  const others = records.filter(
    (record) => record.bucket !== added.bucket || record.fingerprint !== added.fingerprint,
  );
  return [...others, added];
}

/** The commit of a write to the publish branch; throws `protected` where the identity may not even write there. */
function commitOf(landed: Landed<unknown>, store: Store): ObjectId | undefined {
  if (landed.kind === "landed") return landed.commit;
  throw new AssayError(
    "protected",
    `Neither the default branch nor "${PUBLISH_BRANCH}" of ${store.name} can be written: ${landed.reason}`,
    {
      hint: "Publish with an identity that may write branches under assay/.",
    },
  );
}

async function openPublishPull({ client, repository, store }: GitHubRegistry): Promise<PullRequest> {
  const base = await store.defaultBranch();
  return openPull(client, repository, {
    head: PUBLISH_BRANCH,
    base,
    title: "publish: versions that wait",
    body: "Versions that were published and wait for their check. Assay merges this by itself.",
  });
}
