import { setTimeout as sleep } from "node:timers/promises";
import { AssayError } from "../format/error.ts";
import type { ObjectId, Store, Write } from "./store.ts";

/** What a plan, made from the newest state, wants done: one commit, or nothing because the answer is already known. */
export type Planned<T> =
  | { readonly kind: "write"; readonly write: Write; readonly result: T }
  | { readonly kind: "done"; readonly result: T };

/** What became of a planned write; `commit` is undefined where nothing had to be written. */
export type Landed<T> =
  | { readonly kind: "landed"; readonly commit: ObjectId | undefined; readonly result: T }
  | { readonly kind: "protected"; readonly reason: string; readonly result: T };

const MAX_ATTEMPTS = 60;

/**
 * Writes optimistically: plan from the newest state, try, and plan again whenever somebody else was first.
 * There is no lock; each lost race means that another writer got on. Throws `conflict` after 60 lost races.
 */
export async function writeOptimistically<T>(
  store: Store,
  plan: () => Promise<Planned<T>>,
): Promise<Landed<T>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const planned = await plan();
    if (planned.kind === "done") return { kind: "landed", commit: undefined, result: planned.result };
    const outcome = await store.write(planned.write);
    switch (outcome.kind) {
      case "written":
      case "unchanged":
        return { kind: "landed", commit: outcome.commit, result: planned.result };
      case "protected":
        return { kind: "protected", reason: outcome.reason, result: planned.result };
      case "moved":
        // Spread the writers out, or the same ones keep colliding.
        await sleep(Math.random() * Math.min(1_000, 20 * 2 ** Math.min(attempt, 6)));
    }
  }
  throw new AssayError(
    "conflict",
    `The branch in ${store.name} moved ${MAX_ATTEMPTS} times while it was being written. Try again when fewer writers are at work.`,
  );
}
