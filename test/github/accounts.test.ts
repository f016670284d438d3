import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Probot } from "probot";
import type { ClientLike } from "../../src/github/client.ts";
import { createClient } from "../../src/github/client.ts";
import {
  findInstallation,
  listInstallationRepositories,
  listInstallations,
  readApp,
} from "../../src/github/installations.ts";
import { createRuleset, listRulesets, readBranchRules, readRuleset } from "../../src/github/rulesets.ts";
import { createTeamCache, listTeamMembers } from "../../src/github/teams.ts";
import type { GitHubWorld } from "./world.ts";
import { TIMINGS, startWorld } from "./world.ts";

let world: GitHubWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.sandbox.stop());

describe("teams", () => {
  test("members are asked for once a minute", async () => {
    const { sandbox, client } = world;
    sandbox.addTeam("acme", "security", ["ann", "bob"]);
    let now = 0;
    const cache = createTeamCache(() => now);
    const team = { org: "acme", slug: "security" };
    expect(await listTeamMembers(client, team, cache)).toEqual(["ann", "bob"]);
    sandbox.setTeamMembers("acme", "security", ["ann"]);
    now = 59_999;
    expect(await listTeamMembers(client, team, cache)).toEqual(["ann", "bob"]);
    now = 60_000;
    expect(await listTeamMembers(client, team, cache)).toEqual(["ann"]);
  });

  test("one that does not exist, or may not be seen, is undefined", async () => {
    const { sandbox, client } = world;
    sandbox.addTeam("acme", "hidden", ["ann"]);
    expect(await listTeamMembers(client, { org: "acme", slug: "nobody" })).toBeUndefined();
    const workflow = createClient({
      auth: sandbox.actionsToken("acme/images"),
      baseUrl: sandbox.url,
      timings: TIMINGS,
    });
    expect(await listTeamMembers(workflow, { org: "acme", slug: "hidden" })).toBeUndefined();
  });

  test("a server that breaks down is no empty team", async () => {
    const { sandbox, client } = world;
    sandbox.addTeam("acme", "quality", ["ann"]);
    sandbox.fault({ path: /members/, when: "before", times: 9 }, { status: 503 });
    await expect(listTeamMembers(client, { org: "acme", slug: "quality" })).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

describe("the App", () => {
  test("knows itself, its installations and what they cover", async () => {
    const { sandbox, app, client, repository } = world;
    const signed = createClient({
      auth: { appId: app.id, privateKey: app.privateKey },
      baseUrl: sandbox.url,
      timings: TIMINGS,
    });
    expect(await readApp(signed)).toMatchObject({ id: app.id, slug: "assay", login: "assay[bot]" });
    const found = await findInstallation(signed, repository);
    expect(found).toMatchObject({ account: "acme", suspended: false, permissions: { contents: "write" } });
    expect(await findInstallation(signed, { owner: "acme", repo: "nowhere" })).toBeUndefined();
    expect((await listInstallations(signed)).map(({ id }) => id)).toEqual([found?.id]);
    expect(await listInstallationRepositories(client)).toEqual([repository]);
  });

  test("may also speak through Probot's client", async () => {
    const { sandbox, app, client, repository } = world;
    const probot = new Probot({
      appId: app.id,
      privateKey: app.privateKey,
      secret: "s",
      baseUrl: sandbox.url,
      logLevel: "fatal",
    });
    const { data } = await client.rest.apps.listReposAccessibleToInstallation();
    expect(data.total_count).toBe(1);
    const signed: ClientLike = await probot.auth();
    const installation = await findInstallation(signed, repository);
    const installed: ClientLike = await probot.auth(installation?.id);
    expect(await listInstallationRepositories(installed)).toEqual([repository]);
  });
});

test("rulesets are made, listed and read, and a branch tells what binds it", async () => {
  const { client, repository } = world;
  const id = await createRuleset(client, repository, {
    name: "assay",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [{ type: "non_fast_forward" }],
  });
  expect(await listRulesets(client, repository)).toMatchObject([
    { id, name: "assay", enforcement: "active" },
  ]);
  expect(await readRuleset(client, repository, id)).toMatchObject({
    include: ["~DEFAULT_BRANCH"],
    rules: [{ type: "non_fast_forward" }],
  });
  expect(await readRuleset(client, repository, 9_999_999)).toBeUndefined();
  expect(await readBranchRules(client, repository, "main")).toMatchObject([{ type: "non_fast_forward" }]);
  expect(await readBranchRules(client, repository, "other")).toEqual([]);
});
