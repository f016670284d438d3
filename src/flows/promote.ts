import { AssayError } from "../format/error.ts";
import { invalid } from "../format/error.ts";
import type { VersionName } from "../format/names.ts";
import { decodeRegistryText } from "../format/text.ts";
import type { ChannelReference, VersionReference } from "../format/reference.ts";
import type { Move } from "../policy/move.ts";
import { pointChannel } from "../registry/channel-edit.ts";
import { channelPath } from "../registry/paths.ts";
import { personalBranch, promotionBranch, renderMessage } from "../registry/trailers.ts";
import type { Registry } from "../store/open-registry.ts";
import type { Landed, Planned } from "../store/optimistic.ts";
import { writeOptimistically } from "../store/optimistic.ts";
import type { ObjectId, Store } from "../store/store.ts";
import type { Change } from "./change.ts";
import { readHead } from "./change.ts";
import { needChannel, needVersion, readLatest } from "./lookup.ts";

/** What is to be promoted where, and on whose behalf; undefined when nobody in particular asked. */
export interface PromoteRequest {
  readonly source: ChannelReference | VersionReference;
  readonly channel: string;
  readonly requestedBy: string | undefined;
}

/** What promoting would change; `none` when the channel already points there. */
export type Promotion =
  | { readonly kind: "change"; readonly move: Move; readonly change: Change }
  | { readonly kind: "none"; readonly move: Move };

/** What a promotion did: the branch it stands on, ready to be proposed. */
export interface Promoted {
  readonly promotion: Promotion;
  readonly branch: string;
  readonly commit: ObjectId | undefined;
}

/**
 * Puts a promotion on a branch, made from the default branch as it is now. An older promotion there is taken further.
 * Where `assay/**` is kept to the App, a person's promotion goes on a branch of its own. Throws `protected` where
 * neither may be written.
 */
export async function promote(store: Store, request: PromoteRequest, now: Date): Promise<Promoted> {
  const { bucket } = request.source;
  const reasons: string[] = [];
  for (const branch of [promotionBranch(bucket, request.channel), personalBranch(bucket, request.channel)]) {
    const landed = await promoteOn(store, branch, { request, now });
    if (landed.kind === "landed") return { promotion: landed.result, branch, commit: landed.commit };
    reasons.push(`"${branch}": ${landed.reason}`);
  }
  throw new AssayError(
    "protected",
    `${store.name} does not let this identity propose a promotion. ${reasons.join(" ")}`,
    {
      hint: "Promote with an identity that may write branches.",
    },
  );
}

async function promoteOn(
  store: Store,
  branch: string,
  { request, now }: { readonly request: PromoteRequest; readonly now: Date },
): Promise<Landed<Promotion>> {
  return writeOptimistically(store, async (): Promise<Planned<Promotion>> => {
    const head = await readHead(store);
    const promotion = await planPromotion(head.registry, request, now);
    if (promotion.kind === "none") return { kind: "done", result: promotion };
    const { edits, message } = promotion.change;
    return {
      kind: "write",
      result: promotion,
      write: { branch, base: head.commit, tip: await store.tip(branch), edits, message },
    };
  });
}

/** Plans a promotion: the channel's file with the version in it, and nothing else. */
export async function planPromotion(
  registry: Registry,
  request: PromoteRequest,
  now: Date,
): Promise<Promotion> {
  const { source, channel, requestedBy } = request;
  const { bucket } = source;
  await needChannel(registry, bucket, channel);
  const to = await versionOf(registry, source, now);
  const path = channelPath(bucket, channel);
  const pointer = await registry.channel(bucket, channel);
  const from = pointer === undefined || pointer.version === "none" ? undefined : pointer.version;
  const move: Move = { bucket, channel, from, to };
  if (from === to) return { kind: "none", move };
  const content = pointChannel(await textAt(registry, path), to);
  const title = `promote: ${renderMove(move)}`;
  const trailers = requestedBy === undefined ? [] : [{ key: "Assay-Requested-By", value: requestedBy }];
  const pull = { title, body: `Promotes ${renderMove(move)}. The report follows as a comment.` };
  return {
    kind: "change",
    move,
    change: {
      edits: [{ path, content }],
      message: renderMessage(title, trailers),
      pull,
    },
  };
}

/** `ubuntu-base v11 -> v12 on stable`: a move, in one line. */
export function renderMove({ bucket, channel, from, to }: Move): string {
  return `${bucket} ${from ?? "none"} -> ${to ?? "none"} on ${channel}`;
}

async function versionOf(
  registry: Registry,
  source: PromoteRequest["source"],
  now: Date,
): Promise<VersionName> {
  if ("version" in source) return (await needVersion(registry, source.bucket, source.version)).version;
  if (source.channel === "latest") {
    const latest = await readLatest(registry, source.bucket, now);
    if (latest !== undefined) return latest.version;
  } else {
    await needChannel(registry, source.bucket, source.channel);
    const pointer = await registry.channel(source.bucket, source.channel);
    if (pointer !== undefined && pointer.version !== "none")
      return (await needVersion(registry, source.bucket, pointer.version)).version;
  }
  throw new AssayError(
    "refused",
    `"${source.channel}" of "${source.bucket}" points to no version, so there is nothing to promote.`,
  );
}

async function textAt(registry: Registry, path: string): Promise<string | undefined> {
  const file = await registry.snapshot.read(path);
  if (file === undefined) return undefined;
  const source = decodeRegistryText(path, file.bytes);
  if (!source.ok) throw invalid(source.problems);
  return source.value.text;
}
