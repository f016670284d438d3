import type { Node, Scalar } from "yaml";
import { isMap, isScalar, visit } from "yaml";
import { MAX_PROBLEMS } from "./problem.ts";

/** The keys that stand in a mapping for the second time, in the order of the text; at most `MAX_PROBLEMS`. */
export function findDuplicateKeys(root: Node | null): Scalar[] {
  const found: Scalar[] = [];
  visit(root, {
    Map: (_key, map) => {
      if (!isMap(map)) return undefined;
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push(key);
        if (found.length >= MAX_PROBLEMS) return visit.BREAK;
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}
