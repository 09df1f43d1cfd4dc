// The prompt beside an empty shell, `why` beside its blame, and `conflicts` beside its merges.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { data, recordOf } from "./insight.mjs";
import { newShop, pair, row, timed } from "./measure.mjs";
import { cli, scratchFolder } from "./support.mjs";

export const title = "The prompt, `why` and `conflicts`";

/** Open sessions of the bench of `conflicts`. */
const SESSIONS = 10;

export async function* rows({ runs, few = 1 }) {
  for (const rowOf of [promptRow, conflictsRow, whyRow]) {
    const base = scratchFolder();
    try {
      yield await rowOf(newShop(base), runs, few);
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  }
}

function promptRow({ base, repo, options, node, git, session }, runs) {
  git("commit", "--quiet", "--allow-empty", "-m", "begin");
  session("start", "work", "-o", "One", "-o", "Two");
  const script = path.join(base, "prompt.sh");
  writeFileSync(script, execFileSync(node, [cli, "prompt", "sh"], options));
  const empty = path.join(base, "empty.sh");
  writeFileSync(empty, "");
  const shown = execFileSync("sh", [script], options).toString();
  if (!shown.includes("0/2")) throw new Error(`the prompt shows "${shown}" in ${repo}`);
  return pair(
    "prompt",
    () => timed("sh", [script], options),
    () => timed("sh", [empty], options),
    // A process of a millisecond: one pair says little.
    { runs: runs * 20, budget: 1.2, git: 0 },
  );
}

/** Each session changes files of its own, and one that another session changes too. */
function conflictsRow(shop, runs) {
  const { repo, git, session } = shop;
  const write = (name, text) => writeFileSync(path.join(repo, "src", name), text);
  const lines = (n) => Array.from({ length: 40 }, (_, at) => `line ${at} of ${n}\n`).join("");
  mkdirSync(path.join(repo, "src"));
  for (let n = 0; n < 200; n++) write(`file-${n}.txt`, lines(n));
  git("add", "--all");
  git("commit", "--quiet", "-m", "begin");
  const branches = Array.from({ length: SESSIONS }, (_, n) => `work-${n}`);
  for (const [n, branch] of branches.entries()) {
    git("switch", "--quiet", "main");
    session("start", branch, "-o", "One");
    for (const each of [n, n + 50, 100 + (n >> 1)]) write(`file-${each}.txt`, `${branch}\n${lines(each)}`);
    session("checkpoint", "-m", `feat: ${n}`);
  }
  const all = ["main", ...branches];
  const merges = all.flatMap((one, at) =>
    all.slice(at + 1).map((other) => ["merge-tree", "--write-tree", one, other]),
  );
  return row(shop, {
    ...{ name: `conflicts of ${SESSIONS} sessions`, args: () => ["conflicts"], floor: merges },
    ...{ runs, budget: 1.5, allowed: [0, 1] },
  });
}

/** The first thousand commits write a line each, the others change one line: a blame has to look at all of them. */
function whyRow(shop, runs, few) {
  const { repo, env, git } = shop;
  const count = Math.ceil(6000 / few);
  const lines = Array.from({ length: 1000 }, (_, at) => `line ${at}`);
  const start = Math.floor(Date.now() / 1000) - count * 1800;
  const commits = Array.from({ length: count }, (_, n) => {
    lines[n < lines.length ? n : 0] = `changed by ${n}`;
    const message = `feat: change ${n}\n\n${n % 10 === 0 ? recordOf(n) : ""}`;
    const who = `Author <author@example.com> ${start + n * 1800} +0100`;
    const change = `M 100644 inline file.txt\n${data(`${lines.join("\n")}\n`)}`;
    return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(message)}${change}\n`;
  });
  execFileSync("git", ["fast-import", "--quiet"], { cwd: repo, env, input: commits.join("") });
  git("reset", "--quiet", "--hard");
  const blame = ["-c", "core.quotePath=false", "blame", "--incremental", "-w", "-C", "--no-textconv"];
  return row(shop, {
    name: `why, a file of ${count.toLocaleString("en")} commits`,
    args: () => ["why", "file.txt"],
    floor: [[...blame, "--", "file.txt"]],
    ...{ runs, budget: 1.5 },
  });
}
