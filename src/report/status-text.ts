import type { BucketStatus, ChannelStatus, RegistryStatus } from "../lineage/registry-status.ts";
import { renderDuration } from "../format/duration.ts";
import { formatTime, renderShortTime, timeToMs } from "../format/time.ts";
import { isNews, renderStanding } from "./standing.ts";
import type { Cell } from "./table.ts";
import { renderTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { clean } from "./terminal.ts";

/** The state of a registry for a terminal: one line a bucket, then every problem with what to do about it. */
export function renderStatusText(status: RegistryStatus, terminal: Terminal): string {
  const { buckets, channels, asOf } = status;
  const versions = buckets.reduce((sum, bucket) => sum + bucket.versions, 0);
  const name = terminal.paint("strong", clean(status.name));
  const title = `${name} · ${plural(buckets.length, "bucket")} · ${plural(versions, "version")} · as of ${renderShortTime(formatTime(asOf))} UTC`;
  if (buckets.length === 0) return `${title}\n\nThere is no bucket yet. Make one with: assay bucket NAME`;
  const table = renderTable(
    {
      header: ["bucket", ...channels, "latest", "age", "lineage"],
      rows: buckets.map((bucket) => rowOf(bucket, channels, asOf)),
    },
    terminal,
  );
  const problems = buckets.flatMap((bucket) =>
    bucket.channels.flatMap((channel) => problemsOf(bucket, channel, { terminal, asOf })),
  );
  return [title, "", table, ...(problems.length === 0 ? [] : ["", ...problems])].join("\n");
}

function rowOf(bucket: BucketStatus, channels: readonly string[], asOf: Date): Cell[] {
  const cells = channels.map((name): Cell => {
    const channel = bucket.channels.find((one) => one.channel === name);
    return channel === undefined ? "–" : cellOf(channel, asOf);
  });
  const released = releasedOf(bucket);
  const age =
    released?.completedAt === undefined
      ? "–"
      : renderDuration(asOf.getTime() - timeToMs(released.completedAt));
  return [bucket.bucket, ...cells, bucket.latest ?? "–", age, lineageOf(released)];
}

/** The furthest channel of the ladder that points anywhere: what consumers have. */
function releasedOf(bucket: BucketStatus): ChannelStatus | undefined {
  return bucket.channels.findLast((channel) => channel.version !== undefined);
}

function cellOf(channel: ChannelStatus, asOf: Date): Cell {
  const { version, standing, completedAt, hold } = channel;
  if (version === undefined) return "–";
  if (completedAt === undefined) return { text: `${version} ✖ missing`, tone: "bad" };
  if (standing.kind === "revoked") return { text: `${version} ✖ revoked`, tone: "bad" };
  if (standing.kind === "scheduled" && isNews(standing, asOf)) {
    const what = standing.cause.kind === "lifetime" ? "end of life" : "revocation";
    return { text: `${version} ◷ ${what}`, tone: "waiting" };
  }
  return hold === undefined ? version : { text: `${version} ! held`, tone: "warning" };
}

function lineageOf(channel: ChannelStatus | undefined): Cell {
  if (channel === undefined) return "–";
  if (channel.standing.kind === "revoked" && channel.standing.cause.inherited)
    return { text: "revoked", tone: "bad" };
  switch (channel.ancestry) {
    case "up-to-date":
      return { text: "up to date", tone: "good" };
    case "out-of-date":
      return { text: "out of date", tone: "warning" };
    case "undetermined":
      return "–";
  }
}

function problemsOf(
  bucket: BucketStatus,
  channel: ChannelStatus,
  { terminal, asOf }: { readonly terminal: Terminal; readonly asOf: Date },
): string[] {
  const { version, standing, completedAt, hold } = channel;
  const name = `${bucket.bucket}@${channel.channel}`;
  if (version === undefined) return [];
  const problems: string[] = [];
  if (completedAt === undefined)
    problems.push(
      `${terminal.paint("bad", "✖")} ${name} names ${version}, which the bucket does not have. ${mendOf(bucket, channel)}`,
    );
  else if (standing.kind !== "active" && isNews(standing, asOf)) {
    const mark = standing.kind === "revoked" ? terminal.paint("bad", "✖") : terminal.paint("waiting", "◷");
    const is = standing.kind === "revoked" || standing.cause.kind === "lifetime" ? "is " : "";
    problems.push(`${mark} ${name}: ${version} ${is}${renderStanding(standing)}. ${mendOf(bucket, channel)}`);
  }
  if (hold !== undefined) {
    const until = hold.until === undefined ? "" : ` until ${renderShortTime(hold.until)} UTC`;
    const by = hold.by === undefined ? "" : ` by ${clean(hold.by)}`;
    problems.push(`${terminal.paint("warning", "!")} ${name} is held${until}${by}: ${clean(hold.reason)}`);
  }
  return problems;
}

function mendOf({ bucket, latest }: BucketStatus, { channel, version }: ChannelStatus): string {
  return latest === undefined || latest === version
    ? "Publish a new version first."
    : `Run: assay promote ${bucket}:${latest} --to ${channel}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
