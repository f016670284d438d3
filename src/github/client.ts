import { createHash } from "node:crypto";
import type { Octokit as Core } from "@octokit/core";
import type { StrategyOptions, createAppAuth } from "@octokit/auth-app";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { paceOf } from "./pace.ts";
import { isLimit, parseRefusal } from "./request-error.ts";
import type { Timings } from "./timings.ts";
import { TIMINGS } from "./timings.ts";

/** Who asks: a token, an App (without `installationId` as the App itself, with it as that installation), or nobody. */
export type ClientAuth =
  | string
  | { readonly appId: number | string; readonly privateKey: string; readonly installationId?: number }
  | undefined;

/** How to reach GitHub. */
export interface ClientOptions {
  readonly auth: ClientAuth;
  /** The REST API's address; `https://api.github.com` unless told otherwise. */
  readonly baseUrl?: string;
  /** Stands before octokit's own in the `user-agent` header. */
  readonly userAgent?: string;
  readonly timings?: Partial<Timings>;
}

/** A repository as GitHub's paths name it. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

const GitHub = Octokit.plugin(limits, throttling, retry);

/** A client with throttling, retries and time-outs. */
export type Client = InstanceType<typeof GitHub>;

/** What the functions of this folder need of a client; those of Probot and `@octokit/rest` have it too. */
export type ClientLike = Pick<Client, "rest" | "paginate">;

/**
 * Goes with a request that must not be repeated blindly, because the first one may have taken effect: the caller looks
 * first. It turns off the repeats of this client, and those of any client with octokit's retry plugin.
 */
export const ONCE = { retries: 0 } as const;

// Whoever asked is told by an error; a library that prints would spoil the output of a program that is read by others.
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

// What a repeat cannot mend. The plugin's own list lacks 405, 409 (a merge with a stale head) and 429 (throttled here).
const FINAL_STATUSES = [400, 401, 403, 404, 405, 409, 410, 422, 429, 451];

/**
 * Makes a client. Requests that fail with 5xx or in the network are repeated with growing pauses; a `retry-after` is
 * honoured up to `maxWaitSeconds`; a request and its answer's body together may take `timeoutMs`.
 */
export function createClient({ auth, baseUrl, userAgent, timings: given }: ClientOptions): Client {
  const timings = { ...TIMINGS, ...given };
  const waits = limitHandler(timings);
  return new GitHub({
    ...authOptions(auth),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    userAgent: userAgent ?? "assay",
    log: QUIET,
    request: { fetch: fetchWithin(timings.timeoutMs) },
    retry: { retryAfterBaseValue: timings.secondMs, retries: timings.retries, doNotRetry: FINAL_STATUSES },
    throttle: {
      id: identityOf(auth),
      retryAfterBaseValue: timings.secondMs,
      onRateLimit: waits,
      onSecondaryRateLimit: waits,
      ...paceOf(timings.pace),
    },
  });
}

function authOptions(auth: ClientAuth): object {
  if (auth === undefined) return {};
  return typeof auth === "string" ? { auth } : { auth, authStrategy: appAuth };
}

/** Signing as an App needs a library that most uses do not; it is loaded with the first request. */
function appAuth(options: StrategyOptions): object {
  let loading: Promise<AppAuth> | undefined;
  function load(): Promise<AppAuth> {
    loading ??= import("@octokit/auth-app").then((library) => library.createAppAuth(options));
    return loading;
  }
  const authenticate = async (...given: Parameters<AppAuth>): Promise<unknown> => (await load())(...given);
  const hook = async (...given: Parameters<AppAuth["hook"]>): Promise<unknown> =>
    (await load()).hook(...given);
  return Object.assign(authenticate, { hook });
}

type AppAuth = ReturnType<typeof createAppAuth>;

/** Limits hold per identity, so clients of the same identity share one pace. The token itself is no key to hand about. */
function identityOf(auth: ClientAuth): string {
  if (auth === undefined) return "anonymous";
  if (typeof auth === "string") return createHash("sha256").update(auth).digest("hex");
  return `${auth.appId}/${auth.installationId ?? "app"}`;
}

type LimitHandler = (
  retryAfter: number,
  options: { readonly request?: object },
  octokit: unknown,
  retryCount: number,
) => boolean;

function limitHandler({ maxWaitSeconds, retries }: Timings): LimitHandler {
  return (retryAfter, { request = {} }, _octokit, retryCount) => {
    const once = "retries" in request && request.retries === ONCE.retries;
    return !once && retryAfter <= maxWaitSeconds && retryCount < retries;
  };
}

/**
 * The throttling plugin knows a limit by its message; GitHub also sends 403 and 429 with only a `retry-after`.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
function limits(octokit: Core): object {
  octokit.hook.before("request", (options) => {
    options.headers["x-github-api-version"] ??= "2022-11-28";
  });
  octokit.hook.error("request", (error) => {
    const refusal = parseRefusal(error);
    if (refusal?.retryAfter !== undefined && isLimit(refusal) && !/rate limit/i.test(error.message)) {
      error.message += " (secondary rate limit)";
    }
    throw error;
  });
  return {};
}

/** Reads the whole answer under the time-out: octokit takes a body that breaks off for an empty one. */
function fetchWithin(timeoutMs: number): typeof fetch {
  return async (input, init) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const given = init?.signal ?? undefined;
    const signal = given === undefined ? timeout : AbortSignal.any([given, timeout]);
    const answer = await fetch(input, { ...init, signal });
    const body = await answer.arrayBuffer();
    const whole = new Response(body.byteLength === 0 ? null : body, {
      status: answer.status,
      statusText: answer.statusText,
      headers: answer.headers,
    });
    return Object.defineProperty(whole, "url", { value: answer.url });
  };
}
