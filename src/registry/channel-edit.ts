import { isMap, isScalar, parseDocument } from "yaml";
import type { VersionName } from "../format/names.ts";

/**
 * The text of a channel's file with another version in it. Everything else, comments included, stays byte for byte;
 * a missing or unreadable file is written anew.
 */
export function pointChannel(text: string | undefined, version: VersionName | "none"): string {
  if (text === undefined) return `version: ${version}\n`;
  const { contents } = parseDocument(text);
  const node: unknown = isMap(contents) ? contents.get("version", true) : undefined;
  if (!isScalar(node) || node.range === null || node.range === undefined) return `version: ${version}\n`;
  const [from, to] = node.range;
  return `${text.slice(0, from)}${version}${text.slice(to)}`;
}
