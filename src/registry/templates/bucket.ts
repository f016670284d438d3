/** The text of a new bucket's settings. */
export function newBucketFile({ description }: { readonly description: string | undefined }): string {
  const about = description === undefined ? "" : `description: ${JSON.stringify(description)}\n`;
  return `apiVersion: assay/v1
${about}# What a complete version must contain; without it, a publish is complete when its publisher says so.
# builds:
#   - { component: amazon-ebs.ubuntu, platform: aws, regions: [us-east-1, eu-west-1] }
# Whose builds are accepted; without it, everyone's who may write records.
# publishers:
#   - { repository: acme/image-ubuntu, workflow: .github/workflows/build.yml, ref: refs/heads/main }
`;
}
