import { parseDuration } from "../../format/duration.ts";
import { isFingerprint, isName } from "../../format/names.ts";
import { parseParentToken } from "../../format/reference.ts";
import type { ParentToken } from "../../format/reference.ts";
import type { Completion } from "../../registry/publish/submission.ts";
import type { InputsOf } from "../inputs.ts";
import { flag, lines, linesOf, optionallyParsed, parsedText } from "../inputs.ts";
import { writerInputs } from "../writer.ts";

/** The inputs of `action/publish`. */
export const inputs = {
  bucket: parsedText(
    (text) => (isName(text) ? text : undefined),
    "Write the bucket's name, such as ubuntu-base.",
  ),
  fingerprint: optionallyParsed(
    (text) => (isFingerprint(text) ? text : undefined),
    "Write 1 to 40 letters, digits, dots, underscores and hyphens, with a letter or digit at both ends.",
  ),
  "packer-manifest": lines,
  artifacts: lines,
  parents: parsedText(
    parseParents,
    "Write a version a line, with the channel it was resolved through: debian-base:v7@stable.",
  ),
  labels: lines,
  complete: parsedText(parseCompletion, "Write auto, complete or incomplete."),
  "create-bucket": flag,
  wait: parsedText(parseWait, "Write how long to wait at most, such as 5m or 1h; 0m does not wait."),
  ...writerInputs,
} as const;

/** The outputs of `action/publish`. */
export const outputs = [
  "version",
  "fingerprint",
  "status",
  "bucket",
  "commit",
  "pull-request",
  "parent-token",
  "published",
] as const;

/** What the inputs say. */
export type PublishInputs = InputsOf<typeof inputs>;

function parseParents(text: string): readonly ParentToken[] | undefined {
  const tokens = linesOf(text).map(parseParentToken);
  const known = tokens.filter((token) => token !== undefined);
  return known.length === tokens.length ? known : undefined;
}

function parseCompletion(text: string): Completion | undefined {
  switch (text) {
    case "":
    case "auto":
      return "unsaid";
    case "complete":
    case "incomplete":
      return text;
    default:
      return undefined;
  }
}

function parseWait(text: string): number | undefined {
  return parseDuration(text === "" ? "5m" : text);
}
