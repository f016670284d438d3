import picomatch from "picomatch";

/**
 * Whether the text matches the glob: `*` and `?` stop at `/`, `**` crosses it; `{a,b}`, `[…]`, `!` and extended globs
 * have no special meaning, so a pattern can neither be costly nor say the opposite of what it seems to say.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const literal = pattern.replaceAll(/[\\{}()[\]!+@|^$]/g, "\\$&");
  return picomatch.isMatch(text, literal, {
    dot: true,
    nobrace: true,
    noextglob: true,
    nonegate: true,
    strictSlashes: true,
  });
}

/** Whether the text matches any of the globs. */
export function matchesAnyGlob(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, text));
}
