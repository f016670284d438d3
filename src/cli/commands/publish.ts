import { Command, Option } from "commander";
import { AssayError, invalid } from "../../format/error.ts";
import { isFingerprint, isName } from "../../format/names.ts";
import type { ParentToken } from "../../format/reference.ts";
import { parseParentToken } from "../../format/reference.ts";
import { formatTime } from "../../format/time.ts";
import type { PublishRequest } from "../../flows/publish.ts";
import { actionsFingerprint, actionsMetadata, actionsPublisher } from "../../registry/publish/actions-run.ts";
import { assembleBuilds } from "../../registry/publish/assemble.ts";
import { MAX_MANIFEST_BYTES } from "../../registry/publish/packer-manifest.ts";
import type { Completion } from "../../registry/publish/submission.ts";
import { readInputFile } from "../input-file.ts";
import { collect, refuseAsOf } from "../options.ts";
import type { Execute } from "../program.ts";
import { carryOutPublish, renderPublished } from "../published.ts";
import type { Session } from "../session.ts";

interface PublishOptions {
  readonly bucket: string;
  readonly fingerprint?: string;
  readonly packerManifest?: readonly string[];
  readonly artifact?: readonly string[];
  readonly evidence?: readonly string[];
  readonly parent?: readonly string[];
  readonly label?: readonly string[];
  readonly complete?: boolean;
  readonly incomplete?: boolean;
  readonly createBucket?: boolean;
}

const EXAMPLES = `
All publishes with one fingerprint are one version: the jobs of a matrix each publish their build, in any order.
The fingerprint is the workflow run in GitHub Actions, else a new one. Publishing the same again writes nothing.

Examples:
  assay publish --bucket ubuntu-base --packer-manifest packer-manifest.json
  assay publish --bucket ubuntu-base --packer-manifest packer-manifest.json --parent debian-base:v7@stable
  assay publish --bucket web --artifact platform=aws,region=us-east-1,id=ami-0123456789abcdef0 --label team=web
  assay publish --bucket web --fingerprint build-812 --incomplete --artifact platform=gce,id=web-812
  assay publish --bucket web --fingerprint build-812 --complete
`;

/** `assay publish`: record what was built. */
export function publishCommand(execute: Execute): Command {
  return new Command("publish")
    .summary("record a version that was built")
    .description("Records what a build made as a version of a bucket, in one commit on the default branch.")
    .requiredOption("--bucket <bucket>", "the bucket that the version belongs to")
    .option("--fingerprint <name>", "names the build run")
    .option("--packer-manifest <file...>", "the file that Packer's manifest post-processor wrote", collect)
    .option(
      "--artifact <fields>",
      "an image: platform=…,region=…,id=…[,component=…][,account=…][,arch=…]",
      collect,
    )
    .option("--evidence <kind=file>", "an SBOM, scan, compliance or test report", collect)
    .option("--parent <bucket:vN[@channel]>", "the version that this was built from", collect)
    .option("--label <key=value>", "a label for every build", collect)
    .addOption(new Option("--complete", "this is all of the version").conflicts("incomplete"))
    .addOption(new Option("--incomplete", "more builds will follow"))
    .option("--create-bucket", "make the bucket's settings file where there is none")
    .addHelpText("after", EXAMPLES)
    .action((options: PublishOptions, command: Command) =>
      execute(command, async (session) => {
        refuseAsOf(session);
        const request = await readRequest(session, options);
        return renderPublished(await carryOutPublish(session, request));
      }),
    );
}

async function readRequest(session: Session, options: PublishOptions): Promise<PublishRequest> {
  const { env, clock } = session;
  const { bucket, parent = [], evidence = [] } = options;
  if (!isName(bucket))
    throw new AssayError("usage", `"${bucket}" cannot name a bucket.`, {
      hint: "A name has 1 to 36 lower-case letters, digits and hyphens, with a letter or digit at both ends.",
    });
  if (evidence.length > 0)
    throw new AssayError("usage", "This version of Assay does not read evidence yet. Nothing was written.", {
      hint: "Publish without --evidence.",
    });
  const parents = parent.map(parseParent);
  const fingerprint = await readFingerprint(options.fingerprint, session);
  const paths = options.packerManifest ?? [];
  const builds = assembleBuilds({
    manifests: await Promise.all(paths.map((path) => readInputFile(path, MAX_MANIFEST_BYTES))),
    artifacts: options.artifact ?? [],
    labels: options.label ?? [],
    metadata: actionsMetadata(env),
    createdAt: formatTime(clock),
  });
  if (!builds.ok) throw invalid(builds.problems);
  return {
    submission: {
      bucket,
      fingerprint,
      builds: builds.value,
      publisher: actionsPublisher(env),
      completion: completionOf(options),
    },
    parents,
    missingBucket: options.createBucket === true ? "create" : "refuse",
  };
}

async function readFingerprint(given: string | undefined, { env, clock }: Session): Promise<string> {
  if (given === undefined) {
    const run = actionsFingerprint(env);
    if (run !== undefined) return run;
    const { ulid } = await import("ulid");
    return ulid(clock.getTime());
  }
  if (isFingerprint(given)) return given;
  throw new AssayError("usage", `"${given}" cannot be a fingerprint.`, {
    hint: "It has 1 to 40 letters, digits, dots, underscores and hyphens, with a letter or digit at both ends.",
  });
}

function parseParent(text: string): ParentToken {
  const token = parseParentToken(text);
  if (token !== undefined) return token;
  throw new AssayError("usage", `"${text}" names no parent.`, {
    hint: "Write the version, and the channel it was resolved through if any: debian-base:v7@stable. A channel alone may have moved since.",
  });
}

function completionOf({ complete, incomplete }: PublishOptions): Completion {
  if (complete === true) return "complete";
  return incomplete === true ? "incomplete" : "unsaid";
}
