import type { Json } from "./state.ts";

/** A request that GitHub would refuse, with the status and the message it would use. */
export class Problem extends Error {
  readonly status: number;
  readonly errors: readonly (Json | string)[] | undefined;

  constructor(status: number, message: string, errors?: readonly (Json | string)[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** The 404 of whatever does not exist or may not be seen. */
export function notFound(): Problem {
  return new Problem(404, "Not Found");
}

/** The 422 whose `errors` tell which field is wrong. */
export function invalid(resource: string, field: string, message: string): Problem {
  return new Problem(422, "Validation Failed", [{ resource, field, code: "custom", message }]);
}
