/** How long to wait for GitHub, and how often to ask again. Tests make all of it short. */
export interface Timings {
  /** Milliseconds that a second of waiting lasts. */
  readonly secondMs: number;
  /** Milliseconds after which one request is given up. */
  readonly timeoutMs: number;
  /** The longest wait, in seconds, that GitHub may ask for; a longer one becomes the error `unavailable`. */
  readonly maxWaitSeconds: number;
  /** How often a request that may be repeated is repeated after a server error. */
  readonly retries: number;
  /** `github` spreads writes as GitHub's secondary limits ask for; `none` sends them at once. */
  readonly pace: "github" | "none";
}

/** What is used against GitHub itself. */
export const TIMINGS: Timings = {
  secondMs: 1_000,
  timeoutMs: 30_000,
  maxWaitSeconds: 90,
  retries: 3,
  pace: "github",
};
