import { renderParentToken } from "../../format/reference.ts";
import type { VersionRecord } from "../../registry/files/version.ts";
import { codeSpan, escapeMarkdown, renderTable } from "../../report/markdown.ts";
import type { ActionResult } from "../edge.ts";
import type { outputs } from "./inputs.ts";
import type { Outcome } from "./publish.ts";

type Outputs = Readonly<Record<(typeof outputs)[number], string>>;

/** What a publish tells the job. The number of a version that waits may still change, so it is no output. */
export function resultOf(outcome: Outcome): ActionResult {
  const { record, change, pull } = outcome;
  const { bucket, version, fingerprint, status } = record;
  const common = {
    fingerprint,
    bucket,
    "pull-request": pull === undefined ? "" : String(pull.number),
    published: change,
  };
  if (outcome.kind === "proposed") {
    const waits = `The publish of "${bucket}" with the fingerprint "${fingerprint}" waits in pull request #${outcome.pull.number}: ${outcome.reason}.`;
    const values: Outputs = { ...common, version: "", status: "proposed", commit: "", "parent-token": "" };
    return {
      outputs: values,
      log: [outcome.pull.url],
      notes: [
        {
          level: "warning",
          message: waits,
          hint: "It is merged by its check; to wait longer here, raise the input wait.",
        },
      ],
      summary: `### ◷ ${codeSpan(bucket)} waits in #${outcome.pull.number}\n\n${escapeMarkdown(waits)}\n\n${renderImages(record)}\n`,
      failure: undefined,
    };
  }
  const values: Outputs = {
    ...common,
    version,
    status,
    commit: outcome.commit ?? "",
    "parent-token": renderParentToken({ bucket, version, channel: undefined }),
  };
  return {
    outputs: values,
    log: [`${bucket} ${version} is ${status} (${WORDS[change]}, fingerprint ${fingerprint})`],
    notes: [],
    summary: `### ${status === "complete" ? "✔" : "◷"} ${codeSpan(bucket)} **${version}** is ${status}\n\n${WORDS[change]} · fingerprint ${codeSpan(fingerprint)}${pull === undefined ? "" : ` · #${pull.number}`}\n\n${renderImages(record)}\n`,
    failure: undefined,
  };
}

const WORDS = {
  created: "a new version",
  extended: "added to the version",
  unchanged: "all of this was there already",
} as const;

function renderImages({ builds }: VersionRecord): string {
  const rows = builds.flatMap(({ component, platform, parent, artifacts }) =>
    artifacts.map(({ region, id }) =>
      [
        component,
        platform,
        region,
        id,
        parent === undefined ? "–" : renderParentToken({ channel: undefined, ...parent }),
      ].map(codeSpan),
    ),
  );
  const told = rows.slice(0, 40);
  const rest = rows.length > told.length ? `\n\n${rows.length - told.length} more are left out.` : "";
  return `${renderTable(["build", "platform", "region", "image", "parent"], told)}${rest}`;
}
