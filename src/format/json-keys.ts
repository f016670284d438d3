import type { Problem } from "./problem.ts";
import { MAX_PROBLEMS } from "./problem.ts";
import type { Source } from "./text.ts";

/** An object that is being read: the keys seen, and whether a string would be the next one. */
interface OpenObject {
  readonly keys: Set<string>;
  expectsKey: boolean;
}

/** The places of keys that stand twice in one object of a valid JSON text; at most `MAX_PROBLEMS`, in one pass over the text. */
export function findDuplicateJsonKeys(source: Source): Problem[] {
  const { path, text } = source;
  const open: (OpenObject | undefined)[] = [];
  const problems: Problem[] = [];
  for (let at = 0; at < text.length && problems.length < MAX_PROBLEMS; at += 1) {
    const object = open.at(-1);
    switch (text[at]) {
      case "{":
        open.push({ keys: new Set(), expectsKey: true });
        break;
      case "[":
        open.push(undefined);
        break;
      case "}":
      case "]":
        open.pop();
        break;
      case ",":
        if (object !== undefined) object.expectsKey = true;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (object?.expectsKey === true) {
          const key = String(JSON.parse(text.slice(at, end + 1)));
          if (object.keys.has(key))
            problems.push({
              path,
              ...placeAt(text, at),
              message: `The key "${key}" stands twice in the same mapping.`,
            });
          object.keys.add(key);
          object.expectsKey = false;
        }
        at = end;
      }
    }
  }
  return problems;
}

/** The offset of the quote that ends the string which begins at an offset. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

function placeAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
