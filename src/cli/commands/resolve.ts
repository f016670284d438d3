import { Command } from "commander";
import { readAsOf } from "../../flows/as-of.ts";
import type { ImageFilter } from "../../flows/resolve.ts";
import { resolveImage } from "../../flows/resolve.ts";
import type { Resolved } from "../../lineage/resolution.ts";
import { renderResolutionJson } from "../../report/resolution-json.ts";
import { renderCaution, renderRefusal, renderResolutionText } from "../../report/resolution-text.ts";
import { clean } from "../../report/terminal.ts";
import type { Answer, Note } from "../answer.ts";
import { parseReference } from "../options.ts";
import type { Execute } from "../program.ts";

interface ResolveOptions extends ImageFilter {
  readonly allowRevoked?: boolean;
}

const EXAMPLES = `
With any of --platform, --region, --arch, --account, --component one image is meant, and only its id is printed.

Examples:
  assay resolve ubuntu-base@stable                                       all images of what is on stable
  assay resolve ubuntu-base@stable --platform aws --region us-east-1     one id
  assay resolve ubuntu-base:v12 --format json
  assay resolve ubuntu-base@latest --repo acme/images
  assay resolve ubuntu-base@stable --as-of 2026-03-01T00:00:00Z          what it was then
`;

/** `assay resolve`: which image is it? */
export function resolveCommand(execute: Execute): Command {
  return new Command("resolve")
    .summary("which image a channel or version stands for")
    .description("Prints which images a channel or a version of a bucket stands for.")
    .argument("<reference>", "bucket@channel or bucket:vN; the channel latest is computed")
    .option("--platform <platform>", "only images of this platform, such as aws")
    .option("--region <region>", "only images of this region")
    .option("--arch <arch>", "only images of this architecture")
    .option("--account <account>", "only images of this account")
    .option("--component <component>", "only images of this build, such as amazon-ebs.ubuntu")
    .option("--allow-revoked", "answer although the version is revoked")
    .addHelpText("after", EXAMPLES)
    .action((reference: string, options: ResolveOptions, command: Command) =>
      execute(command, async (session) => {
        const { registry, now } = await readAsOf(await session.store(), session.asOf, session.clock);
        const { allowRevoked, filter } = readFilter(options);
        const resolved = await resolveImage(registry, { reference: parseReference(reference), filter }, now);
        return answer(resolved, { allowRevoked, filter });
      }),
    );
}

interface Asked {
  readonly allowRevoked: boolean;
  readonly filter: ImageFilter;
}

function readFilter({
  allowRevoked = false,
  platform,
  region,
  arch,
  account,
  component,
}: ResolveOptions): Asked {
  const given = Object.entries({ platform, region, arch, account, component });
  return {
    allowRevoked,
    filter: Object.fromEntries(given.filter(([, value]) => value !== undefined)),
  };
}

function answer(resolved: Resolved, { allowRevoked, filter }: Asked): Answer {
  const refused = resolved.kind !== "resolved" && !(resolved.kind === "revoked" && allowRevoked);
  const json = renderResolutionJson(resolved, refused ? "no" : "yes");
  if (refused) {
    const notes: Note[] = [{ tone: "bad", text: renderRefusal(resolved) }];
    return { verdict: "no", json, text: () => "", notes };
  }
  const { resolution } = resolved;
  const caution = renderCaution(resolution);
  const isOne = Object.keys(filter).length > 0;
  return {
    verdict: "yes",
    json,
    text: (terminal) =>
      isOne
        ? resolution.artifacts.map(({ id }) => clean(id)).join("\n")
        : renderResolutionText(resolution, terminal),
    notes: caution === "" ? [] : [{ tone: "warning", text: caution }],
  };
}
