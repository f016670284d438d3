import { readAsOf } from "../flows/as-of.ts";
import type { ImageFilter } from "../flows/resolve.ts";
import { resolveImage } from "../flows/resolve.ts";
import type { Resolved } from "../lineage/resolution.ts";
import { renderResolutionJson } from "../report/resolution-json.ts";
import { renderCaution, renderRefusal, renderResolutionText } from "../report/resolution-text.ts";
import { clean } from "../report/terminal.ts";
import type { Store } from "../store/store.ts";
import type { Answer, Note } from "./answer.ts";
import { parseReference } from "./options.ts";
import type { Session } from "./session.ts";

/** The options of `assay resolve`, as commander collects them. */
export interface ResolveOptions extends ImageFilter {
  readonly allowRevoked?: boolean;
}

/** What `assay resolve` was asked. */
export interface ResolveQuestion {
  readonly reference: string;
  readonly options: ResolveOptions;
}

/** Answers `assay resolve`. Throws `usage` for what is no reference, and what `resolveImage` throws. */
export async function answerResolve(
  store: Store,
  { asOf, clock }: Session,
  question: ResolveQuestion,
): Promise<Answer> {
  const { registry, now } = await readAsOf(store, asOf, clock);
  const { allowRevoked, filter } = readFilter(question.options);
  const reference = parseReference(question.reference);
  const resolved = await resolveImage(registry, { reference, filter }, now);
  return answer(resolved, { allowRevoked, filter });
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
