import { readAsOf } from "../flows/as-of.ts";
import { readStatus } from "../flows/status.ts";
import { renderStatusJson } from "../report/status-json.ts";
import { renderStatusText } from "../report/status-text.ts";
import type { Store } from "../store/store.ts";
import type { Answer } from "./answer.ts";
import type { Session } from "./session.ts";

/** Answers `assay status`, for the whole registry or one bucket. Throws what `readStatus` throws. */
export async function answerStatus(
  store: Store,
  { asOf, clock }: Session,
  bucket: string | undefined,
): Promise<Answer> {
  const moment = await readAsOf(store, asOf, clock);
  const status = await readStatus(store, moment, bucket);
  return {
    verdict: "yes",
    json: renderStatusJson(status),
    text: (terminal) => renderStatusText(status, terminal),
    notes: [],
  };
}
