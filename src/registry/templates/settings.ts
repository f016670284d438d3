/** Where a new registry starts from: two channels and nothing else, or all that a regulated team asks for. */
export type Preset = "minimal" | "regulated";

/** The text of a new registry's `assay.yml`. */
export function newSettingsFile(name: string, preset: Preset): string {
  return `# The settings of this registry. Who may change them: "roles".
apiVersion: assay/v1
name: ${quoteUnlessPlain(name)}
${preset === "minimal" ? MINIMAL : REGULATED}`;
}

const MINIMAL = `channels: # the ladder of every bucket; a bucket.yml may only tighten it
  dev: { auto: true } # Assay proposes the promotion itself when a version completes
  stable: { after: dev } # must have been on dev
`;

const REGULATED = `roles: # GitHub teams of the organisation that owns this repository
  admins: { teams: [platform-admins], approvals: 1 } # settings, waivers, freezes
  responders: { teams: [security], approvals: 1 } # revocations
channels: # the ladder of every bucket; a bucket.yml may only tighten it
  dev: { auto: true } # Assay proposes the promotion itself when a version completes
  staging: { after: dev, auto: true }
  stable:
    after: staging # must have been on staging,
    soak: 72h # and must have arrived there so long ago
    restricted: { teams: [image-release], approvals: 2 } # whose approvals a promotion needs
merge: when-ready # Assay merges a promotion once its checks pass; or: by-hand
policy:
  - rule: max-age # of the version, at its promotion
    max: 30d
    channels: [stable]
  - rule: labels # of every build, or of its bucket.yml
    require: { os: "*", owner: "*" }
repave: { channel: stable, every: 30d } # rebuild and release at least so often
`;

/** A plain YAML scalar where nothing could read it as something else, else a quoted one. */
function quoteUnlessPlain(text: string): string {
  const isPlain = /^[a-z][a-z0-9-]*$/.test(text) && !/^(y|yes|n|no|on|off|true|false|null)$/.test(text);
  return isPlain ? text : JSON.stringify(text);
}
