/** Who made a commit, and when. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: Date;
}

/** A commit as git stores it. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

const SIGNATURE = /^(.*?) ?<([^>]*)> (-?\d+) [+-]\d{4}$/;

function parseSignature(text: string): Signature {
  const match = SIGNATURE.exec(text);
  return { name: match?.[1] ?? "", email: match?.[2] ?? "", date: new Date(Number(match?.[3] ?? 0) * 1000) };
}

/** Decodes the body of a commit object. */
export function parseCommit(sha: string, body: Buffer): Commit {
  const text = body.toString();
  const gap = text.indexOf("\n\n");
  const headers = (gap < 0 ? text : text.slice(0, gap)).split("\n").map((line) => {
    const space = line.indexOf(" ");
    return { key: line.slice(0, space), value: line.slice(space + 1) };
  });
  const first = (key: string): string => headers.find((header) => header.key === key)?.value ?? "";
  return {
    sha,
    tree: first("tree"),
    parents: headers.filter(({ key }) => key === "parent").map(({ value }) => value),
    author: parseSignature(first("author")),
    committer: parseSignature(first("committer")),
    message: gap < 0 ? "" : text.slice(gap + 2),
  };
}

function clean(text: string): string {
  return text.replaceAll(/[<>\n\0]/g, "");
}

function renderSignature({ name, email, date }: Signature): string {
  return `${clean(name)} <${clean(email)}> ${Math.floor(date.getTime() / 1000)} +0000`;
}

/** Encodes a commit as the body of a commit object. */
export function renderCommit(commit: Omit<Commit, "sha">): Buffer {
  const parents = commit.parents.map((parent) => `parent ${parent}\n`).join("");
  return Buffer.from(
    `tree ${commit.tree}\n${parents}author ${renderSignature(commit.author)}\n` +
      `committer ${renderSignature(commit.committer)}\n\n${commit.message}`,
  );
}
