import type { VersionName } from "../format/names.ts";
import { versionNumber } from "../format/names.ts";
import { renderDuration } from "../format/duration.ts";
import type { Time } from "../format/time.ts";
import { formatTime, renderShortTime, timeToMs } from "../format/time.ts";
import type { Assignment } from "../registry/assignments.ts";
import { claimedMerge } from "../registry/trailers.ts";
import type { Cell } from "./table.ts";
import { renderTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { clean } from "./terminal.ts";

/** A channel's assignments, newest first, as they stood at a moment. */
export interface ChannelHistory {
  readonly bucket: string;
  readonly channel: string;
  readonly asOf: Date;
  readonly assignments: readonly Assignment[];
}

/** How a channel came to an assignment. */
type Kind = "promotion" | "rollback" | "emptied";

/** One assignment as JSON. What the commit's trailers say is a claim: nobody verified here who made the commit. */
export interface AssignmentJson {
  readonly version: string | null;
  readonly kind: Kind;
  readonly from: Time;
  readonly until: Time | null;
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
  readonly claimed: {
    readonly requestedBy: readonly string[];
    readonly approvedBy: readonly string[];
    readonly verdict: string | null;
    readonly pullRequest: number | null;
  };
}

/** A channel's history as JSON. */
export interface HistoryJson {
  readonly schema: 1;
  readonly bucket: string;
  readonly channel: string;
  readonly asOf: Time;
  readonly assignments: readonly AssignmentJson[];
}

/** The JSON of a channel's history. */
export function renderHistoryJson(history: ChannelHistory): HistoryJson {
  const { bucket, channel, asOf, assignments } = history;
  return {
    schema: 1,
    bucket,
    channel,
    asOf: formatTime(asOf),
    assignments: assignments.map((assignment, index) => {
      const { requestedBy, approvedBy, verdict, pullRequest } = claimedMerge(assignment.message);
      return {
        version: assignment.version ?? null,
        kind: kindOf(assignment, assignments[index + 1]),
        from: assignment.at,
        until: assignment.until ?? null,
        commit: assignment.commit,
        author: assignment.author,
        subject: assignment.message.split("\n")[0] ?? "",
        claimed: {
          requestedBy,
          approvedBy,
          verdict: verdict ?? null,
          pullRequest: pullRequest ?? null,
        },
      };
    }),
  };
}

/** The history of a channel for a terminal: what it resolved to, from when until when, and who says so. */
export function renderHistoryText(history: ChannelHistory, terminal: Terminal): string {
  const { assignments, asOf } = history;
  const name = terminal.paint("strong", `${history.bucket}@${history.channel}`);
  if (assignments.length === 0) return `${name} has not pointed to any version yet.`;
  const count = `${assignments.length} ${assignments.length === 1 ? "assignment" : "assignments"}`;
  const table = renderTable(
    {
      header: [
        "version",
        "from (UTC)",
        "until",
        "for",
        "by",
        "commit",
        "pull request",
        "author",
        "approved by",
      ],
      rows: assignments.map((assignment, index) => rowOf(assignment, assignments[index + 1], asOf)),
      flexible: [7, 8],
    },
    terminal,
  );
  const parts = [`${name} · ${count} · as of ${renderShortTime(formatTime(asOf))} UTC`, "", table];
  if (assignments.some(({ message }) => claimedMerge(message).approvedBy.length > 0)) {
    parts.push(
      "",
      "Pull requests and approvals are what the commits say; who made the commits was not verified here.",
    );
  }
  return parts.join("\n");
}

function rowOf(assignment: Assignment, before: Assignment | undefined, asOf: Date): Cell[] {
  const { approvedBy, pullRequest } = claimedMerge(assignment.message);
  const end = assignment.until === undefined ? asOf.getTime() : timeToMs(assignment.until);
  const kind = kindOf(assignment, before);
  return [
    assignment.version === undefined ? { text: "none", tone: "warning" } : assignment.version,
    renderShortTime(assignment.at),
    assignment.until === undefined ? { text: "now", tone: "good" } : renderShortTime(assignment.until),
    renderDuration(end - timeToMs(assignment.at)),
    kind === "promotion" ? kind : { text: kind, tone: "warning" },
    { text: assignment.commit.slice(0, 7), tone: "faint" },
    pullRequest === undefined ? "–" : `#${pullRequest}`,
    clean(assignment.author),
    approvedBy.length === 0 ? "–" : approvedBy.map(clean).join(", "),
  ];
}

function kindOf({ version }: Assignment, before: Assignment | undefined): Kind {
  if (version === undefined) return "emptied";
  return isOlder(version, before?.version) ? "rollback" : "promotion";
}

function isOlder(version: VersionName, before: VersionName | undefined): boolean {
  return before !== undefined && versionNumber(version) < versionNumber(before);
}
