import type { VersionName } from "../format/names.ts";
import { versionNumber } from "../format/names.ts";
import { timeToMs } from "../format/time.ts";
import { findOpenPull } from "../github/pulls.ts";
import type { PullRequest } from "../github/pulls.ts";
import { listReviews } from "../github/reviews.ts";
import { verdictOf } from "../policy/finding.ts";
import { judgeMove } from "../policy/rules.ts";
import type { ChannelFile } from "../registry/files/channel.ts";
import { ladderOf } from "../registry/ladder.ts";
import { promotionBranch } from "../registry/trailers.ts";
import type { Registry } from "../store/open-registry.ts";
import type { Store } from "../store/store.ts";
import { readHead } from "./change.ts";
import type { ChannelKey } from "./channel-history.ts";
import { readAssignments } from "./channel-history.ts";
import type { GitHubRegistry } from "./github-registry.ts";
import { needBucket, needSettings } from "./lookup.ts";
import { readMoveFacts } from "./move-facts.ts";
import { proposePromotion } from "./propose-promotion.ts";

/** The most versions of a bucket that automation looks back through for one that qualifies. */
const MAX_LOOK_BACK = 20;

/** A promotion that automation wants. */
export interface AutomaticPromotion extends ChannelKey {
  readonly version: VersionName;
}

/** Opens, or takes further, the promotions that the registry's automatic channels ask for; of these buckets, or of all. */
export async function promoteAutomatically(
  registry: GitHubRegistry,
  buckets: readonly string[] | undefined,
  now: Date,
): Promise<PullRequest[]> {
  const wanted = await planAutomaticPromotions(registry.store, buckets, now);
  const pulls: PullRequest[] = [];
  for (const promotion of wanted) {
    const pull = await proposeAutomatically(registry, promotion, now);
    if (pull !== undefined) pulls.push(pull);
  }
  return pulls;
}

/** The promotions that automation would open now: per automatic channel the newest version that passes its ladder. */
export async function planAutomaticPromotions(
  store: Store,
  buckets: readonly string[] | undefined,
  now: Date,
): Promise<AutomaticPromotion[]> {
  const { registry } = await readHead(store);
  const settings = await needSettings(registry);
  const wanted: AutomaticPromotion[] = [];
  for (const bucket of buckets ?? (await registry.buckets())) {
    if ((await registry.bucket(bucket)) === undefined) continue;
    for (const [channel, step] of ladderOf(settings, await needBucket(registry, bucket))) {
      if (step.auto !== true) continue;
      const version = await newestQualified(store, registry, { bucket, channel, now });
      if (version !== undefined) wanted.push({ bucket, channel, version });
    }
  }
  return wanted;
}

/** Promotes one of automation's choices, unless people have already approved an earlier one on the same channel. */
async function proposeAutomatically(
  registry: GitHubRegistry,
  { bucket, channel, version }: AutomaticPromotion,
  now: Date,
): Promise<PullRequest | undefined> {
  const open = await findOpenPull(registry.client, registry.repository, promotionBranch(bucket, channel));
  if (open !== undefined && (await isApproved(registry, open))) return undefined;
  return (
    await proposePromotion(registry, { source: { bucket, version }, channel, requestedBy: undefined }, now)
  ).pull;
}

async function isApproved({ client, repository }: GitHubRegistry, pull: PullRequest): Promise<boolean> {
  const reviews = await listReviews(client, repository, pull.number);
  return reviews.some((review) => review.state === "approved");
}

interface ChannelMoment extends ChannelKey {
  readonly now: Date;
}

async function newestQualified(
  store: Store,
  registry: Registry,
  { bucket, channel, now }: ChannelMoment,
): Promise<VersionName | undefined> {
  const pointer = await registry.channel(bucket, channel);
  if (isHeld(pointer, now)) return undefined;
  const from = pointer === undefined || pointer.version === "none" ? undefined : pointer.version;
  const newer = (await registry.versions(bucket)).filter(
    (version) => from === undefined || versionNumber(version) > versionNumber(from),
  );
  for (const to of newer.toReversed().slice(0, MAX_LOOK_BACK)) {
    const facts = await readMoveFacts(store, registry, {
      move: { bucket, channel, from, to },
      place: undefined,
      now,
    });
    // The ladder alone chooses; the policy then judges the pull request where people can see it.
    if (
      facts === undefined ||
      verdictOf(judgeMove(facts, []).flatMap((result) => result.findings)) !== "pass"
    )
      continue;
    return (await wasOnChannel(store, registry, { bucket, channel, version: to })) ? undefined : to;
  }
  return undefined;
}

/** What was moved away from once is not brought back by a machine. */
async function wasOnChannel(
  store: Store,
  registry: Registry,
  { bucket, channel, version }: AutomaticPromotion,
): Promise<boolean> {
  const assignments = await readAssignments(store, registry.commit, { bucket, channel });
  return assignments.some((assignment) => assignment.version === version);
}

function isHeld(pointer: ChannelFile | undefined, now: Date): boolean {
  if (pointer?.hold === undefined) return false;
  return pointer.hold.until === undefined || timeToMs(pointer.hold.until) > now.getTime();
}
