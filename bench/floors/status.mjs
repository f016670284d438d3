// The least that answering `assay status` can cost: read the same blobs, parse the records, and walk the history once
// until every channel was seen. It checks nothing and knows no rule. Usage: node status.mjs REPOSITORY WANTED.json
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const [, , repository = ".", wanted = ""] = process.argv;
const { commit, blobs, channels } = JSON.parse(readFileSync(wanted, "utf8"));

async function readBlobs() {
  const child = spawn("git", ["cat-file", "--batch"], { cwd: repository });
  child.stdin.end(`${blobs.join("\n")}\n`);
  const chunks = [];
  for await (const chunk of child.stdout) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const values = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(10, at);
    const size = Number(bytes.latin1Slice(at, end).split(" ")[2]);
    const text = bytes.utf8Slice(end + 1, end + 1 + size);
    values.push(text.startsWith("{") ? JSON.parse(text) : text);
    at = end + size + 2;
  }
  return values;
}

async function readMoves() {
  const args = ["log", "--first-parent", "--raw", "--no-renames", "--no-abbrev", "--format=%ct", commit];
  const child = spawn("git", args, { cwd: repository });
  const unseen = new Set(channels);
  const since = {};
  let time = "";
  let rest = "";
  for await (const chunk of child.stdout) {
    const lines = (rest + chunk.latin1Slice()).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith(":")) {
        if (line !== "") time = line;
        continue;
      }
      const path = line.slice(line.indexOf("\t") + 1);
      if (unseen.delete(path)) since[path] = Number(time);
    }
    if (unseen.size === 0) break;
  }
  child.kill();
  return since;
}

const [values, since] = await Promise.all([readBlobs(), readMoves()]);
process.stdout.write(`${JSON.stringify({ values: values.length, since })}\n`);
