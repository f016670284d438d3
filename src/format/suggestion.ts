import { distance } from "fastest-levenshtein";

/** The candidate that a misspelt word most likely meant, or undefined when none is near. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  // Two fifths of the letters may be wrong: "chanels" finds "channels", "foo" does not find "dev".
  let best: { readonly candidate: string; readonly cost: number } | undefined;
  for (const candidate of candidates) {
    const cost = distance(word, candidate);
    if (cost <= Math.max(1, Math.round(candidate.length * 0.4)) && (best === undefined || cost < best.cost)) {
      best = { candidate, cost };
    }
  }
  return best?.candidate;
}

/** ` Did you mean "x"?`, or the empty string when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const guess = suggest(word, candidates);
  return guess === undefined ? "" : ` Did you mean "${guess}"?`;
}
