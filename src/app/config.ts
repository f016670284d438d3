import { createPrivateKey } from "node:crypto";
import { isIP } from "node:net";
import type { Timings } from "../github/timings.ts";

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** All that the App is told from outside. */
export interface AppConfig {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** Webhooks may be signed with any of these; the first is the current one. */
  readonly webhookSecrets: readonly [string, ...string[]];
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** The REST API's address; undefined for github.com's. */
  readonly apiUrl: string | undefined;
  /** The registry's folder in every repository; undefined for the repository itself. */
  readonly root: string | undefined;
  readonly logLevel: LogLevel;
  /** How to wait for GitHub; as it asks unless told otherwise. */
  readonly timings?: Partial<Timings>;
}

/** A configuration, or everything that is wrong with it, each with how to mend it. */
export type ParsedConfig =
  | { readonly ok: true; readonly config: AppConfig }
  | { readonly ok: false; readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/** What Probot signs with when nobody gives it a secret, so everybody knows it. */
const WELL_KNOWN_SECRET = "development";

/**
 * Reads the configuration from the environment, once and whole. `readFile` answers a file's text or throws. There are
 * no default secrets.
 */
export function parseConfig(environment: Environment, readFile: (path: string) => string): ParsedConfig {
  const problems: string[] = [];
  const read = (name: string): string | undefined => {
    const value = environment[name]?.trim();
    return value === "" ? undefined : value;
  };
  const report = (problem: string): undefined => {
    problems.push(problem);
  };
  const source: Source = { read, report, readFile };
  const parts = {
    appId: parseAppId(source),
    privateKey: parsePrivateKey(source),
    webhookSecrets: parseSecrets(source),
    host: parseHost(source),
    port: parsePort(source),
    apiUrl: parseApiUrl(source),
    root: parseRoot(source),
    logLevel: parseLogLevel(source),
  };
  const { appId, privateKey, webhookSecrets, port, logLevel, ...rest } = parts;
  if (
    problems.length > 0 ||
    appId === undefined ||
    privateKey === undefined ||
    webhookSecrets === undefined ||
    port === undefined ||
    logLevel === undefined
  )
    return { ok: false, problems };
  return { ok: true, config: { appId, privateKey, webhookSecrets, port, logLevel, ...rest } };
}

/** Where settings are read from, and where complaints about them go. */
interface Source {
  readonly read: (name: string) => string | undefined;
  readonly report: (problem: string) => undefined;
  readonly readFile: (path: string) => string;
}

function parseAppId({ read, report }: Source): number | undefined {
  const text = read("APP_ID");
  if (text === undefined)
    return report(
      "APP_ID is missing. Set it to the App's id, which GitHub shows on the App's settings page.",
    );
  if (!/^[1-9]\d{0,14}$/.test(text)) return report(`APP_ID is "${text}". Set it to the App's id, a number.`);
  return Number(text);
}

function parsePrivateKey(source: Source): string | undefined {
  const { read, report } = source;
  const [value, path] = [read("PRIVATE_KEY"), read("PRIVATE_KEY_PATH")];
  if (value !== undefined && path !== undefined)
    return report("PRIVATE_KEY and PRIVATE_KEY_PATH are both set. Take one away.");
  if (value !== undefined) return checkedKey(decodeKey(value), "PRIVATE_KEY", report);
  if (path === undefined)
    return report(
      "PRIVATE_KEY_PATH is missing. Set it to the .pem file that GitHub made for the App, or put the file's text in PRIVATE_KEY.",
    );
  try {
    return checkedKey(source.readFile(path), `The file "${path}" of PRIVATE_KEY_PATH`, report);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return report(
      `The file "${path}" of PRIVATE_KEY_PATH cannot be read (${reason}). Mend the path or its rights.`,
    );
  }
}

/** Variables of one line hold keys with `\n` written out, or the whole file as base64. */
function decodeKey(value: string): string {
  const text = value.replaceAll(String.raw`\n`, "\n");
  return text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString();
}

function checkedKey(pem: string, where: string, report: Source["report"]): string | undefined {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "rsa") return pem;
  } catch {
    // The reason may hold parts of the key.
  }
  return report(`${where} holds no RSA private key in PEM form. Make a new one on the App's settings page.`);
}

function parseSecrets({ read, report }: Source): readonly [string, ...string[]] | undefined {
  const current = read("WEBHOOK_SECRET");
  const previous = read("WEBHOOK_SECRET_PREVIOUS");
  for (const [name, value] of Object.entries({
    WEBHOOK_SECRET: current,
    WEBHOOK_SECRET_PREVIOUS: previous,
  })) {
    if (value === WELL_KNOWN_SECRET)
      report(`${name} is "${WELL_KNOWN_SECRET}", which everybody knows. Make one with: openssl rand -hex 32`);
  }
  if (current === undefined)
    return report(
      "WEBHOOK_SECRET is missing. Make one with `openssl rand -hex 32`, and set it here and on the App's settings page.",
    );
  return previous === undefined ? [current] : [current, previous];
}

function parseHost({ read, report }: Source): string {
  const host = read("HOST") ?? "127.0.0.1";
  if (isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/.test(host))
    report(`HOST is "${host}". Set it to an address to listen on: 127.0.0.1, or 0.0.0.0 in a container.`);
  return host;
}

function parsePort({ read, report }: Source): number | undefined {
  const text = read("PORT") ?? "3000";
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    return report(`PORT is "${text}". Set it to a number from 0 to 65535; 0 takes any that is free.`);
  return Number(text);
}

function parseApiUrl({ read, report }: Source): string | undefined {
  const [url, host] = [read("GITHUB_API_URL"), read("GHE_HOST")];
  if (url !== undefined && host !== undefined)
    return report("GITHUB_API_URL and GHE_HOST are both set. Take one away.");
  if (host !== undefined) {
    if (/^[A-Za-z0-9.-]+(:\d+)?$/.test(host)) return `https://${host}/api/v3`;
    return report(`GHE_HOST is "${host}". Set it to the host's name alone, such as github.example.com.`);
  }
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || !isSafe(new URL(url)))
    return report(
      `GITHUB_API_URL is "${url}". Set it to an https address such as https://github.example.com/api/v3; http would show tokens on the way.`,
    );
  return url.replace(/\/+$/, "");
}

function isSafe({ protocol, hostname }: URL): boolean {
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && isLoopback);
}

function parseRoot({ read, report }: Source): string | undefined {
  const root = read("ASSAY_ROOT");
  if (root === undefined) return undefined;
  if (root.startsWith("/") || root.split("/").includes(".."))
    return report(
      `ASSAY_ROOT is "${root}". Set it to the registry's folder inside the repository, such as images.`,
    );
  return root;
}

function parseLogLevel({ read, report }: Source): LogLevel | undefined {
  const text = read("LOG_LEVEL") ?? "info";
  return (
    LOG_LEVELS.find((level) => level === text) ??
    report(`LOG_LEVEL is "${text}". Set it to one of ${LOG_LEVELS.join(", ")}.`)
  );
}
