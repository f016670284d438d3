import { AssayError } from "../../format/error.ts";
import type { Refusal } from "../../github/request-error.ts";
import { isLimit, parseRefusal, refusalError } from "../../github/request-error.ts";
import type { Source } from "./source.ts";

/** Whether GitHub refused for want of a permission. For what may be read and not written it often answers 404. */
export function isForbidden(refusal: Refusal): boolean {
  const { status, reason } = refusal;
  if (isLimit(refusal)) return false;
  return (
    status === 401 ||
    status === 404 ||
    (status === 403 && /not accessible|must have|permission/i.test(reason))
  );
}

/** The error of a write: `forbidden` names the permission that is needed. */
export function writeError({ repository }: Source, refusal: Refusal): AssayError {
  if (isLimit(refusal) || ![401, 403, 404].includes(refusal.status ?? 0)) return refusalError(refusal);
  const { status, reason, request } = refusal;
  return new AssayError(
    "forbidden",
    `These credentials may not write to ${repository.owner}/${repository.repo}: GitHub answered ${status} to ${request}: "${reason}". Give them the permission "contents: write" there.`,
  );
}

/** Runs a request that writes, and throws what `writeError` makes of its failure. */
export async function writing<T>(source: Source, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    const refusal = parseRefusal(error);
    throw refusal === undefined ? error : writeError(source, refusal);
  }
}
