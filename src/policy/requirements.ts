import type { Approvers, Settings } from "../registry/files/settings.ts";
import { ladderOf } from "../registry/ladder.ts";
import type { RegistryPath } from "../registry/paths.ts";
import type { ProposedFile, Proposal } from "./proposal.ts";

/** Whose agreement a change needs, and what for. */
export interface Requirement {
  readonly approvers: Approvers;
  /** `settings`, `"stable" is restricted`: for people. */
  readonly reason: string;
}

/** Whose agreement a change needs, decided by the paths it touches; each group of people once. */
export function requirementsOf(proposal: Proposal): Requirement[] {
  const { settings } = proposal;
  if (settings === undefined) return [];
  const needed = new Map<string, Requirement>();
  for (const file of proposal.files) {
    const requirement = requirementOf(file, { settings, proposal });
    if (requirement !== undefined) {
      const key = JSON.stringify(requirement.approvers);
      if (!needed.has(key)) needed.set(key, requirement);
    }
  }
  return [...needed.values()];
}

function requirementOf(
  file: ProposedFile,
  { settings, proposal }: { readonly settings: Settings; readonly proposal: Proposal },
): Requirement | undefined {
  const { is } = file;
  switch (is.kind) {
    case "settings":
    case "guard":
    case "bucket":
    case "waiver":
    case "freeze":
      return byRole(settings, "admins", "settings and exceptions");
    case "revocation":
      return file.change === "added"
        ? byRole(settings, "responders", "a revocation")
        : byRole(settings, "admins", "weakening a revocation");
    case "channel":
      return byChannel(settings, is, proposal);
    case "version":
    case "consumer":
    case "misplaced":
    case "foreign":
      return undefined;
  }
}

/** Without the role, the strictest restricted group of the registry stands for it; without that, nobody. */
function byRole(settings: Settings, role: "admins" | "responders", reason: string): Requirement | undefined {
  const approvers = settings.roles[role] ?? strictestGroup(settings);
  return approvers === undefined ? undefined : { approvers, reason };
}

function strictestGroup(settings: Settings): Approvers | undefined {
  const groups = Object.values(settings.channels).flatMap((channel) =>
    channel.restricted === undefined ? [] : [plain(channel.restricted)],
  );
  return groups.toSorted((a, b) => b.approvals - a.approvals)[0];
}

function byChannel(
  settings: Settings,
  is: Extract<RegistryPath, { readonly kind: "channel" }>,
  proposal: Proposal,
): Requirement | undefined {
  const facts = proposal.moves.find(({ move }) => move.bucket === is.bucket && move.channel === is.channel);
  const step =
    facts === undefined ? settings.channels[is.channel] : ladderOf(settings, facts.bucket).get(is.channel);
  return step?.restricted === undefined
    ? undefined
    : { approvers: plain(step.restricted), reason: `"${is.channel}" is restricted` };
}

function plain({ teams, users, approvals }: Approvers): Approvers {
  return { teams, users, approvals };
}
