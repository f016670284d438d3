/** Times of a subject and its floor, taken in turn so that what else the machine does hits both. */
export interface Comparison {
  /** Medians, in milliseconds. */
  readonly subjectMs: number;
  readonly floorMs: number;
  /** The median of the pairs' ratios, and the smallest and largest of them. */
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
}

/** Measures once, in milliseconds. */
export type Measurement = () => Promise<number>;

/** Measures a subject and its floor in turn, after one pair that does not count. */
export async function compare(
  subject: Measurement,
  floor: Measurement,
  { runs }: { readonly runs: number },
): Promise<Comparison> {
  await subject();
  await floor();
  const pairs: { readonly subject: number; readonly floor: number }[] = [];
  for (let run = 0; run < runs; run += 1) pairs.push(await measurePair(subject, floor, run));
  const ratios = pairs.map((pair) => pair.subject / pair.floor);
  return {
    subjectMs: medianOf(pairs.map((pair) => pair.subject)),
    floorMs: medianOf(pairs.map((pair) => pair.floor)),
    ratio: medianOf(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
  };
}

// Whoever goes second finds the machine warmer, so the two take turns at it.
async function measurePair(subject: Measurement, floor: Measurement, run: number) {
  if (run % 2 === 0) {
    const first = await subject();
    return { subject: first, floor: await floor() };
  }
  const first = await floor();
  return { subject: await subject(), floor: first };
}

/** The middle of some numbers, or the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError("there is no median of nothing");
  return (upper + lower) / 2;
}
