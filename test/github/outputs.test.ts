import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { compareText } from "../../src/format/names.ts";
import type { Annotation, CheckOutput } from "../../src/github/checks.ts";
import { publishCheck } from "../../src/github/checks.ts";
import { createClient } from "../../src/github/client.ts";
import { publishComment } from "../../src/github/comments.ts";
import type { OutputMemory } from "../../src/github/output-memory.ts";
import { createOutputMemory } from "../../src/github/output-memory.ts";
import { openPull } from "../../src/github/pulls.ts";
import type { GitHubWorld } from "./world.ts";
import { TIMINGS, startWorld } from "./world.ts";

let world: GitHubWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.sandbox.stop());

describe("a check run", () => {
  let count = 0;
  async function anOutput(change: Partial<CheckOutput> = {}): Promise<CheckOutput> {
    count += 1;
    const name = `assay/compliance-${count}`;
    return {
      headSha: await world.tip("main"),
      name,
      state: "success",
      title: "Fine",
      summary: "All is well.",
      annotations: [],
      ...change,
    };
  }

  function publish(output: CheckOutput, memory: OutputMemory): Promise<number> {
    return publishCheck(world.client, world.repository, { ...output, memory, appId: world.app.id });
  }

  async function runsOf({ headSha, name }: CheckOutput) {
    const { data } = await world.client.rest.checks.listForRef({
      ...world.repository,
      ref: headSha,
      check_name: name,
      filter: "all",
    });
    return data.check_runs;
  }

  function annotations(size: number): Annotation[] {
    return Array.from({ length: size }, (_, index) => ({
      path: "assay.yml",
      startLine: index + 1,
      endLine: index + 1,
      startColumn: 2,
      level: "failure",
      message: `m${index}`,
    }));
  }

  test("is made once, costs nothing while it stays, and one request when it changes", async () => {
    const [output, memory] = [await anOutput({ state: "in_progress" }), createOutputMemory()];
    expect(await world.requestsOf(() => publish(output, memory))).toEqual([
      "GET commits/…/check-runs",
      "POST check-runs",
    ]);
    expect(await world.requestsOf(() => publish(output, memory))).toEqual([]);
    const done = { ...output, state: "action_required", text: "wait" } as const;
    const [run] = await runsOf(output);
    expect(await world.requestsOf(() => publish(done, memory))).toEqual([`PATCH check-runs/${run?.id}`]);
    expect(await runsOf(output)).toMatchObject([
      {
        status: "completed",
        conclusion: "action_required",
        output: { title: "Fine", summary: "All is well.", text: "wait" },
      },
    ]);
  });

  test("is found again without memory, and left alone when it says the same", async () => {
    const output = await anOutput();
    const id = await publish(output, createOutputMemory());
    expect(await world.requestsOf(() => publish(output, createOutputMemory()))).toEqual([
      "GET commits/…/check-runs",
    ]);
    expect(await world.requestsOf(() => publish({ ...output, title: "Else" }, createOutputMemory()))).toEqual(
      ["GET commits/…/check-runs", `PATCH check-runs/${id}`],
    );
  });

  test("takes its annotations fifty at a time", async () => {
    const output = await anOutput({ state: "failure", annotations: annotations(120) });
    const requests = await world.requestsOf(() => publish(output, createOutputMemory()));
    expect(requests.filter((request) => !request.startsWith("GET")).length).toBe(3);
    expect((await runsOf(output))[0]?.output.annotations_count).toBe(120);
  });

  test("with other annotations is a new run, because they can only be added", async () => {
    const [output, memory] = [await anOutput({ annotations: annotations(2) }), createOutputMemory()];
    const first = await publish(output, memory);
    expect(await publish({ ...output, title: "Same annotations" }, memory)).toBe(first);
    const second = await publish({ ...output, annotations: annotations(1) }, memory);
    expect(second).not.toBe(first);
    const cold = await publish({ ...output, annotations: [] }, createOutputMemory());
    expect(cold).not.toBe(second);
    const counts = (await runsOf(output)).map((run) => run.output.annotations_count);
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  });

  test("that is completed is followed by a new one when work begins again", async () => {
    const [output, memory] = [await anOutput(), createOutputMemory()];
    const first = await publish(output, memory);
    expect(await publish({ ...output, state: "in_progress" }, memory)).not.toBe(first);
  });

  test("of another App is not taken for its own", async () => {
    const output = await anOutput();
    const { sandbox, repository } = world;
    const other = createClient({
      auth: sandbox.actionsToken("acme/images"),
      baseUrl: sandbox.url,
      timings: TIMINGS,
    });
    const { data } = await other.rest.checks.create({
      ...repository,
      name: output.name,
      head_sha: output.headSha,
      status: "in_progress",
    });
    expect(await publish(output, createOutputMemory())).not.toBe(data.id);
    expect((await runsOf(output)).map((run) => run.app?.slug ?? "").toSorted(compareText)).toEqual([
      "assay",
      "github-actions",
    ]);
  });

  test("that is longer than GitHub takes ends with what was cut", async () => {
    const line = `${"ü".repeat(50)}\n`;
    const output = await anOutput({ text: line.repeat(2_000) });
    await publish(output, createOutputMemory());
    const text = (await runsOf(output))[0]?.output.text ?? "";
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_535);
    expect(text).toMatch(/ü{50}\n\n_\d+ more lines did not fit\._\n$/);
  });

  test("that could not be written is not remembered as written", async () => {
    const [output, memory] = [await anOutput(), createOutputMemory()];
    world.sandbox.fault({ method: "POST", path: /check-runs/, when: "before" }, { status: 500 });
    await expect(publish(output, memory)).rejects.toMatchObject({ code: "unavailable" });
    await publish(output, memory);
    expect((await runsOf(output)).length).toBe(1);
  });
});

describe("the sticky comment", () => {
  async function aPull(): Promise<number> {
    const head = `comment-${Math.random().toString(36).slice(2)}`;
    await world.commit(head, `${head}.txt`, "x\n");
    return (await openPull(world.client, world.repository, { head, base: "main", title: "t", body: "" }))
      .number;
  }

  function publish(number: number, body: string, memory: OutputMemory): Promise<number> {
    return publishComment(world.client, world.repository, {
      number,
      marker: "report",
      body,
      author: "assay[bot]",
      memory,
    });
  }

  async function commentsOf(number: number) {
    return (await world.ann.rest.issues.listComments({ ...world.repository, issue_number: number })).data;
  }

  test("is made once, costs nothing while it stays, and one request when it changes", async () => {
    const [number, memory] = [await aPull(), createOutputMemory()];
    expect(await world.requestsOf(() => publish(number, "one", memory))).toEqual([
      `GET issues/${number}/comments`,
      `POST issues/${number}/comments`,
    ]);
    expect(await world.requestsOf(() => publish(number, "one", memory))).toEqual([]);
    const requests = await world.requestsOf(() => publish(number, "two", memory));
    expect(requests).toEqual([expect.stringMatching(/^PATCH issues\/comments\//)]);
    expect((await commentsOf(number)).map(({ body }) => body)).toEqual(["<!-- assay:report -->\ntwo"]);
  });

  test("is found again without memory, and left alone when it says the same", async () => {
    const number = await aPull();
    await publish(number, "one", createOutputMemory());
    expect(await world.requestsOf(() => publish(number, "one", createOutputMemory()))).toEqual([
      `GET issues/${number}/comments`,
    ]);
  });

  test("of a stranger who copies the marker is not touched", async () => {
    const number = await aPull();
    await world.ann.rest.issues.createComment({
      ...world.repository,
      issue_number: number,
      body: "<!-- assay:report -->\nmine",
    });
    await publish(number, "ours", createOutputMemory());
    expect((await commentsOf(number)).map(({ user, body }) => [user?.login, body])).toEqual([
      ["ann", "<!-- assay:report -->\nmine"],
      ["assay[bot]", "<!-- assay:report -->\nours"],
    ]);
  });

  test("that was deleted is made anew when it changes", async () => {
    const [number, memory] = [await aPull(), createOutputMemory()];
    const id = await publish(number, "one", memory);
    await world.client.rest.issues.deleteComment({ ...world.repository, comment_id: id });
    await publish(number, "two", memory);
    expect((await commentsOf(number)).map(({ body }) => body)).toEqual(["<!-- assay:report -->\ntwo"]);
  });
});
