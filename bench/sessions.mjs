// Many sessions: looking over them, beside the git commands that the answers stand on.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { newShop, row } from "./measure.mjs";
import { idOf, scratchFolder } from "./support.mjs";

export const title = "10,000 sessions that ended";

const WORDS = "parser login cache retry index upload search report export queue token schema".split(" ");
function sessionOf(n, count) {
  // The newest of them ended lately: they are listed without --all.
  const START = Math.floor(Date.now() / 1000) * 1000 - count * 7_200_000;
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

function fastImport(count) {
  const parts = [];
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  for (let n = 0; n < count; n++) {
    const { id, files, message, seconds } = sessionOf(n, count);
    parts.push(
      `commit refs/sessions/${id}\ncommitter Bench <bench@example.com> ${seconds} +0000\n${data(message)}`,
    );
    for (const [name, text] of Object.entries(files)) parts.push(`M 100644 inline ${name}\n${data(text)}`);
  }
  return parts.join("");
}

export async function* rows({ runs, few = 1 }) {
  const count = 10_000 / few;
  const base = scratchFolder();
  const shop = newShop(base);
  const { repo, env } = shop;
  const git = (args, input) => execFileSync("git", args, { cwd: repo, env, input, maxBuffer: 1 << 30 });
  git(["commit", "--quiet", "--allow-empty", "-m", "root"]);
  git(["fast-import", "--quiet"], fastImport(count));
  git(["pack-refs", "--all"]);
  const refs = git(["for-each-ref", "--format=%(refname)", "refs/sessions/"]).toString().trim().split("\n");
  const listed = [
    ...["for-each-ref", "--format=%(refname)%00%(committerdate:unix)%00%(contents)%00"],
    ...["refs/sessions/", "refs/session-remotes/"],
  ];
  const grep = ["grep", "--fixed-strings", "--ignore-case", "-e", "case 77", ...refs];
  const forget = () => rmSync(path.join(repo, ".git/sessions/.snapshots"), { force: true });
  const filter = ["--tag", "login", "--since", "2 years ago", "--all", "--sort", "title"];
  const commands = [
    { name: "list", args: ["list"], floor: [listed], budget: 1.5 },
    { name: "list, the first time", args: ["list"], floor: [listed], before: forget },
    { name: "list --search", args: ["list", "--search", "login"], floor: [listed] },
    { name: "list --all", args: ["list", "--all"], floor: [listed] },
    { name: "list, filtered", args: ["list", ...filter], floor: [listed] },
    { name: "history", args: ["history"], floor: [listed], budget: 1.5 },
    { name: "search", args: ["search", "case 77"], floor: [listed, grep], budget: 1.5 },
    ...["status", "brief", "report --weekly", "doctor", "stats --all"].map((name) => ({
      ...{ name, args: name.split(" "), allowed: [0, 1] },
    })),
  ];
  try {
    for (const each of commands) yield await row(shop, { runs, ...each, args: () => each.args });
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}
