import { checkTightening } from "../registry/ladder.ts";
import type { RegistryPath } from "../registry/paths.ts";
import type { Finding } from "./finding.ts";
import type { ProposedFile, Proposal } from "./proposal.ts";

/** What a change as a whole is about; a change that is about two things at once is refused. */
export type Subject = "nothing" | "settings" | "promotion" | "revocation" | "records";

/** Which subject a path belongs to; undefined for what no rule speaks of. */
export function subjectOf(is: RegistryPath): Exclude<Subject, "nothing"> | undefined {
  switch (is.kind) {
    case "settings":
    case "guard":
    case "bucket":
    case "waiver":
    case "freeze":
      return "settings";
    case "channel":
      return "promotion";
    case "revocation":
      return "revocation";
    case "version":
    case "consumer":
      return "records";
    case "misplaced":
    case "foreign":
      return undefined;
  }
}

/** The subject of a change. Channels that move in a revocation are its rollbacks. */
export function subjectOfAll(files: readonly ProposedFile[]): Subject {
  const subjects = new Set(files.map((file) => subjectOf(file.is)));
  for (const subject of ["settings", "revocation", "records", "promotion"] as const)
    if (subjects.has(subject)) return subject;
  return "nothing";
}

/** Judges every changed path by itself and beside the others: unreadable files, strangers under `buckets/`, mixtures. */
export function checkFiles(proposal: Proposal): Finding[] {
  return [
    ...proposal.files.flatMap(checkFile),
    ...checkMixture(proposal.files),
    ...checkChannels(proposal),
    ...checkBuckets(proposal),
    ...checkSettingsPresent(proposal),
  ];
}

function checkFile(file: ProposedFile): Finding[] {
  const { path, is } = file;
  // Taking away what should not be there mends it.
  if (is.kind === "misplaced") {
    return file.change === "removed"
      ? []
      : [{ rule: "files", level: "error", message: `This file is none of a registry's. ${is.reason}`, path }];
  }
  if (is.kind === "settings" && file.change === "removed") {
    return [
      {
        rule: "files",
        level: "error",
        message: "assay.yml is what makes this a registry; it cannot be removed.",
        path,
      },
    ];
  }
  return file.problems.map((problem) => ({
    rule: "files",
    level: "error",
    message: problem.hint === undefined ? problem.message : `${problem.message} ${problem.hint}`,
    path,
    ...(problem.line === undefined ? {} : { line: problem.line }),
    ...(problem.column === undefined ? {} : { column: problem.column }),
  }));
}

function checkMixture(files: readonly ProposedFile[]): Finding[] {
  const first = new Map<string, string>();
  for (const file of files) {
    const subject = subjectOf(file.is);
    if (subject !== undefined && !first.has(subject)) first.set(subject, file.path);
  }
  const settings = first.get("settings");
  const moves = first.get("promotion") ?? first.get("revocation");
  const records = first.get("records");
  const mixed = (message: string, path: string): Finding => ({
    rule: "one-thing",
    level: "error",
    message,
    path,
  });
  const findings: Finding[] = [];
  if (settings !== undefined && moves !== undefined) {
    findings.push(
      mixed(
        "One pull request either changes settings or moves channels. Open one for each, the settings first.",
        settings,
      ),
    );
  }
  if (records !== undefined && (settings ?? moves) !== undefined) {
    findings.push(
      mixed(
        "Version records come in a pull request of their own. Take these files out, or the others.",
        records,
      ),
    );
  }
  return findings;
}

/** A file of a channel that nothing judges must not come in; taking one away is fine. */
function checkChannels({ settings, channels, moves, files }: Proposal): Finding[] {
  const judged = new Set(moves.map(({ path }) => path));
  const removed = new Set(files.filter(({ change }) => change === "removed").map(({ path }) => path));
  return channels.flatMap(({ path, bucket, channel, from, to }) => {
    const known = settings !== undefined && Object.hasOwn(settings.channels, channel);
    if (judged.has(path) || (from === to && (known || removed.has(path)))) return [];
    const names =
      settings === undefined
        ? "There is no assay.yml on the default branch yet"
        : `This registry's channels are ${Object.keys(settings.channels).join(", ")}`;
    const message = `"${channel}" of "${bucket}" cannot be moved: the bucket has no settings on the default branch, or the channel is not one of assay.yml. ${names}.`;
    return [{ rule: "channel", level: "error" as const, message, path }];
  });
}

function checkBuckets({ settings, buckets }: Proposal): Finding[] {
  if (settings === undefined) return [];
  return buckets.flatMap((bucket) =>
    checkTightening(settings, bucket.name, bucket.settings).map((problem): Finding => ({
      rule: "channels",
      level: "error",
      ...problem,
    })),
  );
}

function checkSettingsPresent({ settings, files }: Proposal): Finding[] {
  const adds = files.some((file) => file.is.kind === "settings" && file.change === "added");
  if (settings !== undefined || adds || subjectOfAll(files) === "nothing") return [];
  return [
    {
      rule: "files",
      level: "error",
      message:
        "The default branch has no assay.yml, so nothing says by which rules to judge. Make it with: assay init .",
    },
  ];
}
