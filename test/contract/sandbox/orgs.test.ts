import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Fixture, openFixture, refusal, REPO } from "./fixture.ts";

let fixture: Fixture;
const SECURITY = { org: "acme", team_slug: "security" } as const;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(async () => {
  await fixture.stop();
  expect(fixture.openApi.takeProblems()).toEqual([]);
});

test("a team tells its members by page, and who is none is a 404", async () => {
  const { box, bot } = fixture;
  for (const index of [1, 2, 3]) box.addUser(`m${index}`);
  box.addTeam("acme", "big", ["m1", "m2", "m3"]);
  expect((await bot.rest.teams.getByName({ org: "acme", team_slug: "big" })).data).toMatchObject({
    slug: "big",
    members_count: 3,
  });
  const members = await bot.paginate(bot.rest.teams.listMembersInOrg, {
    org: "acme",
    team_slug: "big",
    per_page: 2,
  });
  expect(members.map(({ login }) => login)).toEqual(["m1", "m2", "m3"]);
  const { data } = await bot.rest.teams.getMembershipForUserInOrg({ ...SECURITY, username: "bob" });
  expect(data.state).toBe("active");
  const other = bot.rest.teams.getMembershipForUserInOrg({ ...SECURITY, username: "carol" });
  expect(await refusal(other)).toMatchObject({ status: 404 });
});

test("teams are for members of the organization and for Apps that may read members", async () => {
  const { box, carol, client } = fixture;
  expect(await refusal(carol.rest.teams.getByName(SECURITY))).toMatchObject({ status: 404 });
  const workflow = client(box.actionsToken("acme/images"));
  expect(await refusal(workflow.rest.teams.getByName(SECURITY))).toMatchObject({
    status: 403,
    message: expect.stringContaining("Resource not accessible by integration"),
  });
});

test("a change of members sends membership, added and removed", async () => {
  const { box, hooks } = fixture;
  box.setTeamMembers("acme", "security", ["carol"]);
  await box.settle();
  const told = hooks.filter(({ event }) => event === "membership").slice(-2);
  expect(told.map(({ action, payload }) => ({ action, payload }))).toMatchObject([
    { action: "removed", payload: { member: { login: "bob" }, team: { slug: "security" } } },
    { action: "added", payload: { member: { login: "carol" }, organization: { login: "acme" } } },
  ]);
  box.setTeamMembers("acme", "security", ["bob"]);
});

test.each([
  ["alice", "admin", "admin"],
  ["bob", "write", "write"],
  ["dan", "read", "read"],
])("the permission of %s is %s", async (username, permission, role) => {
  fixture.box.addUser("dan");
  const { data } = await fixture.bot.rest.repos.getCollaboratorPermissionLevel({ ...REPO, username });
  expect(data).toMatchObject({ permission, role_name: role, user: { login: username } });
});

test("memberships of the organization and teams of a repository are told", async () => {
  const { alice, bot } = fixture;
  expect((await bot.rest.orgs.getMembershipForUser({ org: "acme", username: "alice" })).data).toMatchObject({
    role: "admin",
  });
  expect(await refusal(bot.rest.orgs.getMembershipForUser({ org: "acme", username: "dan" }))).toMatchObject({
    status: 404,
  });
  expect((await alice.rest.orgs.listMembers({ org: "acme" })).data.map(({ login }) => login)).toContain(
    "bob",
  );
  expect((await alice.rest.repos.listTeams(REPO)).data).toMatchObject([
    { slug: "security", permission: "push" },
  ]);
});

test("who a token belongs to is told", async () => {
  expect((await fixture.alice.rest.users.getAuthenticated()).data.login).toBe("alice");
  expect((await fixture.alice.rest.users.getByUsername({ username: "assay[bot]" })).data.type).toBe("Bot");
  expect(await refusal(fixture.bot.rest.users.getAuthenticated())).toMatchObject({ status: 403 });
});
