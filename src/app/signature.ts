import { createHmac, timingSafeEqual } from "node:crypto";

/** The signature of a webhook's body, as GitHub sends it in `x-hub-signature-256`. */
export function signBody(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/**
 * Whether a body was signed with one of the secrets; comparing takes the same time however much of it is right.
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function isSigned(body: Uint8Array, signature: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature);
  return secrets.some((secret) => {
    const expected = Buffer.from(signBody(body, secret));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
