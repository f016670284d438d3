/** The text of a new registry's CODEOWNERS; `root` is its folder in the repository, empty for the top. */
export function newCodeOwnersFile(root: string): string {
  const at = root === "" ? "/" : `/${root}/`;
  return `# Whom GitHub asks for a review. Who must agree is decided by Assay, from assay.yml; name the same people here.
# ${at}assay.yml                    @your-organisation/platform-admins
# ${at}buckets/*/bucket.yml         @your-organisation/platform-admins
# ${at}buckets/*/revocations/       @your-organisation/security
# /.github/                     @your-organisation/platform-admins
`;
}
