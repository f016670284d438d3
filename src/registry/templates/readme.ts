import { APPLY_RULESETS } from "./ruleset.ts";

/** The text of a new registry's README. */
export function newReadmeFile(name: string): string {
  return `# ${name.replaceAll(/[\\`*_[\]<>#|]/g, "\\$&")}

The registry of our golden machine images, kept by Assay. A channel promotion is a pull request, compliance is a status
check, approval is a review, history is \`git log\`.

| path | what | who changes it |
| --- | --- | --- |
| \`assay.yml\` | channels, policy, roles | admins |
| \`buckets/<bucket>/bucket.yml\` | what a version must contain, whose builds are accepted | admins |
| \`buckets/<bucket>/channels/<channel>.yml\` | which version a channel points to | a promotion pull request |
| \`buckets/<bucket>/versions/v12.json\` | what was built | \`assay publish\`, nobody by hand |
| \`buckets/<bucket>/revocations/v12.yml\` | a version that must not be used | responders |

## Next steps

1. Push this repository to GitHub, and install the Assay App on it, or keep the workflows in \`.github/workflows\` and do
   without a server.
2. Protect the branches. \`.github/assay-ruleset.json\` holds two rulesets: the default branch takes squashed pull requests
   only, with the checks \`assay/compliance\` and \`assay/approval\`; the branches under \`assay/\` belong to the App. A check
   must come from that App and nobody else, so its id goes in (without a server: 15368, GitHub Actions):

   \`\`\`sh
${indent(APPLY_RULESETS, "   ")}
   \`\`\`

3. Make a bucket, and publish the first version from its build:

   \`\`\`sh
   assay bucket ubuntu-base
   assay publish --bucket ubuntu-base --packer-manifest packer-manifest.json
   \`\`\`

4. Promote it, and use it:

   \`\`\`sh
   assay promote ubuntu-base:v1 --to dev
   assay resolve ubuntu-base@dev --platform aws --region us-east-1
   \`\`\`
`;
}

function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => `${by}${line}`)
    .join("\n");
}
