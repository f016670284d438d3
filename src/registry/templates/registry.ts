import { SETTINGS_PATH } from "../paths.ts";
import { newCodeOwnersFile } from "./codeowners.ts";
import { newReadmeFile } from "./readme.ts";
import { newRulesetFile } from "./ruleset.ts";
import type { Preset } from "./settings.ts";
import { newSettingsFile } from "./settings.ts";

/** A file of a new registry; the path is relative to the top of its repository. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
}

/** What a new registry is made from. */
export interface NewRegistry {
  readonly name: string;
  /** Its folder in the repository; empty for the top. */
  readonly root: string;
  readonly preset: Preset;
  /** The starter workflows, by file name. */
  readonly workflows: ReadonlyMap<string, string>;
}

/** The files of a new registry, ordered by path. What GitHub reads stands at the top of the repository. */
export function newRegistryFiles({ name, root, preset, workflows }: NewRegistry): NewFile[] {
  const at = root === "" ? "" : `${root}/`;
  return [
    { path: ".github/CODEOWNERS", content: newCodeOwnersFile(root) },
    { path: ".github/assay-ruleset.json", content: newRulesetFile() },
    ...[...workflows].map(([file, content]) => ({ path: `.github/workflows/${file}`, content })),
    // Line ends that differ between machines would be differences between registries.
    { path: `${at}.gitattributes`, content: "* text eol=lf\n" },
    { path: `${at}README.md`, content: newReadmeFile(name) },
    { path: `${at}${SETTINGS_PATH}`, content: newSettingsFile(name, preset) },
  ];
}
