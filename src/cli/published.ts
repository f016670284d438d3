import { AssayError } from "../format/error.ts";
import { readHead } from "../flows/change.ts";
import { needBucket, readStanding } from "../flows/lookup.ts";
import type { PublishRequest } from "../flows/publish.ts";
import { publish } from "../flows/publish.ts";
import type { PullRequest } from "../github/pulls.ts";
import type { Publication } from "../registry/publish/plan.ts";
import { PUBLISH_BRANCH } from "../registry/trailers.ts";
import { missingBuilds, renderExpectedBuild, statusAt } from "../registry/version-state.ts";
import { renderStanding } from "../report/standing.ts";
import type { Terminal } from "../report/terminal.ts";
import { clean } from "../report/terminal.ts";
import type { Answer, Note } from "./answer.ts";
import type { Session } from "./session.ts";

/** What a publish did, and what its publisher should know. */
export interface Published {
  readonly branch: string;
  readonly commit: string | undefined;
  readonly publication: Publication;
  /** The pull request that it waits in; undefined where it landed at once. */
  readonly pull: PullRequest | undefined;
  /** The declared builds that are still to come, for people. */
  readonly missing: readonly string[];
  readonly notes: readonly Note[];
}

/** Publishes: straight to the default branch, or through a pull request where that is protected. */
export async function carryOutPublish(session: Session, request: PublishRequest): Promise<Published> {
  const store = await session.store();
  const landed = await publish(store, request, session.clock);
  const done =
    "kind" in landed ? await throughPull(session, request, landed.reason) : { ...landed, pull: undefined };
  const { registry } = await readHead(store);
  const { record } = done.publication;
  const standing = renderStanding(await readStanding(registry, record, session.clock));
  const running = statusAt(record, session.clock) === "running";
  const bucket = running && done.pull === undefined ? await needBucket(registry, record.bucket) : undefined;
  return {
    ...done,
    missing: bucket === undefined ? [] : missingBuilds(bucket, record.builds).map(renderExpectedBuild),
    notes:
      standing === ""
        ? []
        : [
            {
              tone: "warning",
              text: `${record.bucket} ${record.version} ${standing.startsWith("revoked") ? "is " : ""}${standing}. Build it again from a good parent.`,
            },
          ],
  };
}

async function throughPull(
  session: Session,
  request: PublishRequest,
  reason: string,
): Promise<Pick<Published, "branch" | "commit" | "publication" | "pull">> {
  const github = await session.github();
  if (github === undefined)
    throw new AssayError("protected", `The default branch cannot be written: ${reason}`, {
      hint: "Publish to the repository on GitHub with --repo.",
    });
  const { publishThroughPull } = await import("../flows/publish-pull.ts");
  const { publication, pull } = await publishThroughPull(github, request, session.clock);
  return { branch: PUBLISH_BRANCH, commit: pull?.headSha, publication, pull };
}

/** The answer of `assay publish`. */
export function renderPublished(published: Published): Answer {
  const { branch, commit, publication, pull, notes } = published;
  const { bucket, version, fingerprint, status } = publication.record;
  return {
    verdict: "yes",
    json: {
      schema: 1,
      branch,
      commit: commit ?? null,
      bucket,
      version,
      fingerprint,
      status,
      change: publication.kind,
      pullRequest: pull === undefined ? null : { number: pull.number, url: pull.url },
    },
    text: (terminal) => renderText(published, terminal),
    notes,
  };
}

function renderText({ branch, commit, publication, pull, missing }: Published, terminal: Terminal): string {
  const { bucket, version, fingerprint, status, builds } = publication.record;
  const name = terminal.paint("strong", `${bucket} ${version}`);
  const good = terminal.paint("good", "✔");
  if (publication.kind === "unchanged")
    return `${good} ${version} of "${bucket}" already holds all of this; nothing was written.`;
  const images = builds.reduce((sum, build) => sum + build.artifacts.length, 0);
  const content = `${plural(builds.length, "build")}, ${plural(images, "image")}`;
  const where =
    pull === undefined
      ? `on ${branch} (${commit?.slice(0, 7) ?? "no commit"})`
      : `in pull request #${pull.number}, which merges by itself: ${clean(pull.url)}`;
  const mark = status === "complete" ? good : terminal.paint("waiting", "◷");
  const first = `${mark} ${name} is ${status}: ${content}, fingerprint ${fingerprint}, ${where}`;
  if (status === "complete") return `${first}\nNext: assay promote ${bucket}:${version} --to CHANNEL`;
  const rest =
    missing.length === 0
      ? `say when it is all there: assay publish --bucket ${bucket} --fingerprint ${fingerprint} --complete`
      : `publish with the same fingerprint what lacks: ${missing.map(clean).join(", ")}`;
  return `${first}\nNext: ${rest}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
