import { createHash, hash as digest } from "node:crypto";
import { deflateSync } from "node:zlib";
import type { ObjectId } from "../store.ts";
import type { Clone } from "./clone.ts";
import { runGit } from "./git.ts";

/** An object that is to be added to the repository. */
export interface NewObject {
  readonly kind: "commit" | "tree" | "blob";
  readonly id: ObjectId;
  readonly bytes: Buffer;
}

// Git's own limit (transfer.unpackLimit) from which it keeps a pack instead of single files.
const UNPACK_LIMIT = 100;
const PACK_KINDS = { commit: 1, tree: 2, blob: 3 } as const;

/** Makes an object and works out its id. */
export function makeObject(hash: Clone["hash"], kind: NewObject["kind"], bytes: Buffer): NewObject {
  const id = digest(hash, Buffer.concat([Buffer.from(`${kind} ${bytes.length}\0`), bytes]), "hex");
  return { kind, id, bytes };
}

/** Adds objects to the repository with one process, however many they are. Adding one that is there changes nothing. */
export async function storeObjects(clone: Clone, objects: readonly NewObject[]): Promise<void> {
  const unique = [...new Map(objects.map((object) => [object.id, object])).values()];
  const command = unique.length > UNPACK_LIMIT ? ["index-pack", "--stdin"] : ["unpack-objects", "-q"];
  await runGit(clone.top, command, { input: renderPack(clone.hash, unique) });
}

/** A pack of whole objects. https://git-scm.com/docs/gitformat-pack */
function renderPack(hash: Clone["hash"], objects: readonly NewObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write("PACK", "latin1");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const parts = objects.flatMap(({ kind, bytes }) => [
    renderSize(PACK_KINDS[kind], bytes.length),
    deflateSync(bytes),
  ]);
  const pack = Buffer.concat([header, ...parts]);
  return Buffer.concat([pack, createHash(hash).update(pack).digest()]);
}

/** Four bits of the size beside the kind, then seven bits a byte; the top bit says that more follow. */
function renderSize(kind: number, size: number): Buffer {
  const bytes: number[] = [];
  let current = (kind << 4) | (size & 0x0f);
  for (let rest = size >>> 4; rest > 0; rest >>>= 7) {
    bytes.push(current | 0x80);
    current = rest & 0x7f;
  }
  return Buffer.from([...bytes, current]);
}
