import type * as z from "zod";
import { validate } from "../format/document.ts";
import { parseJson, readJson } from "../format/json.ts";
import type { Parsed } from "../format/text.ts";
import { decodeRegistryText } from "../format/text.ts";
import { parseYaml } from "../format/yaml.ts";
import { bucketFile } from "./files/bucket.ts";
import { channelFile } from "./files/channel.ts";
import { consumerFile } from "./files/consumer.ts";
import { freezeFile } from "./files/freeze.ts";
import { revocationFile } from "./files/revocation.ts";
import { settingsFile } from "./files/settings.ts";
import type { VersionRecord } from "./files/version.ts";
import { versionFile } from "./files/version.ts";
import { waiverFile } from "./files/waiver.ts";

/** A file as it was stored: its path, for messages, and its bytes. */
export interface RawFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export const parseSettings = yamlParser(settingsFile);
export const parseBucket = yamlParser(bucketFile);
export const parseChannel = yamlParser(channelFile);
export const parseRevocation = yamlParser(revocationFile);
export const parseWaiver = yamlParser(waiverFile);
export const parseFreeze = yamlParser(freezeFile);

/** Parses a record that somebody proposes: duplicate keys and deep nesting are refused too. */
export function parseVersion(file: RawFile): Parsed<VersionRecord> {
  return parseRecord(file, versionFile, parseJson);
}

/** Parses a record of the default branch, which `parseVersion` let in. */
export function readVersion(file: RawFile): Parsed<VersionRecord> {
  return parseRecord(file, versionFile, readJson);
}

/** Parses a consumer's record. */
export function parseConsumer(file: RawFile): Parsed<z.output<typeof consumerFile>> {
  return parseRecord(file, consumerFile, parseJson);
}

function yamlParser<S extends z.ZodType>(schema: S): (file: RawFile) => Parsed<z.output<S>> {
  return (file) => {
    const source = decodeRegistryText(file.path, file.bytes);
    if (!source.ok) return source;
    const document = parseYaml(source.value);
    return document.ok ? validate(schema, document.value) : document;
  };
}

function parseRecord<S extends z.ZodType>(
  file: RawFile,
  schema: S,
  parse: typeof parseJson,
): Parsed<z.output<S>> {
  const source = decodeRegistryText(file.path, file.bytes);
  if (!source.ok) return source;
  const document = parse(source.value);
  return document.ok ? validate(schema, document.value) : document;
}
