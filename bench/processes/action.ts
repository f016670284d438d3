import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { devNull } from "node:os";
import { runCommand } from "../measure/command.ts";
import { compare } from "../measure/comparison.ts";
import type { Row } from "../measure/row.ts";
import type { Bundles } from "./bundles.ts";
import { NOTHING } from "./resolve.ts";

/** Compares the time from the start of the `resolve` action to its first request with starting Node. */
export async function benchAction(bundles: Bundles, runs: number): Promise<readonly Row[]> {
  const { resolveAction, actionBytes, cliBytes } = bundles;
  const comparison = await compare(
    () => timeToFirstRequest(resolveAction),
    async () => (await runCommand(NOTHING)).ms,
    { runs },
  );
  return [
    {
      kind: "time",
      measure: "resolve action, first request",
      comparison,
      floor: "node -e 0",
      limit: 4,
      note: "bundle",
    },
    {
      kind: "figure",
      measure: "size of the actions",
      figure: `${kilobytes(actionBytes)} kB`,
      note: "all verbs",
    },
    { kind: "figure", measure: "size of the command line", figure: `${kilobytes(cliBytes)} kB`, note: "" },
  ];
}

/** Starts the action against a server that only notes when the first request arrives; milliseconds. */
async function timeToFirstRequest(entry: string): Promise<number> {
  const first = Promise.withResolvers<number>();
  // It is never answered: the action is ended by its first request.
  const server = createServer(() => first.resolve(performance.now()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const begun = performance.now();
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, ...inputsFor(`http://127.0.0.1:${address.port}`) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.once("error", first.reject);
  child.once("close", (code) =>
    first.reject(new Error(`The action exited ${String(code)} without a request.`)),
  );
  try {
    return (await first.promise) - begun;
  } finally {
    child.kill();
    await ended;
    server.closeAllConnections();
    server.close();
  }
}

/** What the runner tells an action. */
function inputsFor(apiUrl: string): Readonly<Record<string, string>> {
  return {
    INPUT_IMAGE: "ubuntu-base@stable",
    INPUT_PLATFORM: "aws",
    INPUT_REGION: "us-east-1",
    INPUT_TOKEN: "a token of the bench",
    INPUT_REGISTRY: "acme/images",
    "INPUT_API-URL": apiUrl,
    GITHUB_ACTIONS: "true",
    GITHUB_OUTPUT: devNull,
    GITHUB_STEP_SUMMARY: devNull,
  };
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1_024);
}
