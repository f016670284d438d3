import type { Readable } from "node:stream";
import type { z } from "zod";
import { Problem } from "./problem.ts";
import type { Actor, Json, Repo, Role } from "./state.ts";
import type { World } from "./world.ts";

/** One request to the REST API. */
export interface Context {
  readonly world: World;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly accept: string;
  /** The path with its query, for links. */
  readonly path: string;
}

/** A request about a repository that the actor may reach. */
export interface RepoContext extends Context {
  readonly repo: Repo;
}

/** What is answered: JSON, or bytes as they are. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes?: Buffer | Readable;
}

/** The App permission a route needs, and the least role of a person where the level does not tell it. */
export interface Need {
  readonly permission: string;
  /** A permission that does as well: pull requests are issues too. */
  readonly or?: string;
  readonly level: "read" | "write" | "admin";
  readonly role?: Role;
}

/** A route; `path` is written as in GitHub's OpenAPI description. */
export type Route =
  | {
      readonly kind: "plain";
      readonly method: string;
      readonly path: string;
      readonly handle: (context: Context) => Promise<Reply> | Reply;
    }
  | {
      readonly kind: "repo";
      readonly method: string;
      readonly path: string;
      readonly need: Need;
      readonly handle: (context: RepoContext) => Promise<Reply> | Reply;
    };

/** A route about no repository, or one that looks it up itself: `route("GET /user", …)`. */
export function route(name: string, handle: (context: Context) => Promise<Reply> | Reply): Route {
  const [method = "", path = ""] = name.split(" ");
  return { kind: "plain", method, path, handle };
}

/** A route about a repository: `repoRoute("GET /pulls", …)` stands for `GET /repos/{owner}/{repo}/pulls`. */
export function repoRoute(
  name: string,
  need: Need,
  handle: (context: RepoContext) => Promise<Reply> | Reply,
): Route {
  const [method = "", path = ""] = name.split(" ");
  return { kind: "repo", method, path: `/repos/{owner}/{repo}${path === "/" ? "" : path}`, need, handle };
}

const GREEDY: ReadonlySet<string> = new Set(["ref", "basehead", "branch", "name"]);

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly weight: number;
}

/** Finds the route of a request; of several that match, the one with most fixed segments. */
export class Router {
  readonly #routes: readonly Compiled[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes
      .map((one) => {
        const names: string[] = [];
        const source = one.path.replaceAll(/\/\{path\}|\{(\w+)\}|\./g, (part, name: string | undefined) => {
          if (part === ".") return String.raw`\.`;
          names.push(name ?? "path");
          // The root of a repository's contents has no path, and not always a slash.
          if (name === undefined) return "(?:/(.*))?";
          return GREEDY.has(name) ? "(.*)" : "([^/]+)";
        });
        const weight = one.path.split("/").filter((segment) => !segment.startsWith("{")).length;
        return { route: one, pattern: new RegExp(`^${source}$`), names, weight };
      })
      .toSorted((a, b) => b.weight - a.weight);
  }

  find(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
    for (const { route: found, pattern, names } of this.#routes) {
      const match = found.method === method ? pattern.exec(path) : null;
      if (!match) continue;
      const params: Record<string, string> = {};
      names.forEach((name, index) => {
        params[name] = decodeURIComponent(match[index + 1] ?? "");
      });
      return { route: found, params };
    }
    return undefined;
  }
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export function noContent(): Reply {
  return { status: 204 };
}

/** A path parameter; the router has made sure that it is there. */
export function param(context: Context, name: string): string {
  return context.params[name] ?? "";
}

/** A numeric path parameter; NaN, which finds nothing, where it is none. */
export function numberParam(context: Context, name: string): number {
  return Number(context.params[name]);
}

/** The request's body by a schema; throws 422 where it does not fit. */
export function readBody<T>(context: Context, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(context.body ?? {});
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new Problem(422, `Invalid request.\n\n${problems.join("\n")}`);
}

/** The page asked for: at most 100 items, 30 unless told. */
export function pageOf(context: Context): { page: number; perPage: number; skip: number } {
  const perPage = Math.min(Math.max(Number(context.query.get("per_page") ?? 30) || 30, 1), 100);
  const page = Math.max(Number(context.query.get("page") ?? 1) || 1, 1);
  return { page, perPage, skip: (page - 1) * perPage };
}

/** A page's answer with its `link` header; `last` is the number of the last page where it is known. */
export function paged(context: Context, body: unknown, pages: { hasNext: boolean; last?: number }): Reply {
  const { page } = pageOf(context);
  const link = (to: number, rel: string): string => {
    const url = new URL(context.world.url + context.path);
    url.searchParams.set("page", String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev"), link(1, "first")] : []),
    ...(pages.hasNext ? [link(page + 1, "next")] : []),
    ...(pages.hasNext && pages.last !== undefined ? [link(pages.last, "last")] : []),
  ];
  return { status: 200, body, ...(links.length > 0 ? { headers: { link: links.join(", ") } } : {}) };
}

/** The page of a whole list that was asked for, each item presented. */
export async function pageList<T>(
  context: Context,
  items: readonly T[],
  present: (item: T) => Json | Promise<Json>,
): Promise<Reply> {
  const { perPage, skip } = pageOf(context);
  const body = await Promise.all(items.slice(skip, skip + perPage).map(async (item) => present(item)));
  const hasNext = skip + perPage < items.length;
  return paged(context, body, { hasNext, last: Math.ceil(items.length / perPage) });
}

/** Like `pageList`, under a key beside `total_count`. */
export async function pageCounted<T>(
  context: Context,
  list: { readonly key: string; readonly items: readonly T[] },
  present: (item: T) => Json | Promise<Json>,
): Promise<Reply> {
  const reply = await pageList(context, list.items, present);
  return { ...reply, body: { total_count: list.items.length, [list.key]: reply.body } };
}
