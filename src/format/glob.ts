/**
 * Whether the text matches the glob: `*` and `?` stop at `/`, `**` crosses it, and nothing else has a special meaning,
 * so a pattern cannot say the opposite of what it seems to say. Takes time in proportion to pattern times text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  // reached[i]: what was read of the pattern matches the first i characters of the text.
  let reached = Array.from({ length: text.length + 1 }, (_, index) => index === 0);
  for (const token of pattern.match(/\*\*\/?|\*|[^*]/gs) ?? []) reached = step(reached, token, text);
  return reached[text.length] === true;
}

/** What is reached after one more token of the pattern. */
function step(before: readonly boolean[], token: string, text: string): boolean[] {
  const after = Array.from({ length: before.length }, () => false);
  let begun = false;
  for (let at = 0; at < before.length; at += 1) {
    const passed = text[at - 1];
    switch (token) {
      case "**":
        after[at] = before[at] === true || (at > 0 && after[at - 1] === true);
        break;
      case "**/":
        // Any number of whole folders, none included: it ends where it began, or after a slash beyond that.
        after[at] = before[at] === true || (passed === "/" && begun);
        break;
      case "*":
        after[at] = before[at] === true || (at > 0 && passed !== "/" && after[at - 1] === true);
        break;
      case "?":
        after[at] = at > 0 && passed !== "/" && before[at - 1] === true;
        break;
      default:
        after[at] = at > 0 && passed === token && before[at - 1] === true;
    }
    begun ||= before[at] === true;
  }
  return after;
}
