import type { ObjectId } from "../store.ts";
import { runGit } from "./git.ts";

/** What a ref leads to, and the ref that it merely stands for, as `origin/HEAD` does. */
export interface Ref {
  readonly id: ObjectId;
  readonly target: string | undefined;
}

/**
 * The repository's refs. Every question is a new look, except within one turn of the event loop, in which no news could
 * have arrived: whoever has just found the default branch asks for its tip at once.
 */
export class Refs {
  readonly #directory: string;
  readonly #seen = new Map<string, Ref | undefined>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Those of the full names that exist. */
  async read(names: readonly string[]): Promise<ReadonlyMap<string, Ref>> {
    if (!names.every((name) => this.#seen.has(name))) await this.#look(names);
    return new Map(
      names.flatMap((name) => {
        const ref = this.#seen.get(name);
        return ref === undefined ? [] : [[name, ref] as const];
      }),
    );
  }

  async #look(names: readonly string[]): Promise<void> {
    const listed = await listRefs(this.#directory, names);
    for (const name of names) this.#seen.set(name, listed.get(name));
    setImmediate(() => this.#seen.clear());
  }
}

/** The patterns only narrow the listing: they match globs and folders too, so it may hold more than the names. */
async function listRefs(directory: string, names: readonly string[]): Promise<ReadonlyMap<string, Ref>> {
  if (names.some((name) => name.includes("\0"))) return new Map();
  const format = "--format=%(objectname) %(refname) %(symref)";
  const output = await runGit(directory, ["for-each-ref", format, "--", ...names]);
  const lines = output.toString().split("\n");
  return new Map(
    lines.map((line): [string, Ref] => {
      const [id = "", name = "", target = ""] = line.split(" ");
      return [name, { id, target: target === "" ? undefined : target }];
    }),
  );
}
