/** A registry to generate; equal shapes give equal bytes. */
export interface Shape {
  readonly name: string;
  /** At least 3, so that a lineage has its three levels. */
  readonly buckets: number;
  /** Spread evenly; the last buckets have one more where it does not divide. */
  readonly versions: number;
}

/** What a run measures on. */
export interface Scale {
  /** The registries whose check and publish must cost the same number of requests. */
  readonly growing: readonly Shape[];
  /** One with a bucket whose folder is longer than one answer of GitHub's contents API. */
  readonly deep: Shape;
  /** The registry that is read in a clone. */
  readonly clone: Shape;
  /** How often a pair of processes runs after the warm-up. */
  readonly runs: number;
}

const TEN: Shape = { name: "10", buckets: 3, versions: 10 };
const THOUSAND: Shape = { name: "1000", buckets: 10, versions: 1_000 };
const TWENTY_THOUSAND: Shape = { name: "20000", buckets: 200, versions: 20_000 };
const DEEP: Shape = { name: "deep", buckets: 3, versions: 3_600 };

/** The size that `BENCH_SIZE` names: `small`, or `full` unless told otherwise. Throws for any other word. */
export function scaleOf(word: string | undefined): Scale {
  switch (word) {
    case undefined:
    case "":
    case "full":
      return { growing: [TEN, THOUSAND, TWENTY_THOUSAND], deep: DEEP, clone: TWENTY_THOUSAND, runs: 11 };
    case "small":
      return { growing: [TEN, THOUSAND], deep: DEEP, clone: THOUSAND, runs: 5 };
    default:
      throw new Error(`BENCH_SIZE is "${word}"; it can be "small" or "full".`);
  }
}

/** A bucket of a generated registry. */
export interface Bucket {
  readonly name: string;
  /** The bucket that it is built from; undefined for a base image. */
  readonly parent: string | undefined;
  readonly versions: number;
}

/** The buckets, parents before children: base images, runtimes on them, applications on those. */
export function bucketsOf({ buckets, versions }: Shape): readonly Bucket[] {
  const bases = Math.max(1, Math.floor(buckets / 50));
  const runtimes = Math.max(1, Math.floor(buckets / 6));
  const each = Math.floor(versions / buckets);
  const longer = buckets - (versions % buckets);
  return Array.from({ length: buckets }, (_, index) => ({
    ...placeOf(index, bases, runtimes),
    versions: index >= longer ? each + 1 : each,
  }));
}

function placeOf(index: number, bases: number, runtimes: number): Pick<Bucket, "name" | "parent"> {
  if (index < bases) return { name: baseName(index), parent: undefined };
  const level = index - bases;
  if (level < runtimes) return { name: runtimeName(level), parent: baseName(level % bases) };
  const app = level - runtimes;
  return { name: `app-${numbered(app)}`, parent: runtimeName(app % runtimes) };
}

function baseName(index: number): string {
  return `ubuntu-base-${numbered(index)}`;
}

function runtimeName(index: number): string {
  return `java-runtime-${numbered(index)}`;
}

function numbered(index: number): string {
  return String(index + 1).padStart(3, "0");
}
