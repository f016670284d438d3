import type { ClientLike, RepositoryName } from "./client.ts";
import { ONCE } from "./client.ts";
import { findRun } from "./check-search.ts";
import { cutText } from "./cut.ts";
import type { OutputMemory, RememberedOutput } from "./output-memory.ts";
import { digestOf } from "./output-memory.ts";
import { asked, parseRefusal, requestError } from "./request-error.ts";

/** A remark on lines of a file; the path is relative to the repository. Columns count where it is one line. */
export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn?: number;
  readonly endColumn?: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title?: string;
  readonly message: string;
}

/** A check run as it shall stand on a commit. Texts are Markdown and are cut to what GitHub takes. */
export interface CheckOutput {
  readonly headSha: string;
  readonly name: string;
  readonly state: "success" | "failure" | "action_required" | "in_progress";
  readonly title: string;
  readonly summary: string;
  readonly text?: string;
  readonly annotations: readonly Annotation[];
  readonly externalId?: string;
}

/** Where check runs are remembered, and whose they are. */
export interface CheckContext {
  readonly memory: OutputMemory;
  /** Only runs of this App are taken for one's own; without it, runs of any. */
  readonly appId?: number;
}

const ANNOTATIONS_PER_REQUEST = 50;
const MAX_TITLE = 255;

/**
 * Makes the commit's check run of that name say this. Nothing is sent when it says it already; with a warm memory that
 * costs no request, and a change costs one (one more for each 50 annotations beyond the first 50). A run that cannot
 * be updated in place, because annotations can only be added and a completed run does not open again, is followed by a
 * new one, which counts in its stead. Answers the run's id.
 * https://docs.github.com/en/rest/checks/runs
 */
export async function publishCheck(
  client: ClientLike,
  repository: RepositoryName,
  { memory, appId, ...output }: CheckOutput & CheckContext,
): Promise<number> {
  const place = `check ${repository.owner}/${repository.repo} ${output.headSha} ${output.name} ${appId ?? ""}`;
  const wanted = presentCheck(output);
  const digest = digestOf(wanted);
  const known = memory.recall(place) ?? (await findRun(client, repository, { ...output, appId }));
  if (known?.digest === digest) {
    memory.remember(place, known);
    return known.id;
  }
  memory.forget(place);
  const id = await writeRun(client, repository, { wanted, known });
  memory.remember(place, { id, digest, check: updatability(wanted) });
  return id;
}

/** What is sent, but for the paging of annotations. */
interface WantedRun {
  readonly name: string;
  readonly head_sha: string;
  readonly external_id: string;
  readonly state: CheckOutput["state"];
  readonly output: { readonly title: string; readonly summary: string; readonly text: string };
  readonly annotations: readonly AnnotationRequest[];
}

interface AnnotationRequest {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: Annotation["level"];
  readonly title?: string;
  readonly message: string;
}

function presentCheck(output: CheckOutput): WantedRun {
  return {
    name: output.name,
    head_sha: output.headSha,
    external_id: output.externalId ?? "",
    state: output.state,
    output: {
      title: output.title.slice(0, MAX_TITLE),
      summary: cutText(output.summary),
      text: cutText(output.text ?? ""),
    },
    annotations: output.annotations.map(presentAnnotation),
  };
}

function presentAnnotation(annotation: Annotation): AnnotationRequest {
  const { startLine, endLine, startColumn, endColumn, title } = annotation;
  const oneLine = startLine === endLine;
  return {
    path: annotation.path,
    start_line: startLine,
    end_line: endLine,
    ...(oneLine && startColumn !== undefined
      ? { start_column: startColumn, end_column: endColumn ?? startColumn }
      : {}),
    annotation_level: annotation.level,
    ...(title === undefined ? {} : { title: title.slice(0, MAX_TITLE) }),
    message: cutText(annotation.message),
  };
}

function updatability(wanted: WantedRun): NonNullable<RememberedOutput["check"]> {
  return {
    annotations: wanted.annotations.length === 0 ? "" : digestOf(wanted.annotations),
    completed: wanted.state !== "in_progress",
  };
}

interface RunWrite {
  readonly wanted: WantedRun;
  readonly known: RememberedOutput | undefined;
}

async function writeRun(
  client: ClientLike,
  repository: RepositoryName,
  { wanted, known }: RunWrite,
): Promise<number> {
  const { annotations, check } = { annotations: wanted.annotations, check: updatability(wanted) };
  const kept = known?.check;
  const reopens = kept?.completed === true && !check.completed;
  const clean = kept?.annotations === "" || kept?.annotations === check.annotations;
  if (known === undefined || reopens || !clean) return createRun(client, repository, wanted);
  const fresh = kept.annotations === check.annotations ? [] : annotations;
  try {
    await appendToRun(client, repository, { id: known.id, wanted, pages: pagesOf(fresh) });
    return known.id;
  } catch (error) {
    // The remembered run is gone, or another App's.
    if (parseRefusal(error)?.status === 404) return createRun(client, repository, wanted);
    throw requestError(error);
  }
}

async function createRun(client: ClientLike, repository: RepositoryName, wanted: WantedRun): Promise<number> {
  const { state: _state, annotations, ...run } = wanted;
  const [first, ...rest] = pagesOf(annotations);
  const { data } = await asked(
    client.rest.checks.create({
      ...repository,
      ...run,
      ...statusOf(wanted),
      output: { ...run.output, annotations: first },
      request: ONCE,
    }),
  );
  if (rest.length > 0) await asked(appendToRun(client, repository, { id: data.id, wanted, pages: rest }));
  return data.id;
}

type Page = AnnotationRequest[];

interface Append {
  readonly id: number;
  readonly wanted: WantedRun;
  readonly pages: readonly Page[];
}

async function appendToRun(
  client: ClientLike,
  repository: RepositoryName,
  { id, wanted, pages }: Append,
): Promise<void> {
  for (const annotations of pages) {
    await client.rest.checks.update({
      ...repository,
      check_run_id: id,
      external_id: wanted.external_id,
      ...statusOf(wanted),
      output: { ...wanted.output, annotations },
      // Sent twice, its annotations would stand there twice.
      request: annotations.length > 0 ? ONCE : {},
    });
  }
}

function pagesOf(annotations: readonly AnnotationRequest[]): readonly [Page, ...Page[]] {
  const rest: Page[] = [];
  for (let at = ANNOTATIONS_PER_REQUEST; at < annotations.length; at += ANNOTATIONS_PER_REQUEST) {
    rest.push(annotations.slice(at, at + ANNOTATIONS_PER_REQUEST));
  }
  return [annotations.slice(0, ANNOTATIONS_PER_REQUEST), ...rest];
}

function statusOf({ state }: WantedRun) {
  return state === "in_progress"
    ? ({ status: "in_progress" } as const)
    : ({ status: "completed", conclusion: state } as const);
}
