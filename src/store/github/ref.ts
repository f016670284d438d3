import { setTimeout as sleep } from "node:timers/promises";
import { AssayError } from "../../format/error.ts";
import { ONCE } from "../../github/client.ts";
import type { Refusal } from "../../github/request-error.ts";
import {
  asked,
  askedOrAbsent,
  isLimit,
  isUncertain,
  parseRefusal,
  refusalError,
} from "../../github/request-error.ts";
import type { ObjectId, WriteOutcome } from "../store.ts";
import type { Source } from "./source.ts";
import { isForbidden, writeError } from "./write-error.ts";

/** A branch to move from the tip that was seen to a commit on top of it. */
export interface Move {
  readonly branch: string;
  readonly tip: ObjectId | undefined;
  readonly commit: ObjectId;
}

type MoveOutcome = Exclude<WriteOutcome, { readonly kind: "unchanged" }>;

/**
 * Moves a branch forward, never by force; one that did not exist is created. After any refusal it looks first whether
 * the branch moved, and by whom: a request that got no answer may have been carried out.
 * https://docs.github.com/en/rest/git/refs
 */
export async function moveRef(source: Source, move: Move): Promise<MoveOutcome> {
  let uncertain = false;
  for (let repeats = 0; ; repeats += 1) {
    const refusal = await tryMove(source, move);
    if (refusal === undefined) return { kind: "written", commit: move.commit };
    uncertain ||= isUncertain(refusal);
    const tip = await readRef(source, move.branch);
    if (tip === move.commit) return { kind: "written", commit: move.commit };
    if (tip !== move.tip || isLostRace(refusal)) {
      // Others may have built on it before the look.
      const built = uncertain && tip !== undefined && (await isBuiltOn(source, tip, move.commit));
      return built ? { kind: "written", commit: move.commit } : { kind: "moved" };
    }
    const next = judge(source, refusal, repeats);
    if (next.kind === "protected") return next;
    await sleep(next.seconds * source.timings.secondMs);
  }
}

/** Undefined when it worked. */
async function tryMove({ client, repository }: Source, move: Move): Promise<Refusal | undefined> {
  const { branch, tip, commit: sha } = move;
  try {
    await (tip === undefined
      ? client.rest.git.createRef({ ...repository, ref: `refs/heads/${branch}`, sha, request: ONCE })
      : client.rest.git.updateRef({
          ...repository,
          ref: `heads/${branch}`,
          sha,
          force: false,
          request: ONCE,
        }));
    return undefined;
  } catch (error) {
    const refusal = parseRefusal(error);
    if (refusal === undefined) throw error;
    return refusal;
  }
}

/** Where a branch is; undefined when it does not exist. https://docs.github.com/en/rest/git/refs#get-a-reference */
export async function readRef({ client, repository }: Source, branch: string): Promise<ObjectId | undefined> {
  const answer = await askedOrAbsent(client.rest.git.getRef({ ...repository, ref: `heads/${branch}` }));
  return answer?.data.object.sha;
}

/** What GitHub says only when the branch is not where it was; believed before a look, which may be a moment behind. */
function isLostRace({ status, reason }: Refusal): boolean {
  return status === 422 && /not a fast.forward|reference already exists/i.test(reason);
}

async function isBuiltOn({ client, repository }: Source, tip: ObjectId, commit: ObjectId): Promise<boolean> {
  const { data } = await asked(
    client.rest.repos.compareCommitsWithBasehead({
      ...repository,
      basehead: `${commit}...${tip}`,
      per_page: 1,
    }),
  );
  return data.status === "ahead" || data.status === "identical";
}

type Next =
  | { readonly kind: "again"; readonly seconds: number }
  | { readonly kind: "protected"; readonly reason: string };

/** What to do about a refusal by a branch that did not move. Throws when waiting is of no use. */
function judge(source: Source, refusal: Refusal, repeats: number): Next {
  const { retries, maxWaitSeconds } = source.timings;
  const growing = 2 ** repeats;
  if (isForbidden(refusal)) throw writeError(source, refusal);
  if (isLimit(refusal)) {
    const seconds = refusal.retryAfter ?? 60 * growing;
    if (repeats >= retries || seconds > maxWaitSeconds) throw refusalError(refusal);
    return { kind: "again", seconds };
  }
  if (isUncertain(refusal) || isPassing(refusal)) {
    if (repeats >= retries) throw gaveUp(refusal, repeats);
    return { kind: "again", seconds: growing };
  }
  // Under contention GitHub refuses in words that do not tell it from a rule, so those are tried once more.
  if (repeats === 0 && !isRule(refusal)) return { kind: "again", seconds: growing };
  return { kind: "protected", reason: refusal.reason };
}

/** The new commit has not reached every replica yet. */
function isPassing({ status, reason }: Refusal): boolean {
  return status === 422 && /object does not exist/i.test(reason);
}

function isRule({ reason }: Refusal): boolean {
  return /rule|protected|required|pull request|review|signature|denied|not allowed|not authori[sz]ed/i.test(
    reason,
  );
}

function gaveUp(refusal: Refusal, repeats: number): AssayError {
  const { message } = refusalError(refusal);
  return new AssayError("unavailable", `The branch did not move in ${repeats + 1} attempts. ${message}`);
}
