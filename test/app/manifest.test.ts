import { describe, expect, test } from "@jest/globals";
import { EVENTS } from "../../src/app/events.ts";
import { WEBHOOK_PATH } from "../../src/app/front-door.ts";
import { publish } from "../../src/flows/publish.ts";
import type { Fixture } from "./fixture.ts";
import { aPublish, withFixture } from "./fixture.ts";
import { approve, openNumbers, propose, readFile } from "./github.ts";
import { manifest } from "./manifest.ts";

const STABLE = "buckets/ubuntu-base/channels/stable.yml";

/** A version that is published, promoted by automation, and promoted by people. */
async function useEverything(fixture: Fixture): Promise<void> {
  const store = fixture.store(fixture.as("dana"));
  await publish(store, aPublish(fixture.now(), { fingerprint: "run-1" }), fixture.now());
  await fixture.quiet();
  const number = await propose(fixture.as("erin"), "to-stable", { [STABLE]: "version: v1\n" });
  await fixture.quiet();
  for (const login of ["rita", "ron"]) {
    if (!(await openNumbers(fixture.as("dana"))).includes(number)) break;
    await approve(fixture.as(login), number);
    await fixture.quiet();
  }
}

function refused({ box }: Fixture): string[] {
  return box.requests
    .filter(({ actor, status }) => actor === "assay" && (status === 401 || status === 403))
    .map(({ route }) => route);
}

describe("app.yml", () => {
  test("subscribes to exactly the events that Assay acts upon", () => {
    // GitHub tells every App of its own installations.
    const acted = EVENTS.map((event) => event.split(".")[0] ?? "").filter(
      (name) => !name.startsWith("installation"),
    );
    expect(manifest.default_events.toSorted()).toEqual([...new Set(acted)].toSorted());
  });

  test("sends webhooks where Assay takes them, and offers the App to nobody else", () => {
    expect(new URL(manifest.hook_attributes.url).pathname).toBe(WEBHOOK_PATH);
    expect(manifest.public).toBe(false);
  });

  test("grants all that Assay asks GitHub for", async () => {
    await withFixture(async (fixture) => {
      await useEverything(fixture);
      expect(refused(fixture)).toEqual([]);
      expect(await readFile(fixture.bot, STABLE)).toBe("version: v1\n");
    });
  });

  test.each(["contents", "pull_requests", "checks", "members"])(
    "grants no %s that Assay could do without",
    async (permission) => {
      const { [permission]: _without, ...permissions } = manifest.default_permissions;
      await withFixture(
        async (fixture) => {
          await useEverything(fixture);
          expect(refused(fixture)).not.toEqual([]);
          expect(await readFile(fixture.as("dana"), STABLE)).toBeUndefined();
        },
        { permissions },
      );
    },
  );

  test("asks for nothing else", () => {
    expect(manifest.default_permissions).toEqual({
      contents: "write",
      pull_requests: "write",
      checks: "write",
      members: "read",
      merge_queues: "read",
      metadata: "read",
    });
  });
});
