import { didYouMean } from "../../format/suggestion.ts";
import type { Parsed } from "../../format/text.ts";
import { parsed, unparsed } from "../../format/text.ts";
import { GLOBAL_REGION } from "./platform.ts";
import type { SubmittedImage } from "./submission.ts";

const KEYS = ["platform", "region", "id", "component", "account", "arch", "digest"] as const;

/** Parses `platform=aws,region=us-east-1,id=ami-…[,component=…][,account=…][,arch=…][,digest=sha256:…]`. */
export function parseArtifactFlag(text: string): Parsed<SubmittedImage> {
  const fields = new Map<string, string>();
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const key = at < 0 ? part.trim() : part.slice(0, at).trim();
    const value = at < 0 ? "" : part.slice(at + 1).trim();
    if (!isKey(key)) return refuse(text, `has the unknown key "${key}".${didYouMean(key, KEYS)}`);
    if (value === "") return refuse(text, `gives "${key}" no value.`);
    if (fields.has(key)) return refuse(text, `gives "${key}" twice.`);
    fields.set(key, value);
  }
  const platform = fields.get("platform");
  const id = fields.get("id");
  if (platform === undefined || id === undefined) return refuse(text, "needs at least platform=… and id=….");
  return parsed({
    component: fields.get("component") ?? platform,
    platform,
    region: fields.get("region") ?? GLOBAL_REGION,
    id,
    ...optional("account", fields.get("account")),
    ...optional("arch", fields.get("arch")),
    ...optional("digest", fields.get("digest")),
  });
}

function isKey(key: string): key is (typeof KEYS)[number] {
  return KEYS.some((known) => known === key);
}

function optional(key: "account" | "arch" | "digest", value: string | undefined): Partial<SubmittedImage> {
  return value === undefined ? {} : { [key]: value };
}

function refuse(text: string, why: string): Parsed<never> {
  return unparsed({
    message: `The artifact "${text}" ${why}`,
    hint: "Write it as platform=aws,region=us-east-1,id=ami-0123456789abcdef0.",
  });
}
