import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { need, run } from "./run.ts";

const TEMPLATE = `source "file" "ubuntu" {
  content = "the disk of an image"
  target  = "ubuntu.img"
}
build {
  sources = ["source.file.ubuntu"]
  post-processor "manifest" {
    output      = "packer-manifest.json"
    custom_data = { git_sha = "4f2a91c", region = "us-east-1" }
  }
}
`;

/** An image that was built: its manifest, and how it came to be. */
export interface PackerBuild {
  readonly manifest: string;
  readonly how: string;
}

/** Whether a real Packer is on the PATH. */
export async function hasPacker(folder: string): Promise<boolean> {
  try {
    return (await run("packer", ["version"], { cwd: folder })).code === 0;
  } catch {
    return false;
  }
}

/** Builds an image with the real Packer, or takes the committed manifest of such a build where there is none. */
export async function buildImage(folder: string): Promise<PackerBuild> {
  const manifest = join(folder, "packer-manifest.json");
  if (await hasPacker(folder)) {
    await writeFile(join(folder, "ubuntu.pkr.hcl"), TEMPLATE);
    await need("packer", ["build", "-force", "-color=false", "ubuntu.pkr.hcl"], { cwd: folder });
    return { manifest, how: "packer build, file builder" };
  }
  await copyFile(fileURLToPath(new URL("../../examples/packer-manifest.json", import.meta.url)), manifest);
  return { manifest, how: "no packer on the PATH: the manifest of examples/" };
}

/** The component of the manifest's last run, as Assay names it. */
export async function componentOf(manifest: string): Promise<string> {
  const text = await readFile(manifest, "utf8");
  const type = /"builder_type": "([^"]+)"/.exec(text)?.[1] ?? "";
  const name = /"name": "([^"]+)",\s+"builder_type"/.exec(text)?.[1] ?? "";
  return name === type ? type : `${type}.${name}`;
}
