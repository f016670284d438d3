import type { Node, YAMLError } from "yaml";
import {
  LineCounter,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  parseDocument,
  visit,
} from "yaml";
import type { Document, Place, ValuePath } from "./document.ts";
import { findDuplicateKeys } from "./duplicate-keys.ts";
import type { Problem } from "./problem.ts";
import { MAX_PROBLEMS } from "./problem.ts";
import type { Parsed, Source } from "./text.ts";
import { parsed, unparsed } from "./text.ts";

const MAX_DEPTH = 32;
// More marks of lists and keys than levels, or an indentation that no hand makes.
const DEEP_LINE = new RegExp(`^(?:(?: *[-?]){${MAX_DEPTH + 1}}| {256})`, "m");
// YAML 1.1, which other readers of these files still speak, takes these words for booleans; YAML 1.2 for text.
const OLD_BOOLEAN = /^(y|yes|n|no|on|off)$/i;

/**
 * Parses a file that people write (YAML 1.2 core). Refused, because readers disagree on them or because they cost more
 * than they give: duplicate keys, anchors and aliases, tags, several documents, unquoted `yes`, `no`, `on`, `off`.
 */
export function parseYaml(source: Source): Parsed<Document> {
  if (isDeep(source.text))
    return unparsed({ path: source.path, message: `The file is nested more than ${MAX_DEPTH} levels deep.` });
  const yaml = parseDocument(source.text, {
    prettyErrors: false,
    // The parser's own search compares every key with every other.
    uniqueKeys: false,
    stringKeys: true,
    version: "1.2",
    schema: "core",
    // "silent" would also keep silent about a second document.
    logLevel: "error",
  });
  const placeAt = placesIn(source.text);
  const errors = [...yaml.errors, ...yaml.warnings].slice(0, MAX_PROBLEMS).map((error) => ({
    path: source.path,
    ...placeAt(error.pos[0]),
    message: messageOf(error),
  }));
  const problems = [...errors, ...duplicates(yaml.contents, source), ...refusals(yaml.contents, source)];
  if (problems.length > 0) return unparsed(...problems.slice(0, MAX_PROBLEMS));
  return parsed(locatable({ source, root: yaml.contents, value: yaml.toJS({ maxAliasCount: 0 }) }));
}

/** Gives a JSON text, whose value is already parsed, the ability to tell places; its parse is only paid for a problem. */
export function locateInJson(source: Source, value: unknown): Document {
  let located: Document | undefined;
  const locate = (): Document => {
    located ??= locatable({ source, root: parseJsonNodes(source), value });
    return located;
  };
  return {
    path: source.path,
    value,
    placeOf: (path) => locate().placeOf(path),
    placeOfKey: (path) => locate().placeOfKey(path),
  };
}

function parseJsonNodes({ text }: Source): Node | null {
  return parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: "silent" }).contents;
}

function duplicates(root: Node | null, { path, text }: Source): Problem[] {
  const placeAt = placesIn(text);
  return findDuplicateKeys(root).map((key) => ({
    path,
    ...placeAt(key.range?.[0] ?? 0),
    message: `The key "${String(key.value)}" stands twice in the same mapping.`,
  }));
}

interface Locatable {
  readonly source: Source;
  readonly root: Node | null;
  readonly value: unknown;
}

function locatable({ source: { path, text }, root, value }: Locatable): Document {
  const placeAt = placesIn(text);
  return {
    path,
    value,
    placeOf: (to) => placeAt(innermost(root, to)?.range?.[0] ?? 0),
    placeOfKey: (to) => placeAt(keyNode(root, to)?.range?.[0] ?? 0),
  };
}

function innermost(root: Node | null, path: ValuePath): Node | undefined {
  let node: Node | undefined = root ?? undefined;
  for (const part of path) {
    const next: unknown = isCollection(node) ? node.get(part, true) : undefined;
    if (!isNode(next)) return node;
    node = next;
  }
  return node;
}

function keyNode(root: Node | null, path: ValuePath): Node | undefined {
  const parent = innermost(root, path.slice(0, -1));
  const key = path.at(-1);
  if (!isMap(parent)) return parent;
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
  return isNode(pair?.key) ? pair.key : parent;
}

/** Tells places in a text; lines are counted when the first is asked for, because most texts have no problem. */
function placesIn(text: string): (offset: number) => Place {
  let lines: LineCounter | undefined;
  return (offset) => {
    lines ??= countLines(text);
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  let at = 0;
  do {
    lines.addNewLine(at);
    at = text.indexOf("\n", at) + 1;
  } while (at > 0);
  return lines;
}

function refusals(root: Node | null, { path, text }: Source): Problem[] {
  const problems: Problem[] = [];
  const placeAt = placesIn(text);
  const refuse = (node: Node, message: string): void => {
    problems.push({ path, ...placeAt(node.range?.[0] ?? 0), message });
  };
  visit(root, (key, node) => {
    if (problems.length >= MAX_PROBLEMS) return visit.BREAK;
    if (isPair(node) || !isNode(node)) return undefined;
    // No schema names it, and readers that meet it in a mapping of free keys do odd things.
    if (key === "key" && isScalar(node) && node.value === "__proto__")
      refuse(node, 'The key "__proto__" is not read here.');
    if (isAlias(node) || node.anchor !== undefined)
      refuse(node, "Anchors and aliases are not read here; write the value out.");
    else if (node.tag !== undefined) refuse(node, `The tag "${node.tag}" is not read here.`);
    else if (isScalar(node) && node.type === "PLAIN" && OLD_BOOLEAN.test(node.source ?? "")) {
      refuse(
        node,
        `Unquoted "${node.source ?? ""}" is a boolean for some readers and text for others; write true or false, or quote it.`,
      );
    }
    return undefined;
  });
  return problems;
}

function messageOf({ code, message }: YAMLError): string {
  return code === "MULTIPLE_DOCS" ? "The file holds several YAML documents; one is read." : sentence(message);
}

function sentence(message: string): string {
  return message.endsWith(".") ? message : `${message}.`;
}

/** Bounds nesting before the parser recurses into it: brackets for flow style, indentation and dashes for block style. */
function isDeep(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === "[" || bracket === "{" ? open + 1 : Math.max(0, open - 1);
    if (open > MAX_DEPTH) return true;
  }
  return DEEP_LINE.test(text);
}
