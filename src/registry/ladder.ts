import { parseDuration } from "../format/duration.ts";
import type { Problem } from "../format/problem.ts";
import { didYouMean } from "../format/suggestion.ts";
import { bucketPath } from "./paths.ts";
import type { BucketSettings } from "./files/bucket.ts";
import type { ChannelSettings, Settings } from "./files/settings.ts";

/** A bucket's channels with what each asks, in the registry's order. */
export type Ladder = ReadonlyMap<string, ChannelSettings>;

/** The registry's channels as a bucket tightens them; what a bucket would loosen stays as the registry has it. */
export function ladderOf(settings: Settings, bucket: BucketSettings): Ladder {
  const ladder = new Map<string, ChannelSettings>();
  for (const [name, registry] of Object.entries(settings.channels)) {
    const own = Object.hasOwn(bucket.channels, name) ? bucket.channels[name] : undefined;
    ladder.set(name, own === undefined ? registry : tighten(registry, own));
  }
  return ladder;
}

/** What is wrong with a bucket's `channels`: unknown channels, and anything looser than the registry's. */
export function checkTightening(settings: Settings, bucketName: string, bucket: BucketSettings): Problem[] {
  const path = bucketPath(bucketName);
  return Object.entries(bucket.channels).flatMap(([name, own]) => {
    const registry = Object.hasOwn(settings.channels, name) ? settings.channels[name] : undefined;
    if (registry === undefined) {
      return [
        {
          path,
          message: `"channels.${name}" is no channel of this registry.${didYouMean(name, Object.keys(settings.channels))}`,
        },
      ];
    }
    return loosenings(registry, own).map((what) => ({
      path,
      message: `"channels.${name}.${what}" would be looser than in assay.yml; a bucket may only tighten.`,
    }));
  });
}

function tighten(registry: ChannelSettings, own: ChannelSettings): ChannelSettings {
  const after = registry.after ?? own.after;
  const soak = longer(registry.soak, own.soak);
  const restricted = stricter(registry.restricted, own.restricted);
  return {
    // A bucket may take a channel out of automation, never put it in.
    ...(registry.auto === true && own.auto !== false ? { auto: true } : {}),
    ...(after === undefined ? {} : { after }),
    ...(soak === undefined ? {} : { soak }),
    ...(restricted === undefined ? {} : { restricted }),
  };
}

function loosenings(registry: ChannelSettings, own: ChannelSettings): string[] {
  const found: string[] = [];
  if (own.auto === true && registry.auto !== true) found.push("auto");
  if (own.after !== undefined && registry.after !== undefined && own.after !== registry.after)
    found.push("after");
  if (own.soak !== undefined && longer(registry.soak, own.soak) !== own.soak) found.push("soak");
  if (
    own.restricted !== undefined &&
    registry.restricted !== undefined &&
    own.restricted.approvals < registry.restricted.approvals
  ) {
    found.push("restricted.approvals");
  }
  if (
    own.restricted !== undefined &&
    registry.restricted !== undefined &&
    !isPartOf(own.restricted, registry.restricted)
  ) {
    found.push("restricted.teams");
  }
  return found;
}

function longer(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return (parseDuration(b) ?? 0) >= (parseDuration(a) ?? 0) ? b : a;
}

type Restricted = NonNullable<ChannelSettings["restricted"]>;

function stricter(registry: Restricted | undefined, own: Restricted | undefined): Restricted | undefined {
  if (registry === undefined || own === undefined) return registry ?? own;
  // A bucket may ask for more agreement, of the registry's people or of some of them; it cannot bring its own.
  const people = isPartOf(own, registry) ? own : registry;
  return {
    ...registry,
    teams: people.teams,
    users: people.users,
    approvals: Math.max(registry.approvals, own.approvals),
  };
}

function isPartOf(own: Restricted, registry: Restricted): boolean {
  return (
    own.teams.every((team) => registry.teams.includes(team)) &&
    own.users.every((user) => registry.users.includes(user))
  );
}
