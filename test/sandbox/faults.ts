/** Which requests go wrong. */
export interface FaultMatch {
  readonly method?: string;
  readonly path?: RegExp;
  /** How many requests go wrong; 1 unless told. */
  readonly times?: number;
  /** How many matching requests go well first. */
  readonly after?: number;
  /** `before`: the request is not carried out. `after`: it is, but its answer is replaced. */
  readonly when: "before" | "after";
}

/** What goes wrong. A delay only holds the request or its answer back. */
export type FaultAct =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  | { readonly hangUp: true }
  | { readonly delayMs: number };

interface Fault {
  readonly match: FaultMatch;
  readonly act: FaultAct;
  skip: number;
  left: number;
}

/** The faults that tests have planned. */
export class Faults {
  readonly #faults: Fault[] = [];

  plan(match: FaultMatch, act: FaultAct): void {
    this.#faults.push({ match, act, skip: match.after ?? 0, left: match.times ?? 1 });
  }

  /** The fault that strikes a request, if any; it counts as used. */
  strike(method: string, path: string): { when: "before" | "after"; act: FaultAct } | undefined {
    for (const fault of this.#faults) {
      const { match } = fault;
      if (fault.left === 0 || (match.method && match.method !== method)) continue;
      if (match.path && path.search(match.path) < 0) continue;
      if (fault.skip > 0) {
        fault.skip--;
        continue;
      }
      fault.left--;
      return { when: match.when, act: fault.act };
    }
    return undefined;
  }
}
