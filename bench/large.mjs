// Large repositories, one size at a time: files, refs, commits, one session's record, worktrees. The same commands in each,
// beside the git commands that they ran.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { row, workshop } from "./measure.mjs";
import { environment, scratchFolder } from "./support.mjs";

export const title = "Large repositories";

const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const who = (at) => `committer A <a@example.com> ${at} +0000\n`;

/** Each size, and what makes a repository of it. `few` divides it for a quick run. */
const SIZES = [
  { name: "as usual", fill: () => {} },
  { name: "100,000 files, 2,000 untracked", fill: files },
  { name: "5,000 branches, 20,000 tags", fill: refs },
  { name: "300,000 commits", fill: commits },
  { name: "5,000 objectives, 2,000 decisions, 100,000 events", fill: () => {}, record },
  { name: "200 worktrees", fill: () => {}, record: worktrees },
];

export async function* rows({ runs, few = 1 }) {
  for (const { name, fill, record: after } of SIZES) {
    const base = scratchFolder();
    try {
      const shop = await made(base, (put) => fill(put, few));
      after?.(shop, few);
      if (fill === files) untracked(shop, few);
      for (const each of commandsOf(shop))
        yield await row(shop, { runs, ...each, name: `${each.name}: ${name}` });
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  }
}

/** Makes a repository with 300 commits on main and what `fill` adds to `git fast-import`, and a session on work. */
async function made(base, fill) {
  const repo = path.join(base, "repo");
  const env = environment(base);
  const shop = workshop(base, repo, env);
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
  writeFileSync(
    env.GIT_CONFIG_GLOBAL,
    "[user]\n\tname = Bench\n\temail = bench@example.com\n[gc]\n\tauto = 0\n",
  );
  const importer = spawn("git", ["fast-import", "--quiet"], {
    cwd: repo,
    env,
    stdio: ["pipe", "ignore", "inherit"],
  });
  const put = async (text) => {
    if (!importer.stdin.write(text)) await once(importer.stdin, "drain");
  };
  for (let n = 0; n < 300; n++) await put(commitOf(n));
  await fill(put);
  importer.stdin.end();
  await once(importer, "close");
  shop.git("reset", "--quiet", "--hard");
  shop.git("pack-refs", "--all");
  shop.session("start", "work", "-o", "One", "-o", "Two");
  writeFileSync(path.join(repo, "src/m1/f1.ts"), "changed\n");
  shop.session("checkpoint", "-m", "feat: one", "--decision", "Decided");
  const bare = path.join(base, "bare.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare], { env });
  shop.git("remote", "add", "origin", bare);
  shop.git("push", "--quiet", "origin", "main", "work");
  return shop;
}

function commitOf(n) {
  const file = n % 200;
  const decided =
    n % 40 === 0
      ? `\nDecisions:\n - dec-1: Decided ${n}\n   Rationale: because\nSession-Id: k3f9qzm${String(n % 100_000).padStart(5, "0")}\n`
      : "";
  const message = `feat: change ${n}\n\nSome words on change ${n}.\n${decided}`;
  return `commit refs/heads/main\n${who(1_600_000_000 + n * 600)}${data(message)}M 100644 inline src/m${file % 20}/f${file}.ts\n${data(`x ${n}`)}`;
}

async function files(put, few) {
  await put(`commit refs/heads/main\n${who(1_700_000_000)}${data("feat: many files")}`);
  for (let n = 0; n < 100_000 / few; n++)
    await put(`M 100644 inline many/a${n % 100}/b${n % 1000}/f${n}.ts\n${data(`x ${n}`)}`);
}

function untracked({ repo }, few) {
  for (let n = 0; n < 2000 / few; n++) {
    mkdirSync(path.join(repo, `new-${n % 50}`), { recursive: true });
    writeFileSync(path.join(repo, `new-${n % 50}/f${n}.txt`), `${n}\n`);
  }
}

async function refs(put, few) {
  for (let n = 0; n < 5000 / few; n++) await put(`reset refs/heads/team/b${n}\nfrom refs/heads/main\n\n`);
  for (let n = 0; n < 20_000 / few; n++) await put(`reset refs/tags/v${n}\nfrom refs/heads/main\n\n`);
}

async function commits(put, few) {
  for (let n = 300; n < 300_000 / few; n++) await put(commitOf(n));
}

/** Writes a large record into the session's folder, as years of work would leave it. */
function record({ repo, session }, few) {
  const folder = path.join(repo, ".git/sessions/work");
  const at = (n) => new Date(1_700_000_000_000 + n * 60_000).toISOString();
  const list = Array.from(
    { length: 5000 / few },
    (_, n) => `- [${n % 2 === 0 ? "x" : " "}] obj-${n + 3}: Part ${n}\n`,
  );
  appendFileSync(path.join(folder, "objectives.md"), list.join(""));
  const file = path.join(folder, "context.json");
  const context = JSON.parse(readFileSync(file, "utf8"));
  const decisions = Array.from({ length: 2000 / few }, (_, n) => ({
    ...{ id: `dec-${n + 2}`, text: `Keep part ${n} simple`, rationale: "less to explain" },
    ...{ alternatives: [], added: at(n) },
  }));
  context.decisions.push(...decisions);
  writeFileSync(file, `${JSON.stringify(context, null, 2)}\n`);
  const events = Array.from({ length: 100_000 / few }, (_, n) =>
    JSON.stringify({ at: at(n), type: "message", role: "user", text: `Say more about part ${n}` }),
  );
  appendFileSync(path.join(folder, "events.jsonl"), `${events.join("\n")}\n`);
  session("note", "the record is large");
}

function worktrees({ base, git }, few) {
  for (let n = 0; n < 200 / few; n++)
    git("worktree", "add", "--quiet", "-b", `tree-${n}`, path.join(base, `tree-${n}`), "main");
}

function commandsOf({ repo, git, session }) {
  let n = 0;
  const toMain = () => git("switch", "--quiet", "main");
  const toWork = () => git("switch", "--quiet", "work");
  const line = (name, more = {}) => ({ name, args: () => name.split(" "), ...more });
  return [
    ...["status", "log", "brief", "list", "search Decided", "stats", "report --weekly"].map((each) =>
      line(each),
    ),
    line("doctor", { allowed: [0, 1] }),
    { name: "objectives add", args: () => ["objectives", "add", `more ${n++}`] },
    {
      name: "checkpoint",
      args: () => ["checkpoint", "--allow-empty", "-m", "bench"],
      floor: [["commit", "--quiet", "--allow-empty", "-m", "bench"]],
    },
    {
      name: "switch",
      args: () => ["switch", "main"],
      before: toWork,
      beforeFloor: toWork,
      floor: [["switch", "--quiet", "main"]],
    },
    {
      name: "start",
      args: () => ["start", `more-${n++}`],
      before: toMain,
      beforeFloor: () => {
        toMain();
        git("branch", "--quiet", "--force", "bare", "main");
      },
      floor: [["switch", "--quiet", "bare"]],
    },
    {
      name: "end",
      args: () => ["end", "--force"],
      before: () => {
        toMain();
        session("start", `more-${n++}`);
      },
      beforeFloor: toWork,
    },
    {
      name: "push",
      args: () => ["push"],
      before: () => {
        appendFileSync(path.join(repo, "src/m1/f1.ts"), `${n++}\n`);
        session("checkpoint", "src/m1/f1.ts", "-m", `feat: ${n}`);
      },
      beforeFloor: () => git("commit", "--quiet", "--allow-empty", "-m", `plain ${n}`),
      floor: [["push", "--quiet", "origin", "work"]],
    },
    { name: "pull", args: () => ["pull"], floor: [["fetch", "--quiet", "origin"]] },
  ];
}
