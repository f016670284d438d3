import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { startSandbox } from "../sandbox/sandbox.ts";
import { SECRET, SETTINGS } from "./fixture.ts";
import { manifest } from "./manifest.ts";

const MAIN = fileURLToPath(new URL("../../src/app/main.ts", import.meta.url));

interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves with the first match in what the program prints. */
  readonly printed: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<number | null>;
}

function run(environment: Readonly<Record<string, string>>): Program {
  const env = { PATH: process.env["PATH"], ...environment };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output += data.toString();
      for (const watch of watchers) watch();
    });
  const ended = once(child, "close").then(() => child.exitCode);
  return {
    child,
    output: () => output,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match[1] ?? match[0]);
        };
        watchers.add(watch);
        watch();
        ended.then(() => reject(new Error(`The program ended: ${output}`)), reject);
      }),
  };
}

describe("npm start", () => {
  test("without a configuration tells all that is missing at once, and exits with 2", async () => {
    const { ended, output } = run({});
    expect(await ended).toBe(2);
    for (const name of ["APP_ID", "PRIVATE_KEY_PATH", "WEBHOOK_SECRET"])
      expect(output()).toContain(`error: ${name} is missing.`);
  });

  test("works until it is told to stop, catches up at the start, and logs no secret, key, token or payload", async () => {
    const box = await startSandbox();
    const dir = await mkdtemp(join(tmpdir(), "assay-main-"));
    let child: ChildProcess | undefined;
    try {
      box.addOrg("acme", { alice: "admin" });
      box.addRepo("acme/images", { files: { "assay.yml": SETTINGS } });
      const { id, privateKey } = box.addApp({
        slug: "assay",
        permissions: manifest.default_permissions,
        events: manifest.default_events,
      });
      box.install("assay", "acme");
      const key = join(dir, "key.pem");
      await writeFile(key, privateKey);
      const program = run({
        APP_ID: String(id),
        PRIVATE_KEY_PATH: key,
        WEBHOOK_SECRET: SECRET,
        GITHUB_API_URL: box.url,
        PORT: "0",
        LOG_LEVEL: "trace",
      });
      child = program.child;
      const url = await program.printed(/"url":"([^"]+)"/);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      const body = JSON.stringify({
        action: "opened",
        installation: { id: 1 },
        repository: { name: "images", owner: { login: "acme" }, default_branch: "main" },
        pull_request: { number: 404, body: "words of the payload" },
      });
      for (const secret of [SECRET, "wrong"]) {
        await fetch(`${url}/api/github/webhooks`, {
          method: "POST",
          body,
          headers: {
            "content-type": "application/json",
            "x-github-event": "pull_request",
            "x-github-delivery": `delivery-${secret === SECRET ? 1 : 2}`,
            "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
          },
        });
      }
      await program.printed(/webhook refused/);
      program.child.kill("SIGTERM");
      expect(await program.ended).toBe(0);
      expect(program.output()).toContain("stopped");
      const asked = box.requests.map(({ method, path }) => `${method} ${path}`);
      // What was taken before the signal is still worked on.
      expect(asked).toContain("POST /app/installations/1/access_tokens");
      expect(asked).toContain("GET /repos/acme/images");
      for (const secret of [SECRET, "PRIVATE KEY", "ghs_", "words of the payload"])
        expect(program.output()).not.toContain(secret);
    } finally {
      child?.kill("SIGKILL");
      await box.stop();
      await rm(dir, { recursive: true });
    }
  });

  test("tells when the port is taken, and exits with 2", async () => {
    const box = await startSandbox();
    try {
      const { id, privateKey } = box.addApp({ slug: "assay", permissions: {}, events: [] });
      const { ended, output } = run({
        APP_ID: String(id),
        PRIVATE_KEY: privateKey.replaceAll("\n", String.raw`\n`),
        WEBHOOK_SECRET: SECRET,
        PORT: new URL(box.url).port,
      });
      expect(await ended).toBe(2);
      expect(output()).toContain("EADDRINUSE");
    } finally {
      await box.stop();
    }
  });
});
