import type { ClientLike, RepositoryName } from "./client.ts";
import { ONCE } from "./client.ts";
import { cutText } from "./cut.ts";
import type { OutputMemory, RememberedOutput } from "./output-memory.ts";
import { digestOf } from "./output-memory.ts";
import { asked, isAbsent, requestError } from "./request-error.ts";

/** The one comment of its kind on an issue or pull request. */
export interface StickyComment {
  readonly number: number;
  /** A word that names the kind; it is hidden in the comment. Of `[A-Za-z0-9._/-]`. */
  readonly marker: string;
  readonly body: string;
  /** Who writes it, such as `assay[bot]`: a comment by anybody else is never edited, whatever marker it holds. */
  readonly author: string;
}

/**
 * Makes the comment say this. Nothing is sent when it does; with a warm memory that costs no request, and a change
 * costs one. Answers the comment's id.
 * https://docs.github.com/en/rest/issues/comments
 */
export async function publishComment(
  client: ClientLike,
  repository: RepositoryName,
  { memory, ...comment }: StickyComment & { readonly memory: OutputMemory },
): Promise<number> {
  const place = `comment ${repository.owner}/${repository.repo} ${comment.number} ${comment.marker} ${comment.author}`;
  const body = cutText(`${hidden(comment.marker)}\n${comment.body}`);
  const digest = digestOf(normal(body));
  const known = memory.recall(place) ?? (await findComment(client, repository, comment));
  memory.forget(place);
  const id =
    known?.digest === digest
      ? known.id
      : await writeComment(client, repository, { number: comment.number, id: known?.id, body });
  memory.remember(place, { id, digest });
  return id;
}

async function findComment(
  client: ClientLike,
  repository: RepositoryName,
  { number, marker, author }: StickyComment,
): Promise<RememberedOutput | undefined> {
  const pages = client.paginate.iterator(client.rest.issues.listComments, {
    ...repository,
    issue_number: number,
    per_page: 100,
  });
  try {
    for await (const { data } of pages) {
      const own = data.find(
        ({ user, body }) =>
          user?.login.toLowerCase() === author.toLowerCase() && body?.startsWith(hidden(marker)) === true,
      );
      if (own !== undefined) return { id: own.id, digest: digestOf(normal(own.body ?? "")) };
    }
    return undefined;
  } catch (error) {
    throw requestError(error);
  }
}

interface CommentWrite {
  readonly number: number;
  readonly id: number | undefined;
  readonly body: string;
}

async function writeComment(
  client: ClientLike,
  repository: RepositoryName,
  { number, id, body }: CommentWrite,
): Promise<number> {
  if (id !== undefined) {
    try {
      await client.rest.issues.updateComment({ ...repository, comment_id: id, body });
      return id;
    } catch (error) {
      // Somebody deleted it.
      if (!isAbsent(error)) throw requestError(error);
    }
  }
  const { data } = await asked(
    client.rest.issues.createComment({ ...repository, issue_number: number, body, request: ONCE }),
  );
  return data.id;
}

function hidden(marker: string): string {
  return `<!-- assay:${marker} -->`;
}

function normal(body: string): string {
  return body.replaceAll("\r\n", "\n").trimEnd();
}
