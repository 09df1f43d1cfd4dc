// The everyday commands in a small repository: against the start of Node and the git commands that they ran.
import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pair, row, timed, workshop } from "./measure.mjs";
import { cli, environment, scratchFolder } from "./support.mjs";

export const title = "Everyday commands, a small repository";

export async function* rows({ runs, node = process.execPath, label = "" }) {
  const base = scratchFolder();
  try {
    const shop = made(base, node);
    for (const each of commandsOf(shop)) yield await row(shop, { runs, ...each, name: each.name + label });
    yield* remote(shop, runs, label);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function made(base, node) {
  const repo = path.join(base, "repo");
  const env = environment(base);
  const shop = workshop(base, repo, env, node);
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
  writeFileSync(
    env.GIT_CONFIG_GLOBAL,
    "[user]\n\tname = Bench\n\temail = bench@example.com\n[gc]\n\tauto = 0\n",
  );
  for (let n = 0; n < 20; n++) {
    writeFileSync(path.join(repo, `file-${n}.txt`), `${n}\n`);
    shop.git("add", "--all");
    shop.git("commit", "--quiet", "-m", `commit ${n}`);
  }
  shop.session("init", "--yes", "--no-hooks");
  shop.git("add", "--all");
  shop.git("commit", "--quiet", "-m", "set up");
  shop.session("start", "work", "-o", "One", "-o", "Two");
  writeFileSync(path.join(repo, "file-0.txt"), "changed\n");
  shop.session("checkpoint", "-m", "feat: one", "--decision", "Decided");
  writeFileSync(path.join(repo, "file-1.txt"), "changed\n");
  return shop;
}

function commandsOf({ git, session }) {
  let n = 0;
  const toMain = () => git("switch", "--quiet", "main");
  const toWork = () => git("switch", "--quiet", "work");
  const line = (name, more = {}) => ({ name, args: () => name.split(" "), ...more });
  return [
    line("--version", { floor: [], budget: 1.2 }),
    line("status", { budget: 1.4 }),
    line("log", { budget: 1.4 }),
    line("brief", { budget: 1.8 }),
    line("handoff"),
    line("list", { budget: 1.6 }),
    line("search Decided"),
    line("stats"),
    line("report"),
    line("doctor", { allowed: [0, 1] }),
    { name: "objectives add", args: () => ["objectives", "add", `more ${n++}`], budget: 1.6 },
    {
      name: "checkpoint",
      args: () => ["checkpoint", "--allow-empty", "-m", "bench"],
      floor: [["commit", "--quiet", "--allow-empty", "-m", "bench"]],
      budget: 2.5,
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
  ];
}

/** Push of a session and resume in a fresh clone, beside git's push and clone of the same. */
async function* remote(shop, runs, label) {
  const { base, repo, env, node, options, git } = shop;
  const bare = path.join(base, "bare.git");
  execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", bare], { env });
  git("switch", "--quiet", "work");
  git("remote", "add", "origin", bare);
  git("push", "--quiet", "origin", "main", "work");
  let n = 0;
  yield await row(shop, {
    name: `push${label}`,
    runs,
    args: () => ["push"],
    before: () => {
      appendFileSync(path.join(repo, "file-2.txt"), `${n++}\n`);
      shop.session("checkpoint", "-A", "-m", `feat: ${n}`);
    },
    beforeFloor: () => git("commit", "--quiet", "--allow-empty", "-m", `plain ${n}`),
    floor: [["push", "--quiet", "origin", "work"]],
  });
  const clone = path.join(base, "clone");
  const fresh = (...more) => {
    rmSync(clone, { recursive: true, force: true });
    execFileSync("git", ["clone", "--quiet", ...more, bare, clone], { env });
  };
  const there = { ...options, cwd: clone };
  yield await pair(
    `resume in a fresh clone${label}`,
    () => timed(node, [cli, "resume", "work"], there),
    async () => {
      fresh();
      const least = await timed(node, ["-e", "0"], options);
      const { spent } = await timed("git", ["switch", "--quiet", "work"], there);
      return { spent: least.spent + spent };
    },
    { runs, before: fresh, budget: 2 },
  );
}
