import { Command } from "commander";
import type { Promoted } from "../../flows/promote.ts";
import { promote, renderMove } from "../../flows/promote.ts";
import type { PullRequest } from "../../github/pulls.ts";
import { requesterOf } from "../../registry/publish/actions-run.ts";
import { clean } from "../../report/terminal.ts";
import type { Answer } from "../answer.ts";
import { parseReference, refuseAsOf } from "../options.ts";
import type { Execute } from "../program.ts";
import type { Session } from "../session.ts";

const EXAMPLES = `
In a clone the promotion becomes a commit on the branch assay/promote/<bucket>/<channel>; with --repo also a pull request.

Examples:
  assay promote ubuntu-base:v12 --to staging
  assay promote ubuntu-base@staging --to stable
  assay promote ubuntu-base@latest --to dev --repo acme/images
`;

/** `assay promote`: propose that a channel moves. */
export function promoteCommand(execute: Execute): Command {
  return new Command("promote")
    .summary("propose that a channel points to a version")
    .description("Proposes that a channel points to a version, or to what another channel points to.")
    .argument("<reference>", "bucket:vN or bucket@channel")
    .requiredOption("--to <channel>", "the channel to move")
    .addHelpText("after", EXAMPLES)
    .action((reference: string, options: { readonly to: string }, command: Command) =>
      execute(command, async (session) => {
        refuseAsOf(session);
        const request = {
          source: parseReference(reference),
          channel: options.to,
          requestedBy: requesterOf(session.env),
        };
        return answer(await carryOut(session, request));
      }),
    );
}

interface Done extends Promoted {
  readonly pull: PullRequest | undefined;
}

async function carryOut(session: Session, request: Parameters<typeof promote>[1]): Promise<Done> {
  const github = await session.github();
  if (github === undefined)
    return { ...(await promote(await session.store(), request, session.clock)), pull: undefined };
  const { proposePromotion } = await import("../../flows/propose-promotion.ts");
  return proposePromotion(github, request, session.clock);
}

function answer({ promotion, branch, commit, pull }: Done): Answer {
  const { bucket, channel, from, to } = promotion.move;
  return {
    verdict: "yes",
    json: {
      schema: 1,
      branch: promotion.kind === "none" ? null : branch,
      commit: commit ?? null,
      bucket,
      channel,
      from: from ?? null,
      to: to ?? null,
      pullRequest: pull === undefined ? null : { number: pull.number, url: pull.url },
    },
    text: (terminal) => {
      const mark = terminal.paint("good", "✔");
      if (promotion.kind === "none")
        return `${mark} ${bucket}@${channel} already points to ${to ?? "none"}; nothing was written.`;
      const move = renderMove(promotion.move).replace("->", "→");
      const where = `${branch}${commit === undefined ? "" : ` (${commit.slice(0, 7)})`}`;
      return pull === undefined
        ? `${mark} ${move}: proposed on ${where}\nNext: assay check --head ${branch}, then: git push origin ${branch}`
        : `${mark} ${move}: pull request #${pull.number}\n${clean(pull.url)}`;
    },
    notes: [],
  };
}
