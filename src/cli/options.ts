import type { Command } from "commander";
import { Option } from "commander";
import { AssayError } from "../format/error.ts";
import type { ChannelReference, VersionReference } from "../format/reference.ts";
import { parseChannelReference, parseVersionReference } from "../format/reference.ts";
import { isTime } from "../format/time.ts";
import type { Place } from "./place.ts";
import { parsePlace } from "./place.ts";

/** The forms in which a command answers. */
export type Format = "text" | "json";

/** The options that every command has, as commander collects them. */
export interface GlobalOptions {
  readonly registry?: string;
  readonly repo?: string;
  readonly root?: string;
  readonly format: Format;
  readonly asOf?: string;
}

/** The options that every command has. */
export function globalOptions(): Option[] {
  return [
    new Option("--registry <dir>", "a local clone of the registry (default: the current folder)").env(
      "ASSAY_REGISTRY",
    ),
    new Option("--repo <owner/name>", "the registry on GitHub, with the token in GITHUB_TOKEN").env(
      "ASSAY_REPO",
    ),
    new Option("--root <folder>", "the registry's folder in its repository").env("ASSAY_ROOT"),
    new Option("--format <format>", "text for people, json for programs")
      .choices(["text", "json"])
      .default("text")
      .env("ASSAY_FORMAT"),
    new Option("--as-of <time>", "answer for this moment, such as 2026-12-01T00:00:00Z: past or future"),
  ];
}

/** Where the registry is; a place that was given as a flag outranks one of the environment. */
export function readPlace(command: Command): Place {
  const { registry, repo, root } = command.optsWithGlobals<GlobalOptions>();
  const flagged = (name: string): boolean => command.getOptionValueSourceWithGlobals(name) === "cli";
  const onlyRegistry = flagged("registry") && !flagged("repo");
  const onlyRepo = flagged("repo") && !flagged("registry");
  return parsePlace({
    registry: onlyRepo ? undefined : registry,
    repo: onlyRegistry ? undefined : repo,
    root,
  });
}

/** Reads `--as-of`. Throws `usage` for what is no time. */
export function parseAsOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  if (isTime(text)) return new Date(text);
  throw new AssayError("usage", `"${text}" is no time.`, {
    hint: "Write --as-of as 2026-12-01T00:00:00Z, in UTC.",
  });
}

/** Refuses a moment for a command that writes: what it writes happens now. */
export function refuseAsOf({ asOf }: { readonly asOf: Date | undefined }): void {
  if (asOf === undefined) return;
  throw new AssayError("usage", "--as-of only asks; this command writes, and that happens now.", {
    hint: "Leave --as-of out.",
  });
}

/** Reads `bucket@channel` or `bucket:vN`. Throws `usage` for what is neither. */
export function parseReference(text: string): ChannelReference | VersionReference {
  const reference = parseChannelReference(text) ?? parseVersionReference(text);
  if (reference !== undefined) return reference;
  throw new AssayError("usage", `"${text}" names neither a channel nor a version of a bucket.`, {
    hint: "Write ubuntu-base@stable or ubuntu-base:v12.",
  });
}

/** Reads `bucket:vN`. Throws `usage` for anything else. */
export function parseVersionOnly(text: string): VersionReference {
  const reference = parseVersionReference(text);
  if (reference !== undefined) return reference;
  throw new AssayError("usage", `"${text}" names no version of a bucket.`, {
    hint: "Write ubuntu-base:v12.",
  });
}

/** Reads `bucket@channel`. Throws `usage` for anything else. */
export function parseChannelOnly(text: string): ChannelReference {
  const reference = parseChannelReference(text);
  if (reference !== undefined) return reference;
  throw new AssayError("usage", `"${text}" names no channel of a bucket.`, {
    hint: "Write ubuntu-base@stable.",
  });
}

/** Collects an option that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}
