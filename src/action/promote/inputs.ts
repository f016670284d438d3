import { AssayError } from "../../format/error.ts";
import { isName } from "../../format/names.ts";
import type { PromoteRequest } from "../../flows/promote.ts";
import type { ChannelReference, VersionReference } from "../../format/reference.ts";
import { parseChannelReference, parseVersionReference } from "../../format/reference.ts";
import type { Environment } from "../../registry/publish/actions-run.ts";
import { requesterOf } from "../../registry/publish/actions-run.ts";
import type { InputsOf } from "../inputs.ts";
import { flag, optionallyParsed } from "../inputs.ts";
import { writerInputs } from "../writer.ts";

/** The inputs of `action/promote`. */
export const inputs = {
  source: optionallyParsed<ChannelReference | VersionReference>(
    (text) => parseChannelReference(text) ?? parseVersionReference(text),
    "Write ubuntu-base:v12 or ubuntu-base@staging.",
  ),
  to: optionallyParsed(
    (text) => (isName(text) ? text : undefined),
    "Write a channel's name, such as stable.",
  ),
  automatic: flag,
  ...writerInputs,
} as const;

/** The outputs of `action/promote`. */
export const outputs = ["pull-request", "branch", "verdict", "merged"] as const;

/** What the inputs say. */
export type PromoteInputs = InputsOf<typeof inputs>;

/** One promotion that somebody asks for, or those that automatic channels ask for. */
export type Task =
  { readonly kind: "one"; readonly request: PromoteRequest } | { readonly kind: "automatic" };

/** What the inputs ask for. Throws `usage` where they say both or neither. */
export function readTask({ source, to, automatic }: PromoteInputs, env: Environment): Task {
  if (automatic) {
    if (source === undefined && to === undefined) return { kind: "automatic" };
    throw new AssayError("usage", 'The input "automatic" goes without "source" and "to".', {
      hint: "Promote one version in a step of its own.",
    });
  }
  if (source !== undefined && to !== undefined)
    return { kind: "one", request: { source, channel: to, requestedBy: requesterOf(env) } };
  const missing = source === undefined ? "source" : "to";
  throw new AssayError("usage", `The input "${missing}" is missing.`, {
    hint: 'Set "source" and "to", or "automatic: true".',
  });
}
