/** A version's name, `v12`: the number is at least 1 and has at most nine digits. */
export type VersionName = `v${number}`;

/** The form of a bucket's or channel's name. */
export const NAME = /^[a-z0-9]([a-z0-9-]{0,34}[a-z0-9])?$/;
/** The form of a version's name. */
export const VERSION = /^v[1-9][0-9]{0,8}$/;
/** The form of a fingerprint. */
export const FINGERPRINT = /^(?!.*\.\.)(?!.*\.lock$)[A-Za-z0-9]([A-Za-z0-9._-]{0,38}[A-Za-z0-9])?$/;

/** Whether the text may name a bucket or a channel: 1–36 lower-case letters, digits and inner hyphens. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** Whether the text may name a channel that has a file: a name, and not the computed `latest`. */
export function isChannelName(text: string): boolean {
  return isName(text) && text !== "latest";
}

/** Whether the text is a version's name. */
export function isVersionName(text: string): text is VersionName {
  return VERSION.test(text);
}

/** The number of a version's name. */
export function versionNumber(version: VersionName): number {
  return Number(version.slice(1));
}

/** The name of a version's number. */
export function versionName(number: number): VersionName {
  return `v${number}`;
}

/** Orders version names by their numbers. */
export function compareVersions(a: VersionName, b: VersionName): number {
  return versionNumber(a) - versionNumber(b);
}

/** Whether the text may name a build run: 1–40 of `[A-Za-z0-9._-]`, ends alphanumeric, fit to be part of a git ref. */
export function isFingerprint(text: string): boolean {
  return FINGERPRINT.test(text);
}

/** Orders text by code point, independent of any locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
