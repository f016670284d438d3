/** GitHub takes this much in each text of a check run and in a comment. It counts characters; bytes are never fewer. */
export const MAX_TEXT = 65_535;

/** The text, or its first whole lines and a line that says how much was cut, in at most `MAX_TEXT` bytes of UTF-8. */
export function cutText(text: string): string {
  if (Buffer.byteLength(text) <= MAX_TEXT) return text;
  const lines = text.split("\n");
  const room = MAX_TEXT - Buffer.byteLength(notice(lines.length, "lines"));
  let kept = 0;
  let size = 0;
  for (const line of lines) {
    size += Buffer.byteLength(line) + 1;
    if (size > room) break;
    kept += 1;
  }
  if (kept === 0) return cutLine(text);
  return `${lines.slice(0, kept).join("\n")}${notice(lines.length - kept, "lines")}`;
}

function cutLine(text: string): string {
  const room = MAX_TEXT - Buffer.byteLength(notice(text.length, "characters"));
  // A character that the cut splits decodes to U+FFFD, which is dropped.
  const kept = Buffer.from(text)
    .subarray(0, room)
    .toString()
    .replace(/\uFFFD+$/, "");
  return `${kept}${notice(text.length - kept.length, "characters")}`;
}

function notice(count: number, unit: string): string {
  return `\n\n_${count} more ${unit} did not fit._\n`;
}
