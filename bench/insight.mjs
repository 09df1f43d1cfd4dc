// Long histories made by `git fast-import`: reports beside the `git log` that reads the same.
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { newShop, row } from "./measure.mjs";
import { scratchFolder } from "./support.mjs";

export const title = "Long histories";

const TYPES = ["feat", "fix", "test", "docs", "refactor", "chore"];

/** The same numbers every time; some files change far more often than others. */
let seed = 42;
const random = (below) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
const fileOf = (n) => `${n % 5 === 0 ? "test" : "src"}/part-${n % 40}/file-${n}.ts`;
export const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;

/** The trailers of a checkpoint. */
export const recordOf = (n) =>
  `\nSession-Objectives:\n - [x] obj-1: Part ${n}\n - [ ] obj-2: More\nDecisions:\n - dec-1: Keep it simple, ${n}\nSession-Id: ${String(n).padStart(12, "0")}\nSession-Time: 1h\n`;

function commitOf(n, start) {
  const type = TYPES[random(TYPES.length)];
  const record = n % 10 === 0 ? recordOf(n) : "";
  const message = `${type}: change number ${n}\n\nWhat it does and why, in a line or two of words.\n${record}`;
  const files = Array.from({ length: 1 + random(4) }, () => Math.floor(random(3000) * (random(100) / 100)));
  const changes = files.map((file) => {
    const lines = Array.from({ length: 12 }, (_, at) => `line ${at} of ${random(3)}`).join("\n");
    return `M 100644 inline ${fileOf(file)}\n${data(`${lines}\n${n}\n`)}`;
  });
  const who = `Author ${n % 50} <author-${n % 50}@example.com> ${start + n * 1800} +0100`;
  return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n${data(message)}${changes.join("")}\n`;
}

/** Puts `count` commits on main, one each half an hour until now. */
async function history(repo, env, count) {
  const start = Math.floor(Date.now() / 1000) - count * 1800;
  const child = spawn("git", ["fast-import", "--quiet"], {
    cwd: repo,
    env,
    stdio: ["pipe", "inherit", "inherit"],
  });
  for (let n = 0; n < count; ) {
    let text = "";
    for (const end = Math.min(count, n + 500); n < end; n++) text += commitOf(n, start);
    if (!child.stdin.write(text)) await new Promise((resolve) => child.stdin.once("drain", resolve));
  }
  child.stdin.end();
  await new Promise((resolve) => child.on("close", resolve));
}

const LOG = ["log", "-z", "--numstat", "--find-renames", "--date=raw", "--format=%H%n%P%n%aE%n%ad%n%B"];

export async function* rows({ runs, few = 1 }) {
  for (const count of [82_000 / few, 300_000 / few]) {
    const base = scratchFolder();
    try {
      yield* rowsOf(base, Math.ceil(count), Math.max(1, Math.min(runs, few === 1 ? 3 : runs)), runs);
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  }
}

/** `some`: runs of what reads the whole history. */
async function* rowsOf(base, count, some, runs) {
  const shop = newShop(base);
  const { repo, env } = shop;
  await history(repo, env, count);
  const forget = () =>
    rmSync(path.join(repo, ".git", "sessions", ".cache"), { recursive: true, force: true });
  const of = `, ${count.toLocaleString("en")} commits`;
  const one = (name, args, floor, more = {}) =>
    row(shop, { name: `${name}${of}`, args: () => args, floor, runs: some, before: forget, ...more });
  const since = (days) => [[...LOG, `--since=${days} days ago`]];
  const often = { runs };
  yield await one("report --weekly", ["report", "--weekly"], since(7), { ...often, budget: 1.6 });
  yield await one("report --daily", ["report", "--daily"], since(1), often);
  yield await one("report --since 30 days", ["report", "--since", "30 days ago"], since(30), often);
  yield await one("stats", ["stats", "--all"], [["for-each-ref"]], often);
  yield await one("history", ["history"], [["for-each-ref"]], often);
  yield await one("report --project, first", ["report", "--project"], [LOG], { budget: 1.3 });
  yield await one("analyze --project, first", ["analyze", "--project"], [LOG]);
  shop.session("report", "--project");
  await new Promise((resolve) => setTimeout(resolve, 2100));
  shop.session("report", "--project");
  const again = { ...often, before: undefined, budget: 3 };
  yield await one("report --project, again", ["report", "--project"], [], again);
}
