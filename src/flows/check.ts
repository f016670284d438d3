import { AssayError } from "../format/error.ts";
import type { Decision } from "../policy/decide.ts";
import { decide } from "../policy/decide.ts";
import type { Store } from "../store/store.ts";
import { readProposal } from "./propose.ts";

/** What is to be held against what; without a base, the tip of the default branch. */
export interface CheckRequest {
  readonly base: string | undefined;
  readonly head: string;
}

/** Decides what a head would change in a base where no reviews can be known: a clone, or a what-if. */
export async function checkRevisions(store: Store, request: CheckRequest, now: Date): Promise<Decision> {
  const base = request.base === undefined ? await defaultTip(store) : await store.resolve(request.base);
  const difference = await store.diff(base, await store.resolve(request.head));
  const { proposal } = await readProposal(store, difference, { authorship: { kind: "unknown" }, now });
  return decide(proposal, { kind: "unknown" });
}

async function defaultTip(store: Store): Promise<string> {
  const branch = await store.defaultBranch();
  const tip = await store.tip(branch);
  if (tip !== undefined) return tip;
  throw new AssayError(
    "not-found",
    `The branch "${branch}" of ${store.name} has no commit to check against.`,
    { hint: "Name another with --base." },
  );
}
