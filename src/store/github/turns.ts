/** Lets pieces of work with the same key follow each other; `waited` tells one that others went before it. */
export type Turns = <T>(key: string, work: (waited: boolean) => Promise<T>) => Promise<T>;

/** Makes turns of its own. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key);
    const mine = before === undefined ? work(false) : before.then(() => work(true));
    const settled = mine.catch(() => undefined);
    last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}
