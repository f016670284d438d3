import { chmod, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import type { BuildOptions, Plugin } from "esbuild";
import { build } from "esbuild";

// Packages that @actions/core imports for what Assay does not use. They say nothing of side effects, so that esbuild
// would keep half a megabyte of them.
const DROPPABLE = /^(@actions\/(core|exec|http-client|io)|undici|tunnel)(\/|$)/;

const dropUnused: Plugin = {
  name: "drop-unused",
  setup(esbuild) {
    esbuild.onResolve({ filter: DROPPABLE }, async ({ path, pluginData, ...place }) => {
      if (pluginData === dropUnused.name) return undefined;
      return {
        ...(await esbuild.resolve(path, { ...place, pluginData: dropUnused.name })),
        sideEffects: false,
      };
    });
  },
};

// CommonJS packages call require, which ESM lacks.
const REQUIRE = `import{createRequire as assayRequire}from"node:module";const require=assayRequire(import.meta.url);`;

/** What every bundle has: the same sources give the same bytes, wherever they lie. */
const COMMON: BuildOptions = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: true,
  legalComments: "linked",
  charset: "utf8",
  banner: { js: REQUIRE },
  plugins: [dropUnused],
  absWorkingDir: join(import.meta.dirname, ".."),
  logLevel: "warning",
  write: false,
};

const VERBS = ["check", "promote", "publish", "resolve"] as const;

/** One bundle: its folder in the output, its options, and the entry that people run. */
interface Bundle {
  readonly folder: string;
  readonly options: BuildOptions;
  readonly executable: string | undefined;
}

const ACTIONS: Bundle = {
  folder: "action/dist",
  options: { entryPoints: Object.fromEntries(VERBS.map((verb) => [verb, `src/action/${verb}/main.ts`])) },
  executable: undefined,
};

const CLI: Bundle = {
  folder: "dist/cli",
  options: { entryPoints: { assay: "src/cli/main.ts" } },
  executable: "assay.js",
};

async function writeBundle({ folder, options, executable }: Bundle, top: string): Promise<void> {
  const outdir = join(top, folder);
  const { outputFiles = [] } = await build({ ...COMMON, ...options, outdir });
  await rm(outdir, { recursive: true, force: true });
  for (const { path, contents } of outputFiles) {
    await mkdir(dirname(path), { recursive: true });
    if (relative(outdir, path) === executable) {
      await writeFile(path, Buffer.concat([Buffer.from("#!/usr/bin/env node\n"), contents]));
      await chmod(path, 0o755);
    } else await writeFile(path, contents);
  }
}

async function printSizes(folder: string): Promise<void> {
  const files = await readdir(folder, { withFileTypes: true });
  let total = 0;
  for (const { name } of files.filter((file) => file.name.endsWith(".js"))) {
    const { size } = await stat(join(folder, name));
    total += size;
    console.log(`${(size / 1024).toFixed(1).padStart(8)} kB  ${name}`);
  }
  console.log(`${(total / 1024).toFixed(1).padStart(8)} kB  in all`);
}

const { values } = parseArgs({ options: { out: { type: "string" }, only: { type: "string" } } });
const top = values.out ?? join(import.meta.dirname, "..");
for (const bundle of [ACTIONS, CLI].filter(
  ({ folder }) => values.only === undefined || folder.startsWith(values.only),
)) {
  await writeBundle(bundle, top);
  console.log(bundle.folder);
  await printSizes(join(top, bundle.folder));
}
