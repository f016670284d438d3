/** `owner/name` of a GitHub repository, in its parts. */
export interface RepositoryAddress {
  readonly owner: string;
  readonly repo: string;
}

/** Parses `owner/name`; undefined when the text has another form. */
export function parseRepository(text: string): RepositoryAddress | undefined {
  const [, owner, repo] = /^([A-Za-z0-9][A-Za-z0-9-]{0,38})\/([A-Za-z0-9._-]{1,100})$/.exec(text) ?? [];
  if (owner === undefined || repo === undefined || repo === "." || repo === "..") return undefined;
  return { owner, repo };
}

/** Parses a folder of a repository, `/` or nothing between its parts; undefined for one that leads out of it. */
export function parseRoot(text: string): string | undefined {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  return text.startsWith("/") || parts.includes("..") ? undefined : parts.join("/");
}

/** The address of an API to which a token may be sent: encrypted, unless it stays on this machine; else undefined. */
export function parseApiUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isHere);
  return isSafe ? text.replace(/\/+$/, "") : undefined;
}
