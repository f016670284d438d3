import { AssayError } from "../format/error.ts";

/** Where the App tells what it does; Probot's logger is one. Only names, numbers and reasons go there. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a log may hold of an error: no request, no headers, no payload, whatever else hangs on it. */
export function errorFields(error: unknown): object {
  if (error instanceof AssayError) return { code: error.code, reason: error.message };
  if (!(error instanceof Error)) return { reason: String(error) };
  return { code: "unexpected", reason: error.message, stack: error.stack };
}
