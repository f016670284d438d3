import { expect, test } from "@jest/globals";
import type { ChannelStatus, RegistryStatus } from "../../src/lineage/registry-status.ts";
import type { Standing } from "../../src/lineage/family.ts";
import { renderStatusText } from "../../src/report/status-text.ts";
import { PLAIN_TERMINAL } from "../../src/report/terminal.ts";

const NOW = new Date("2026-11-23T09:10:00Z");

function aChannel(change: Partial<ChannelStatus> = {}): ChannelStatus {
  return {
    channel: "stable",
    version: "v7",
    since: "2026-11-11T09:10:00Z",
    completedAt: "2026-11-11T09:10:00Z",
    standing: { kind: "active" },
    ancestry: "undetermined",
    hold: undefined,
    ...change,
  };
}

function lines(
  change: Partial<ChannelStatus>,
  { latest }: { readonly latest: `v${number}` | undefined } = { latest: "v8" },
): readonly string[] {
  const status: RegistryStatus = {
    name: "acme-images",
    commit: "c",
    asOf: NOW,
    channels: ["stable"],
    buckets: [{ bucket: "web", versions: 8, latest, channels: [aChannel(change)] }],
  };
  return renderStatusText(status, PLAIN_TERMINAL).split("\n").slice(2);
}

const inherited: Standing = {
  kind: "revoked",
  at: undefined,
  cause: { kind: "revocation", bucket: "base", version: "v5", inherited: true, reason: "CVE-2026-1234" },
};

function lifetime(at: string): Standing {
  const cause = {
    kind: "lifetime",
    bucket: "web",
    version: "v7",
    inherited: false,
    reason: "its lifetime of 30d ended",
  } as const;
  return { kind: "scheduled", at, cause };
}

test.each<[string, Partial<ChannelStatus>, readonly string[]]>([
  ["a good one", { ancestry: "up-to-date" }, ["web     v7      v8      12 d  up to date"]],
  ["one whose parent moved on", { ancestry: "out-of-date" }, ["web     v7      v8      12 d  out of date"]],
  ["an empty one", { version: undefined, completedAt: undefined }, ["web     –       v8      –    –"]],
  [
    "a revoked one",
    { standing: inherited },
    [
      "web     v7 ✖ revoked  v8      12 d  revoked",
      "",
      "✖ web@stable: v7 is revoked (inherited from base v5: CVE-2026-1234). Run: assay promote web:v8 --to stable",
    ],
  ],
  [
    "one that names no version of the bucket",
    { completedAt: undefined },
    [
      "web     v7 ✖ missing  v8      –    –",
      "",
      "✖ web@stable names v7, which the bucket does not have. Run: assay promote web:v8 --to stable",
    ],
  ],
  [
    "one at the end of its life",
    { standing: lifetime("2026-12-01T00:00:00Z") },
    [
      "web     v7 ◷ end of life  v8      12 d  –",
      "",
      "◷ web@stable: v7 is at the end of its lifetime on 1 Dec 2026 00:00 UTC. Run: assay promote web:v8 --to stable",
    ],
  ],
  [
    "one whose life is long",
    { standing: lifetime("2027-12-01T00:00:00Z") },
    ["web     v7      v8      12 d  –"],
  ],
  [
    "a held one",
    { hold: { reason: "the\u001b[31m audit", until: "2026-12-01T00:00:00Z" } },
    [
      "web     v7 ! held  v8      12 d  –",
      "",
      "! web@stable is held until 1 Dec 2026 00:00 UTC: the [31m audit",
    ],
  ],
])("tells %s", (_what, change, expected) => {
  expect(lines(change).slice(1)).toEqual(expected);
});

test("where nothing better is there, the advice is to publish", () => {
  expect(lines({ standing: inherited }, { latest: undefined }).at(-1)).toContain(
    "Publish a new version first.",
  );
  expect(lines({ standing: inherited }, { latest: "v7" }).at(-1)).toContain("Publish a new version first.");
});

test("an empty registry says how to go on", () => {
  const status = { name: "x", commit: "c", asOf: NOW, channels: ["dev"], buckets: [] };
  expect(renderStatusText(status, PLAIN_TERMINAL)).toContain("assay bucket NAME");
});
