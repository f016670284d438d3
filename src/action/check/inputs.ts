import type { InputsOf } from "../inputs.ts";
import { optionallyParsed } from "../inputs.ts";
import { writerInputs } from "../writer.ts";

/** The inputs of `action/check`. */
export const inputs = {
  "pull-request": optionallyParsed(
    (text) => (/^[1-9][0-9]{0,9}$/.test(text) ? Number(text) : undefined),
    "Write the pull request's number.",
  ),
  ...writerInputs,
} as const;

/** The outputs of `action/check`. */
export const outputs = ["verdict", "merged"] as const;

/** What the inputs say. */
export type CheckInputs = InputsOf<typeof inputs>;
