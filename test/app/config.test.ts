import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../src/app/config.ts";

const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const GOOD = { APP_ID: "12", PRIVATE_KEY: pem, WEBHOOK_SECRET: "s3cret" };

function noFile(): never {
  throw new Error("ENOENT");
}

function problemsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const parsed = parseConfig(environment, noFile);
  return parsed.ok ? [] : parsed.problems;
}

describe("the configuration", () => {
  test("has safe defaults for all but the App's credentials", () => {
    expect(parseConfig(GOOD, noFile)).toEqual({
      ok: true,
      config: {
        appId: 12,
        privateKey: expect.stringContaining("BEGIN RSA PRIVATE KEY"),
        webhookSecrets: ["s3cret"],
        host: "127.0.0.1",
        port: 3000,
        apiUrl: undefined,
        root: undefined,
        logLevel: "info",
      },
    });
  });

  test("takes what it is told", () => {
    const environment = {
      ...GOOD,
      WEBHOOK_SECRET_PREVIOUS: "old",
      HOST: "0.0.0.0",
      PORT: "0",
      GHE_HOST: "github.example.com",
      ASSAY_ROOT: "images",
      LOG_LEVEL: "debug",
    };
    expect(parseConfig(environment, noFile)).toMatchObject({
      ok: true,
      config: {
        webhookSecrets: ["s3cret", "old"],
        host: "0.0.0.0",
        port: 0,
        apiUrl: "https://github.example.com/api/v3",
        root: "images",
        logLevel: "debug",
      },
    });
  });

  test.each([
    ["with line ends written out", { PRIVATE_KEY: pem.replaceAll("\n", String.raw`\n`) }],
    ["as base64", { PRIVATE_KEY: Buffer.from(pem).toString("base64") }],
    ["in a file", { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: "key.pem" }],
  ])("takes the key %s", (_name, changes) => {
    expect(parseConfig({ ...GOOD, ...changes }, () => pem)).toMatchObject({ ok: true });
  });

  test("tells all problems at once", () => {
    expect(problemsOf({})).toHaveLength(3);
    expect(problemsOf({ APP_ID: "x", PORT: "x", LOG_LEVEL: "x" })).toHaveLength(5);
  });

  test.each([
    [{ APP_ID: "0" }, "APP_ID"],
    [{ APP_ID: " " }, "APP_ID is missing"],
    [{ PRIVATE_KEY: "nonsense" }, "PRIVATE_KEY holds no RSA private key"],
    [{ PRIVATE_KEY: elliptic }, "PRIVATE_KEY holds no RSA private key"],
    [{ PRIVATE_KEY_PATH: "key.pem" }, "both set"],
    [
      { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: "key.pem" },
      '"key.pem" of PRIVATE_KEY_PATH cannot be read (ENOENT)',
    ],
    [{ WEBHOOK_SECRET: undefined }, "WEBHOOK_SECRET is missing"],
    [{ WEBHOOK_SECRET: "development" }, "everybody knows"],
    [{ WEBHOOK_SECRET_PREVIOUS: "development" }, "everybody knows"],
    [{ HOST: "a b" }, "HOST"],
    [{ PORT: "65536" }, "PORT"],
    [{ GITHUB_API_URL: "http://github.example.com/api/v3" }, "GITHUB_API_URL"],
    [{ GITHUB_API_URL: "github.example.com" }, "GITHUB_API_URL"],
    [{ GITHUB_API_URL: "https://a.example", GHE_HOST: "a.example" }, "both set"],
    [{ GHE_HOST: "https://a.example" }, "GHE_HOST"],
    [{ ASSAY_ROOT: "../x" }, "ASSAY_ROOT"],
    [{ ASSAY_ROOT: "/x" }, "ASSAY_ROOT"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  ])("refuses %j and says how to mend it", (changes, words) => {
    expect(problemsOf({ ...GOOD, ...changes })).toEqual([expect.stringContaining(words)]);
  });

  test("shows no secret in a problem", () => {
    const problems = problemsOf({ ...GOOD, PRIVATE_KEY: `${pem.slice(0, 200)}-----`, LOG_LEVEL: "x" }).join(
      "\n",
    );
    expect(problems).not.toContain(pem.slice(40, 80));
    expect(problems).not.toContain("s3cret");
  });
});
