import type { VersionName } from "./names.ts";
import { isName, isVersionName } from "./names.ts";

/** `bucket:v7`, one version of a bucket. */
export interface VersionReference {
  readonly bucket: string;
  readonly version: VersionName;
}

/** `bucket@channel`, what a channel of a bucket points to; the channel may be the computed `latest`. */
export interface ChannelReference {
  readonly bucket: string;
  readonly channel: string;
}

/** `bucket:v7@channel`, a parent with the channel it was resolved through, if any. */
export interface ParentToken extends VersionReference {
  readonly channel: string | undefined;
}

/** Parses `bucket:v7`; undefined when the text has another form. */
export function parseVersionReference(text: string): VersionReference | undefined {
  const token = parseParentToken(text);
  return token === undefined || token.channel !== undefined
    ? undefined
    : { bucket: token.bucket, version: token.version };
}

/** Parses `bucket@channel`; undefined when the text has another form. */
export function parseChannelReference(text: string): ChannelReference | undefined {
  const [bucket = "", channel = "", ...rest] = text.split("@");
  return rest.length === 0 && isName(bucket) && isName(channel) ? { bucket, channel } : undefined;
}

/** Parses `bucket:v7` or `bucket:v7@channel`; undefined when the text has another form. */
export function parseParentToken(text: string): ParentToken | undefined {
  const [left = "", channel, ...more] = text.split("@");
  const [bucket = "", version = "", ...rest] = left.split(":");
  if (more.length > 0 || rest.length > 0 || !isName(bucket) || !isVersionName(version)) return undefined;
  if (channel !== undefined && !isName(channel)) return undefined;
  return { bucket, version, channel };
}

/** `bucket:v7` or `bucket:v7@channel`. */
export function renderParentToken(token: ParentToken): string {
  const version = `${token.bucket}:${token.version}`;
  return token.channel === undefined ? version : `${version}@${token.channel}`;
}
