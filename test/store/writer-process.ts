import { openCloneStore } from "../../src/store/clone/clone-store.ts";
import { writeOptimistically } from "../../src/store/optimistic.ts";

// Run as: node writer-process.ts DIRECTORY NAME COUNT. It closes nothing, as a program that forgets to would.
const [, , directory = "", name = "", count = "1"] = process.argv;
const store = await openCloneStore(directory);
for (let number = 1; number <= Number(count); number += 1) {
  await writeOptimistically(store, async () => {
    const tip = await store.resolve("main");
    const edits = [{ path: `buckets/web/versions/${name}-${number}.json`, content: `${name}\n` }];
    await store.at(tip).list("buckets/web");
    return { kind: "write", write: { branch: "main", base: tip, tip, edits, message: name }, result: name };
  });
}
