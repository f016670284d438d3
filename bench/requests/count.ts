import type { RequestLog, Sandbox } from "../../test/sandbox/sandbox.ts";

/** The requests that some work made. */
export interface RequestCount {
  /** Reads of anything but a file's content. */
  readonly reads: number;
  /** Reads of a file's content: blobs that the cache did not hold. */
  readonly blobs: number;
  readonly writes: number;
  /** Exchanges of the App's key for an installation's token, one an hour. */
  readonly tokens: number;
  /** What was asked for, and how often. */
  readonly summary: string;
}

type Kind = "read" | "blob" | "write" | "token";

/** Counts the requests that work makes. */
export async function countRequests(box: Sandbox, work: () => Promise<unknown>): Promise<RequestCount> {
  await box.settle();
  box.clearRequests();
  await work();
  const requests = [...box.requests];
  const count = (kind: Kind): number => requests.filter((request) => kindOf(request) === kind).length;
  return {
    reads: count("read"),
    blobs: count("blob"),
    writes: count("write"),
    tokens: count("token"),
    summary: summarise(requests.filter((request) => kindOf(request) !== "token")),
  };
}

function kindOf({ method, route, path }: RequestLog): Kind {
  if (route.endsWith("/access_tokens")) return "token";
  if (method !== "GET") return "write";
  const isFile = route.endsWith("/contents/{path}") && /\.(json|yml)(\?|$)/.test(path);
  return isFile || route.endsWith("/git/blobs/{file_sha}") ? "blob" : "read";
}

function summarise(requests: readonly RequestLog[]): string {
  const groups = Map.groupBy(
    requests,
    (request) => `${request.method === "GET" ? "" : `${request.method} `}${nounOf(request)}`,
  );
  return [...groups].map(([name, { length }]) => (length === 1 ? name : `${name} ×${length}`)).join(", ");
}

/** The last word of a route that is no parameter: `branches` of `GET /repos/{owner}/{repo}/branches/{branch}`. */
function nounOf({ route, path }: RequestLog): string {
  const words = route.split("/").filter((word) => word !== "" && !word.startsWith("{"));
  return words.at(-1) ?? path;
}
