import * as z from "zod";
import { policyRule } from "./policy.ts";
import { apiVersion, channelName, duration, glob, line, login, teamSlug } from "./scalars.ts";

/** People who must agree: members of any of the teams, or any of the users, as many of them as `approvals` says. */
export const approvers = z
  .strictObject({
    teams: z.array(teamSlug).default([]),
    users: z.array(login).default([]),
    approvals: z.int().min(1).max(20).default(1),
  })
  .refine((value) => value.teams.length + value.users.length > 0, "must name at least one team or user");

export type Approvers = z.output<typeof approvers>;

/** What a channel asks of a version that is promoted to it. */
export const channelSettings = z.strictObject({
  /** Assay opens the promotion itself when a version qualifies. */
  auto: z.boolean().optional(),
  /** The version must have been on that channel before. */
  after: channelName.optional(),
  /** How long ago it must have arrived on the `after` channel. */
  soak: duration.optional(),
  restricted: approvers.safeExtend({ consumers: z.array(glob).optional() }).optional(),
});

export type ChannelSettings = z.output<typeof channelSettings>;

/** A registry's `assay.yml`. */
export const settingsFile = z
  .strictObject({
    apiVersion,
    name: line,
    roles: z.strictObject({ admins: approvers.optional(), responders: approvers.optional() }).default({}),
    channels: z
      .record(channelName, channelSettings)
      .refine((value) => Object.keys(value).length > 0, "must have at least one channel"),
    merge: z.enum(["when-ready", "by-hand"]).default("when-ready"),
    policy: z.array(policyRule).default([]),
    repave: z
      .strictObject({ channel: channelName, every: duration.default("30d"), schedule: line.optional() })
      .optional(),
    writers: z.array(login).default([]),
  })
  .superRefine((settings, context) => {
    for (const [name, channel] of Object.entries(settings.channels)) {
      for (const message of complaintsAboutOrder(name, channel, settings.channels)) {
        context.addIssue({ code: "custom", path: ["channels", name], message });
      }
    }
    if (settings.repave !== undefined && !Object.hasOwn(settings.channels, settings.repave.channel)) {
      context.addIssue({
        code: "custom",
        path: ["repave", "channel"],
        message: `names no channel of "channels"`,
      });
    }
  });

export type Settings = z.output<typeof settingsFile>;

function complaintsAboutOrder(
  name: string,
  channel: ChannelSettings,
  all: Readonly<Record<string, ChannelSettings>>,
): string[] {
  const { after, soak } = channel;
  if (after === undefined)
    return soak === undefined ? [] : [`has "soak" without "after": say after which channel`];
  if (!Object.hasOwn(all, after)) return [`comes after "${after}", which is no channel of "channels"`];
  const seen = new Set([name]);
  for (let at: string | undefined = after; at !== undefined; at = all[at]?.after) {
    if (seen.has(at)) return [`comes after itself, through "${after}"`];
    seen.add(at);
  }
  return [];
}
