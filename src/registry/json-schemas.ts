import * as z from "zod";
import { writeJson } from "../format/json.ts";
import { bucketFile } from "./files/bucket.ts";
import { channelFile } from "./files/channel.ts";
import { consumerFile } from "./files/consumer.ts";
import { freezeFile } from "./files/freeze.ts";
import { revocationFile } from "./files/revocation.ts";
import { settingsFile } from "./files/settings.ts";
import { versionFile } from "./files/version.ts";
import { waiverFile } from "./files/waiver.ts";

const FILES = {
  assay: { schema: settingsFile, title: "A registry's settings, assay.yml" },
  bucket: { schema: bucketFile, title: "A bucket's settings, buckets/<bucket>/bucket.yml" },
  channel: { schema: channelFile, title: "A channel's pointer, buckets/<bucket>/channels/<channel>.yml" },
  consumer: { schema: consumerFile, title: "What a consumer uses, consumers/<name>.json" },
  freeze: { schema: freezeFile, title: "A freeze, freezes/<name>.yml" },
  revocation: { schema: revocationFile, title: "A revocation, buckets/<bucket>/revocations/<version>.yml" },
  version: { schema: versionFile, title: "A version's record, buckets/<bucket>/versions/<version>.json" },
  waiver: { schema: waiverFile, title: "A waiver, waivers/<name>.yml" },
} as const;

/** The text of each kind of file's JSON Schema (draft 2020-12), by the schema's file name: what editors complete from. */
export function renderJsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(FILES).map(([name, { schema, title }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
      return [`${name}.schema.json`, writeJson({ $schema, title, ...rest })];
    }),
  );
}
