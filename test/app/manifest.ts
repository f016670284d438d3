import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

const manifestFile = z.object({
  public: z.boolean(),
  hook_attributes: z.object({ url: z.string() }),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});

/** The App's manifest. */
export const manifest = manifestFile.parse(
  parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")),
);
