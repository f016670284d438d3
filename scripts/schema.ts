import { mkdir, writeFile } from "node:fs/promises";
import { renderJsonSchemas } from "../src/registry/json-schemas.ts";

const FOLDER = new URL("../schema/", import.meta.url);

await mkdir(FOLDER, { recursive: true });
for (const [name, text] of renderJsonSchemas()) await writeFile(new URL(name, FOLDER), text);
