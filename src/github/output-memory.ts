import { createHash } from "node:crypto";

/** What was last written to a place: which object, and the digest of its text. */
export interface RememberedOutput {
  readonly id: number;
  readonly digest: string;
  /** Of a check run: what decides whether it can be updated in place. */
  readonly check?: { readonly annotations: string; readonly completed: boolean };
}

/** Remembers outputs by place, so that what did not change costs no request. It may be thrown away at any time. */
export interface OutputMemory {
  recall(place: string): RememberedOutput | undefined;
  remember(place: string, output: RememberedOutput): void;
  forget(place: string): void;
}

/** Makes a memory of the newest outputs, 10,000 unless told otherwise. */
export function createOutputMemory(limit = 10_000): OutputMemory {
  const outputs = new Map<string, RememberedOutput>();
  return {
    recall: (place) => outputs.get(place),
    remember(place, output) {
      outputs.delete(place);
      outputs.set(place, output);
      const [oldest] = outputs.keys();
      if (outputs.size > limit && oldest !== undefined) outputs.delete(oldest);
    },
    forget(place) {
      outputs.delete(place);
    },
  };
}

/** A digest of plain data; equal data gives the same. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
