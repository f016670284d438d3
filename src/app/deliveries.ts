/** Remembers which deliveries were taken, so that one that GitHub sends twice is not worked on twice. */
export interface Deliveries {
  has(id: string): boolean;
  remember(id: string): void;
}

/** Makes a memory of the newest deliveries, 10,000 unless told otherwise. */
export function createDeliveries(limit = 10_000): Deliveries {
  const ids = new Set<string>();
  return {
    has: (id) => ids.has(id),
    remember(id) {
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > limit && oldest !== undefined) ids.delete(oldest);
    },
  };
}
