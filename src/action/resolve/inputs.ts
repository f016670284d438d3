import type { ChannelReference, VersionReference } from "../../format/reference.ts";
import { parseChannelReference, parseVersionReference } from "../../format/reference.ts";
import { connectionInputs } from "../connection.ts";
import type { InputsOf } from "../inputs.ts";
import { flag, optionalText, parsedText } from "../inputs.ts";

/** The inputs of `action/resolve`. */
export const inputs = {
  image: parsedText<ChannelReference | VersionReference>(
    (text) => parseChannelReference(text) ?? parseVersionReference(text),
    "Write ubuntu-base@stable or ubuntu-base:v12.",
  ),
  platform: optionalText,
  region: optionalText,
  arch: optionalText,
  account: optionalText,
  component: optionalText,
  "allow-revoked": flag,
  ...connectionInputs,
} as const;

/** The outputs of `action/resolve`. */
export const outputs = ["id", "version", "fingerprint", "status", "parent", "json"] as const;

/** What the inputs say. */
export type ResolveInputs = InputsOf<typeof inputs>;
