import type { VersionName } from "../format/names.ts";
import { isChannelName, isName, isVersionName } from "../format/names.ts";

/** What a path of a registry holds. */
export type RegistryPath =
  | { readonly kind: "settings" }
  | { readonly kind: "guard" }
  | { readonly kind: "bucket"; readonly bucket: string }
  | { readonly kind: "channel"; readonly bucket: string; readonly channel: string }
  | { readonly kind: "version"; readonly bucket: string; readonly version: VersionName }
  | { readonly kind: "revocation"; readonly bucket: string; readonly version: VersionName }
  | { readonly kind: "waiver"; readonly name: string }
  | { readonly kind: "freeze"; readonly name: string }
  | { readonly kind: "consumer"; readonly name: string }
  /** Stands where only registry files may stand, and is none. */
  | { readonly kind: "misplaced"; readonly reason: string }
  /** Not the registry's: templates, documentation. */
  | { readonly kind: "foreign" };

/** The registry's settings. */
export const SETTINGS_PATH = "assay.yml";

/** The folder of a bucket. */
export function bucketFolder(bucket: string): string {
  return `buckets/${bucket}`;
}

/** Where a bucket's settings stand. */
export function bucketPath(bucket: string): string {
  return `${bucketFolder(bucket)}/bucket.yml`;
}

/** Where a channel's pointer stands. */
export function channelPath(bucket: string, channel: string): string {
  return `${bucketFolder(bucket)}/channels/${channel}.yml`;
}

/** Where a version's record stands. */
export function versionPath(bucket: string, version: VersionName): string {
  return `${bucketFolder(bucket)}/versions/${version}.json`;
}

/** Where a version's revocation stands. */
export function revocationPath(bucket: string, version: VersionName): string {
  return `${bucketFolder(bucket)}/revocations/${version}.yml`;
}

const REGISTRY_FOLDERS = ["buckets", "waivers", "freezes", "consumers"];

/** Tells what a path, relative to the registry's root, holds. Look-alikes that differ only in case are `misplaced`. */
export function classifyPath(path: string): RegistryPath {
  const [first = "", ...rest] = path.split("/");
  if (path === SETTINGS_PATH) return { kind: "settings" };
  if (isGuard(path)) return { kind: "guard" };
  if (path.toLowerCase() === SETTINGS_PATH) return misplaced(`Only "${SETTINGS_PATH}" holds the settings.`);
  // A folder that is one of ours on a file system without case must not hide from the rules on one with it.
  const folder = first.toLowerCase().normalize("NFKC");
  if (!REGISTRY_FOLDERS.includes(folder)) return { kind: "foreign" };
  if (folder !== first) return misplaced(`"${first}" is taken for "${folder}" on some machines.`);
  return first === "buckets" ? classifyInBuckets(rest) : classifyNamed(first, rest);
}

/** GitHub reads its own rules from these, so a change of them is a change of who may do what. */
export function isGuard(path: string): boolean {
  const lower = path.toLowerCase();
  return (
    lower.startsWith(".github/") ||
    lower === ".github" ||
    lower === "codeowners" ||
    lower === "docs/codeowners" ||
    lower === ".gitattributes" ||
    lower === ".gitmodules"
  );
}

function classifyInBuckets(parts: readonly string[]): RegistryPath {
  const [bucket = "", folder, file, ...deeper] = parts;
  if (folder === undefined) return misplaced(`Only folders of buckets stand under "buckets/".`);
  if (!isName(bucket))
    return misplaced(`"${bucket}" cannot name a bucket: 1 to 36 lower-case letters, digits and hyphens.`);
  if (folder === "bucket.yml" && file === undefined) return { kind: "bucket", bucket };
  if (file === undefined || deeper.length > 0)
    return misplaced("A bucket holds bucket.yml and the folders channels, versions and revocations.");
  switch (folder) {
    case "channels": {
      const channel = stem(file, ".yml");
      if (channel === undefined || !isChannelName(channel))
        return misplaced(`"${file}" names no channel: expected <channel>.yml, and "latest" is computed.`);
      return { kind: "channel", bucket, channel };
    }
    case "versions": {
      const version = stem(file, ".json");
      if (version === undefined || !isVersionName(version))
        return misplaced(`"${file}" names no version: expected a name such as v12.json.`);
      return { kind: "version", bucket, version };
    }
    case "revocations": {
      const version = stem(file, ".yml");
      if (version === undefined || !isVersionName(version))
        return misplaced(`"${file}" names no version: expected a name such as v12.yml.`);
      return { kind: "revocation", bucket, version };
    }
    default:
      return misplaced("A bucket holds bucket.yml and the folders channels, versions and revocations.");
  }
}

function classifyNamed(folder: string, parts: readonly string[]): RegistryPath {
  const [file = "", ...deeper] = parts;
  const extension = folder === "consumers" ? ".json" : ".yml";
  const name = stem(file, extension);
  if (deeper.length > 0 || name === undefined || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) {
    return misplaced(`"${folder}/" holds files named <name>${extension} and nothing else.`);
  }
  if (folder === "waivers") return { kind: "waiver", name };
  return folder === "freezes" ? { kind: "freeze", name } : { kind: "consumer", name };
}

function stem(file: string, extension: string): string | undefined {
  return file.endsWith(extension) ? file.slice(0, -extension.length) : undefined;
}

function misplaced(reason: string): RegistryPath {
  return { kind: "misplaced", reason };
}
