import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "../../src/github/client.ts";
import { createClient } from "../../src/github/client.ts";
import type { Sandbox } from "../../test/sandbox/sandbox.ts";
import { startSandbox } from "../../test/sandbox/sandbox.ts";
import { git } from "../git.ts";
import type { GeneratedRegistry } from "../registry/generate.ts";
import { AFTERWARDS, APPROVERS } from "../registry/history.ts";

/** The repository that holds the registry. */
export const REPOSITORY = { owner: "acme", repo: "images" } as const;

// Pauses between writes are for GitHub's sake; what is counted here are requests.
const TIMINGS = { pace: "none" } as const;

/** A GitHub that holds a generated registry, with an App and people. */
export interface World {
  readonly box: Sandbox;
  /** The App: its id, its login, and a new client of its installation. */
  readonly app: { readonly id: number; readonly login: string; readonly open: () => Client };
  /** A client of a person who may write. */
  readonly as: (login: string) => Client;
}

/** Runs work on a GitHub that holds a generated registry, and stops it whatever happens. */
export async function withWorld<T>(
  registry: GeneratedRegistry,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const box = await startSandbox({ now: () => AFTERWARDS });
  try {
    return await work(await furnish(box, registry));
  } finally {
    await box.stop();
  }
}

async function furnish(box: Sandbox, { origin }: GeneratedRegistry): Promise<World> {
  box.addOrg("acme", { olga: "admin" });
  box.addTeam("acme", APPROVERS, ["carol", "dora"]);
  const { gitDir } = box.addRepo("acme/images", {
    collaborators: { alice: "write", builder: "write", carol: "write", dora: "write" },
  });
  // The objects are borrowed, not copied: what is written here stays here.
  await appendFile(join(gitDir, "objects/info/alternates"), `${join(origin, "objects")}\n`);
  const tip = await git(origin, ["rev-parse", "refs/heads/main"]);
  await git(gitDir, ["update-ref", "refs/heads/main", tip.trim()]);
  const permissions = {
    checks: "write",
    contents: "write",
    issues: "write",
    members: "read",
    pull_requests: "write",
  } as const;
  const { id: appId, privateKey } = box.addApp({ slug: "assay", permissions, events: [] });
  const { installationId } = box.install("assay", "acme");
  return {
    box,
    app: {
      id: appId,
      login: "assay[bot]",
      open: () =>
        createClient({
          auth: { appId, privateKey, installationId },
          baseUrl: box.url,
          timings: TIMINGS,
        }),
    },
    as: (login) => createClient({ auth: box.userToken(login), baseUrl: box.url, timings: TIMINGS }),
  };
}
