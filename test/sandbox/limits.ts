import type { Actor } from "./state.ts";

/** A rate limit set by a test. `remaining` requests are left until `resetAt`; `secondary` refuses at once. */
export interface RateLimit {
  readonly limit?: number;
  readonly remaining?: number;
  /** Real time; an hour from now unless told. */
  readonly resetAt?: Date;
  /** The next `times` requests are refused with this status and `retry-after` seconds. */
  readonly secondary?: {
    readonly status: 403 | 429;
    readonly retryAfterSeconds: number;
    readonly times: number;
  };
}

interface Budget {
  limit: number;
  remaining: number;
  used: number;
  resetAt: number;
  secondary: { status: 403 | 429; retryAfterSeconds: number; times: number } | undefined;
}

/** The state of a budget as headers and `/rate_limit` tell it. */
export interface BudgetView {
  readonly limit: number;
  readonly remaining: number;
  readonly used: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

const HOUR = 3_600_000;

/** The name under which an actor's requests are counted: a login, or an App's slug. */
export function budgetName(actor: Actor): string {
  if (actor.kind === "user") return actor.user.login;
  return actor.kind === "anonymous" ? "anonymous" : actor.app.slug;
}

/** Counts requests per actor and refuses those beyond the budget. */
export class Limits {
  readonly #budgets = new Map<string, Budget>();

  set(name: string, limit: RateLimit): void {
    const budget = this.#budget(name);
    budget.limit = limit.limit ?? budget.limit;
    budget.remaining = limit.remaining ?? budget.limit;
    budget.resetAt = limit.resetAt?.getTime() ?? Date.now() + HOUR;
    budget.secondary = limit.secondary && { ...limit.secondary };
  }

  view(name: string): BudgetView {
    const { limit, remaining, used, resetAt } = this.#budget(name);
    return { limit, remaining, used, reset: Math.ceil(resetAt / 1000) };
  }

  /** Counts a request; tells how it is to be refused, or undefined when it may go on. */
  spend(name: string): { status: number; message: string; retryAfter?: number } | undefined {
    const budget = this.#budget(name);
    if (budget.secondary && budget.secondary.times > 0) {
      budget.secondary.times--;
      return {
        status: budget.secondary.status,
        message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        retryAfter: budget.secondary.retryAfterSeconds,
      };
    }
    if (budget.remaining <= 0) return { status: 403, message: `API rate limit exceeded for ${name}.` };
    budget.remaining--;
    budget.used++;
    return undefined;
  }

  #budget(name: string): Budget {
    const known = this.#budgets.get(name);
    if (known && known.resetAt > Date.now()) return known;
    const limit = known?.limit ?? 15_000;
    const fresh = {
      limit,
      remaining: limit,
      used: 0,
      resetAt: Date.now() + HOUR,
      secondary: known?.secondary,
    };
    this.#budgets.set(name, fresh);
    return fresh;
  }
}
