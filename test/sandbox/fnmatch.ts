function escape(text: string): string {
  return text.replaceAll(/[.+^${}()|[\]\\/-]/g, String.raw`\$&`);
}

/**
 * A ruleset's ref pattern as GitHub reads it: Ruby's `File.fnmatch` with FNM_PATHNAME. A star stays within
 * a path segment, and two stars cross segments only where a slash follows them.
 * https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern.replaceAll(/\*\*\/|\*+|\?|[^*?]+/g, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part.startsWith("*")) return "[^/]*";
    return part === "?" ? "[^/]" : escape(part);
  });
  return new RegExp(`^${source}$`).test(name);
}

/**
 * Whether a CODEOWNERS pattern covers a path.
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners#codeowners-syntax
 */
export function matchesOwnersPattern(pattern: string, path: string): boolean {
  const anchored = pattern.replace(/\/$/, "").includes("/");
  const body = pattern.replace(/^\//, "").replace(/\/$/, "");
  const source = body.replaceAll(/\*\*\/|\/\*\*$|\*+|\?|[^*?/]+|\//g, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "/**") return "/.*";
    if (part.startsWith("*")) return "[^/]*";
    return part === "?" ? "[^/]" : escape(part);
  });
  const below = pattern.endsWith("/")
    ? "/.*"
    : /(^|\/)\*$/.test(pattern) && pattern !== "*"
      ? ""
      : "(?:/.*)?";
  return new RegExp(`^${anchored ? "" : "(?:.*/)?"}${source}${below}$`).test(path);
}
