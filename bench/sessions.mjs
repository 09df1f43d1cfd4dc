// Looking over many sessions: list, history and search over snapshots made by `git fast-import`, against the git commands
// that they cannot do without. npm run bench -- sessions [--sessions 10000] [--runs 15]
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { cli, environment, idOf, median, scratchFolder, timeOf } from "./support.mjs";

const { values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string", default: "15" }, sessions: { type: "string", default: "10000" } },
});
const runs = Number(values.runs);
const count = Number(values.sessions);
const base = scratchFolder();
const repo = path.join(base, "repo");
const env = environment(base);

const WORDS = "parser login cache retry index upload search report export queue token schema".split(" ");
/** The newest of them ended lately: they are listed without --all. */
const START = Math.floor(Date.now() / 1000) * 1000 - count * 7_200_000;

function sessionOf(n) {
  const id = idOf(n);
  const created = new Date(START + n * 7_200_000).toISOString();
  const ended = new Date(START + n * 7_200_000 + 5_400_000).toISOString();
  const word = WORDS[n % WORDS.length];
  const decisions = [
    { id: "dec-1", text: `Keep the ${word} simple, case ${n}`, rationale: "Less to explain", added: created },
  ];
  const context = {
    schema: 1,
    ...{
      id,
      title: `Work on the ${word} ${n}`,
      ref: `refs/heads/work/${word}-${n}`,
      base: { branch: "main" },
    },
    ...{ state: "ended", created, ended, author: "Bench", tags: [word], meta: {}, decisions, verified: [] },
    ...{ notes: [{ text: `Mind the ${word}`, added: created }], items: {}, committed: {} },
    last: { obj: 3, blk: 1, dec: 1 },
  };
  const list = [1, 2, 3].map((each) => `- [${each < 3 ? "x" : " "}] obj-${each}: Part ${each} of ${word}\n`);
  const events = [
    { at: created, type: "session.started" },
    { at: ended, type: "session.ended" },
  ];
  const files = {
    "blockers.md": `# Blockers\n\n- [ ] blk-1: Waiting for the ${word} team\n`,
    "checkpoints.jsonl": `${JSON.stringify({ commit: "0".repeat(40), message: `feat: ${word}\n`, impact: [] })}\n`,
    "context.json": `${JSON.stringify(context, null, 2)}\n`,
    "events.jsonl": events.map((each) => `${JSON.stringify(each)}\n`).join(""),
    "handoff.md": `# Handoff: ${word} ${n}\n\nTwo of three parts are done.\n${"A line of the handoff.\n".repeat(60)}`,
    "objectives.md": `# Objectives\n\n${list.join("")}`,
  };
  const message =
    `${context.title}\n\nSession-Id: ${id}\nSession-Branch: work/${word}-${n}\nSession-State: ended\n` +
    `Session-Created: ${created}\nSession-Ended: ${ended}\nSession-Tags: ${word}\nSession-Progress: 2/3\n` +
    `Session-Blockers: 1\nSession-Decisions: 1\nSession-Checkpoints: 4\nSession-Minutes: 75\n`;
  return { id, files, message, seconds: Date.parse(ended) / 1000 };
}

function fastImport() {
  const parts = [];
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  for (let n = 0; n < count; n++) {
    const { id, files, message, seconds } = sessionOf(n);
    parts.push(
      `commit refs/sessions/${id}\ncommitter Bench <bench@example.com> ${seconds} +0000\n${data(message)}`,
    );
    for (const [name, text] of Object.entries(files)) parts.push(`M 100644 inline ${name}\n${data(text)}`);
  }
  return parts.join("");
}

const time = (program, args) => timeOf(program, args, { cwd: repo, env });

const git = (args, input) => execFileSync("git", args, { cwd: repo, env, input, maxBuffer: 1 << 30 });

execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
writeFileSync(path.join(base, "gitconfig"), "[user]\n\tname = Bench\n\temail = bench@example.com\n");
git(["commit", "--quiet", "--allow-empty", "-m", "root"]);
git(["fast-import", "--quiet"], fastImport());
git(["pack-refs", "--all"]);

const refs = git(["for-each-ref", "--format=%(refname)", "refs/sessions/"]).toString().trim().split("\n");
const listed = [
  ...["for-each-ref", "--format=%(refname)%00%(committerdate:unix)%00%(contents)%00"],
  ...["refs/sessions/", "refs/session-remotes/"],
];
const grep = ["grep", "--fixed-strings", "--ignore-case", "-e", "case 77", ...refs];

/** Commands, and the git commands that their answers stand on. */
const COMMANDS = {
  list: { args: ["list"], floor: [listed] },
  "list, anew": { args: ["list"], floor: [listed], anew: true },
  "list --search": { args: ["list", "--search", "login"], floor: [listed] },
  "list --all": { args: ["list", "--all"], floor: [listed] },
  "list, filtered": {
    args: ["list", "--tag", "login", "--since", "2 years ago", "--all", "--sort", "title"],
    floor: [listed],
  },
  history: { args: ["history"], floor: [listed] },
  search: { args: ["search", "case 77"], floor: [listed, grep] },
};

console.log(`${count} snapshots; medians of ${runs} runs in milliseconds.\n`);
console.log("command          session   node floor   git floor   ratio");
for (const [name, { args, floor, anew }] of Object.entries(COMMANDS)) {
  const samples = { own: [], node: [], git: [] };
  for (let n = 0; n < runs; n++) {
    if (anew) rmSync(path.join(repo, ".git/sessions/.snapshots"), { force: true });
    samples.own.push(time(process.execPath, [cli, ...args]));
    samples.node.push(time(process.execPath, ["-e", "0"]));
    samples.git.push(floor.reduce((sum, command) => sum + time("git", command), 0));
  }
  const [own, node, floorOfGit] = [samples.own, samples.node, samples.git].map(median);
  const cells = [own, node, floorOfGit].map((each) => each.toFixed(1).padStart(9));
  const ratio = (own / (node + floorOfGit)).toFixed(2).padStart(7);
  console.log(`${name.padEnd(15)}${cells[0]}${cells[1]}    ${cells[2]}    ${ratio}`);
}
rmSync(base, { recursive: true, force: true });
