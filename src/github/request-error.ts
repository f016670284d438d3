import type { ErrorCode } from "../format/error.ts";
import { AssayError } from "../format/error.ts";

/** The parts of a failed request that decide what to do; `status` is undefined where no answer came. */
export interface Refusal {
  readonly status: number | undefined;
  /** GitHub's own reason, or the network's. */
  readonly reason: string;
  /** `PATCH /repos/acme/images/git/refs/heads/main`: never headers, never a query. */
  readonly request: string;
  /** Seconds that GitHub asks to wait; undefined where it does not ask. */
  readonly retryAfter: number | undefined;
}

/** Reads a failed request out of what octokit threw; undefined when it is no failed request but a bug, which must rise. */
export function parseRefusal(error: unknown): Refusal | undefined {
  if (!isRecord(error) || !(error instanceof Error)) return undefined;
  const { status, request, response } = error;
  if (typeof status !== "number" || !isRecord(request)) return undefined;
  const answered = isRecord(response);
  return {
    status: answered ? status : undefined,
    reason: answered ? reasonOf(response.data, error.message) : error.message,
    request: nameOf(request),
    retryAfter: answered ? waitOf(response.headers) : undefined,
  };
}

/** Whether the request may or may not have taken effect: GitHub broke down over it, or never answered. */
export function isUncertain(refusal: Refusal): boolean {
  return refusal.status === undefined || refusal.status >= 500;
}

/** Whether GitHub refused only because too much was asked of it lately. */
export function isLimit({ status, reason, retryAfter }: Refusal): boolean {
  return status === 429 || (status === 403 && (retryAfter !== undefined || /rate limit/i.test(reason)));
}

/** Whether what was asked for does not exist, or is hidden from these credentials. */
export function isAbsent(error: unknown): boolean {
  return parseRefusal(error)?.status === 404;
}

/**
 * The error that tells an operator what GitHub refused and how to mend it. It holds no header and no octokit object,
 * so that no token can reach a log through it. What is not a failed request is returned as it came.
 */
export function requestError(error: unknown): unknown {
  const refusal = parseRefusal(error);
  return refusal === undefined ? error : refusalError(refusal);
}

/** The same for a refusal that is already parsed. */
export function refusalError(refusal: Refusal): AssayError {
  return new AssayError(codeOf(refusal), messageOf(refusal));
}

/** Runs a request, and throws what `requestError` makes of its failure. */
export async function asked<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw requestError(error);
  }
}

/** Like `asked`, but undefined when GitHub answers 404. */
export async function askedOrAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw requestError(error);
  }
}

function codeOf(refusal: Refusal): ErrorCode {
  if (isUncertain(refusal) || isLimit(refusal)) return "unavailable";
  switch (refusal.status) {
    case 401:
    case 403:
      return "forbidden";
    case 404:
    case 410:
      return "not-found";
    case 405:
    case 409:
      return "conflict";
    default:
      return "invalid";
  }
}

function messageOf(refusal: Refusal): string {
  const { status, reason, request, retryAfter } = refusal;
  const said = `GitHub answered ${status} to ${request}: "${reason}".`;
  if (status === undefined) return `GitHub did not answer ${request}: ${reason}. Try again later.`;
  if (isLimit(refusal)) {
    const when = retryAfter === undefined ? "later" : `in ${retryAfter} s`;
    return `${said} The rate limit of these credentials is used up; try again ${when}.`;
  }
  if (status >= 500) return `${said} Try again later; https://www.githubstatus.com tells of outages.`;
  switch (status) {
    case 401:
      return `${said} The token is wrong or has expired; give a valid one, usually in GITHUB_TOKEN.`;
    case 403:
      return `${said} ${permissionHint(reason)}`;
    case 404:
      return `${said} It does not exist, or these credentials may not see it: check the name, and that the App is installed there or the token covers it.`;
    default:
      return said;
  }
}

function permissionHint(reason: string): string {
  if (/not permitted to create or approve pull requests/i.test(reason)) {
    return 'Allow it in the repository\'s settings: Actions, General, "Allow GitHub Actions to create and approve pull requests".';
  }
  if (/SAML|SSO/.test(reason)) return "Authorise the token for the organisation's single sign-on.";
  if (/not accessible by/i.test(reason)) {
    return 'Grant the permission: to the App in its settings, in a workflow under "permissions:", or to the token where it was made.';
  }
  return "These credentials may not do this.";
}

function reasonOf(data: unknown, fallback: string): string {
  if (!isRecord(data) || typeof data.message !== "string") return oneLine(fallback);
  const details = Array.isArray(data.errors)
    ? data.errors.map((item: unknown) =>
        isRecord(item) && typeof item.message === "string"
          ? item.message
          : typeof item === "string"
            ? item
            : "",
      )
    : [];
  return oneLine([data.message, ...details.filter((detail) => detail !== "")].join(" "));
}

const MAX_REASON = 600;

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_REASON);
}

function nameOf(request: Readonly<Record<string, unknown>>): string {
  const { method, url } = request;
  const path = typeof url === "string" && URL.canParse(url) ? new URL(url).pathname : String(url);
  return `${String(method)} ${path}`;
}

function waitOf(headers: unknown): number | undefined {
  if (!isRecord(headers)) return undefined;
  const wait = Number(headers["retry-after"]);
  if (headers["retry-after"] !== undefined && Number.isFinite(wait)) return Math.max(0, wait);
  if (String(headers["x-ratelimit-remaining"]) !== "0") return undefined;
  const reset = Number(headers["x-ratelimit-reset"]);
  return Number.isFinite(reset) ? Math.max(0, Math.ceil(reset - Date.now() / 1_000) + 1) : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
