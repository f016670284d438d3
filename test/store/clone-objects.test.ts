import * as fc from "fast-check";
import { describe, expect, test } from "@jest/globals";
import { type BatchAnswer, BatchParser, MAX_OBJECT_BYTES } from "../../src/store/clone/batch-parser.ts";
import { ObjectCache } from "../../src/store/clone/object-cache.ts";
import { openCloneStore } from "../../src/store/clone/clone-store.ts";
import { parseRawTree, parseTree, renderTree } from "../../src/store/clone/tree.ts";
import { START, withClone } from "./work-clone.ts";

const ID = "ab".repeat(20);

function parseChunks(chunks: readonly Uint8Array[]): readonly BatchAnswer[] {
  const answers: BatchAnswer[] = [];
  const parser = new BatchParser((answer) => answers.push(answer));
  for (const chunk of chunks) parser.feed(Buffer.from(chunk));
  return answers;
}

describe("what git cat-file --batch prints", () => {
  test("is read alike however it is cut into chunks", () => {
    const contents = fc.array(fc.option(fc.uint8Array({ maxLength: 60 })), { maxLength: 8 });
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(contents, cuts, (objects, sizes) => {
        const stream = Buffer.concat(
          objects.flatMap((bytes) =>
            bytes === null
              ? [Buffer.from(`${ID} missing\n`)]
              : [Buffer.from(`${ID} blob ${bytes.length}\n`), bytes, Buffer.from("\n")],
          ),
        );
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(stream.subarray(at, at + size));
          at += size;
        }
        const answers = parseChunks(chunks);
        expect(answers.map((answer) => (answer.kind === "object" ? [...answer.bytes] : answer.kind))).toEqual(
          objects.map((bytes) => (bytes === null ? "missing" : [...bytes])),
        );
      }),
    );
  });

  test("an object that is too large is passed over without being held, and the next is read", () => {
    const size = MAX_OBJECT_BYTES + 1;
    const part = Buffer.alloc(1_048_576);
    const body = Array.from({ length: 100 }, () => part);
    const answers = parseChunks([
      Buffer.from(`${ID} blob ${size}\n`),
      ...body,
      Buffer.from(`x\n${ID} blob 1\nx\n`),
    ]);
    expect(answers).toMatchObject([
      { kind: "too-large", size },
      { kind: "object", type: "blob" },
    ]);
  });
});

describe("tree objects", () => {
  const names = ["a", "a.b", "a-b", "ab", "Z", "ü", "\u{1f600}", "\uffee"];

  test("are written as git orders them, and read ordered by name", () => {
    const raw = names.map((name, index) => ({
      mode: index % 2 === 0 ? "40000" : "100644",
      name: Buffer.from(name).toString("latin1"),
      id: ID,
    }));
    const bytes = renderTree(raw);
    expect(renderTree(parseRawTree(bytes, 20).values())).toEqual(bytes);
    const order = [...parseRawTree(bytes, 20).keys()];
    // "a" is a folder, so it sorts as "a/": after "a-b" and "a.b".
    expect(order.slice(0, 5)).toEqual(["Z", "a-b", "a.b", "a", "ab"]);
    expect(parseTree(bytes, 20).entries.map(({ name }) => name)).toEqual(names.toSorted());
  });

  test("that end in the middle are refused", () => {
    expect(() => parseTree(Buffer.from("100644 a"), 20)).toThrow(/middle of an entry/);
  });
});

describe("the cache of objects", () => {
  test("holds what fits, loads once at a time, and keeps no failure", async () => {
    const loaded: string[] = [];
    const cache = new ObjectCache<string>(10, ({ length }) => length);
    const load = async (id: string) => {
      loaded.push(id);
      if (id === "bad") throw new Error("no");
      return "12345";
    };
    await Promise.all([cache.load("a", load), cache.load("a", load)]);
    await cache.load("b", load);
    await cache.load("a", load);
    expect(loaded).toEqual(["a", "b"]);
    await cache.load("c", load);
    await cache.load("b", load);
    await cache.load("a", load);
    expect(loaded).toEqual(["a", "b", "c", "a"]);
    await expect(cache.load("bad", load)).rejects.toThrow("no");
    await expect(cache.load("bad", load)).rejects.toThrow("no");
    expect(loaded.slice(4)).toEqual(["bad", "bad"]);
  });
});

test("a store that is closed refuses to read", async () => {
  await withClone(START, async ({ directory, id }) => {
    const store = await openCloneStore(directory);
    await store.at(id("first")).list("");
    store.close();
    await expect(store.at(id("first")).read("assay.yml")).rejects.toThrow(/closed/);
  });
});
