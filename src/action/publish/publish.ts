import type { GitHubRegistry } from "../../flows/github-registry.ts";
import type { PublishRequest } from "../../flows/publish.ts";
import { publish as publishStraight } from "../../flows/publish.ts";
import type { PullRequest } from "../../github/pulls.ts";
import type { VersionRecord } from "../../registry/files/version.ts";
import type { Publication } from "../../registry/publish/plan.ts";
import { publishByPull } from "./by-pull.ts";

/** What a publish came to: on the default branch, or still in its pull request when the time to wait was over. */
export type Outcome =
  | {
      readonly kind: "landed";
      readonly record: VersionRecord;
      readonly change: Publication["kind"];
      readonly commit: string | undefined;
      readonly pull: PullRequest | undefined;
    }
  | {
      readonly kind: "proposed";
      readonly record: VersionRecord;
      readonly change: Publication["kind"];
      readonly pull: PullRequest;
      readonly reason: string;
    };

/** Publishes straight to the default branch, or through a pull request where the branch refuses that. */
export async function publish(
  registry: GitHubRegistry,
  request: PublishRequest,
  waitMs: number,
): Promise<Outcome> {
  const published = await publishStraight(registry.store, request, new Date());
  if ("kind" in published) return publishByPull(registry, request, waitMs);
  const { publication, commit } = published;
  return { kind: "landed", record: publication.record, change: publication.kind, commit, pull: undefined };
}
