// How many of 40 facts that a newcomer needs a brief holds at 800, 2,500 and 8,000 tokens, beside README, git status and
// git log cut to the same size. npm run bench -- brief. The fixture: 2,000 commits, 200 decisions, 20 objectives, 8 blockers.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  ARCHITECTURE,
  BLOCKERS,
  CONVENTIONS,
  DECISIONS,
  NOTES,
  OBJECTIVES,
  QUESTIONS,
  README,
} from "./brief-questions.mjs";

const cli = path.resolve("dist/cli.js");
const base = mkdtempSync(path.join(os.tmpdir(), "session-bench-"));
const repo = path.join(base, "repo");
const env = {
  ...{ PATH: process.env.PATH, HOME: base, LC_ALL: "C", TZ: "UTC", NO_COLOR: "1" },
  ...{ GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: path.join(base, "gitconfig") },
};
const git = (args, input) =>
  execFileSync("git", args, { cwd: repo, env, input, maxBuffer: 1 << 28 }).toString();

function session(...args) {
  const ran = spawnSync(process.execPath, [cli, ...args], { cwd: repo, env, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`session ${args.join(" ")} ended with ${ran.status}: ${ran.stderr}`);
  return ran.stdout;
}

function write(name, text) {
  mkdirSync(path.dirname(path.join(repo, name)), { recursive: true });
  writeFileSync(path.join(repo, name), text);
}

/** The default branch: 40 sessions before this one, with four decisions each, among ordinary commits. */
function history(count) {
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const parts = ["reset refs/heads/main\n"];
  const places = ["cart", "payment", "catalog", "account", "mail", "search", "report", "admin"];
  for (let n = 0; n < count; n++) {
    const place = places[n % places.length];
    const at = 1_700_000_000 + n * 7200;
    const isPayment = n === count - 200;
    const decisions =
      n % 12 === 5 && n / 12 < 160
        ? `\nDecisions:\n - dec-${(n % 4) + 1}: Keep ${place} simple, point ${n}\n   Rationale: less to explain in ${place}\n`
        : "";
    const others = isPayment
      ? "\nDecisions:\n - dec-1: Amounts are whole cents, never floats\n   Rationale: rounding lost money twice\n"
      : "";
    const id = decisions || others ? `Session-Id: m${String(Math.floor(n / 48)).padStart(11, "0")}\n` : "";
    const file = isPayment ? "src/payment/amount.ts" : `src/${place}/part-${n % 40}.ts`;
    const message = `feat(${place}): part ${n % 40} does case ${n}\n\nWhat customers asked for in ${place}.\n${decisions}${others}${id}`;
    parts.push(
      `commit refs/heads/main\ncommitter Team <team@example.com> ${at} +0000\n${data(message)}`,
      ...(n === 0 ? [`M 100644 inline README.md\n${data(README)}`] : []),
      `M 100644 inline ${file}\n${data(`export const case${n} = ${n};\n`)}`,
    );
  }
  return parts.join("");
}

function build() {
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
  writeFileSync(env.GIT_CONFIG_GLOBAL, "[user]\n\tname = Ada Example\n\temail = ada@example.com\n");
  git(["fast-import", "--quiet"], history(1939));
  git(["reset", "--quiet", "--hard"]);
  write(
    "package.json",
    '{ "name": "shop", "scripts": { "test": "vitest run", "build": "tsc", "lint": "biome check" } }\n',
  );
  write(
    ".session/config.yaml",
    "context:\n  architecture: hexagonal\n  patterns: [repository-pattern]\n  conventions: [docstrings-required]\n",
  );
  write(".session/architecture.md", ARCHITECTURE);
  write(".session/conventions.md", CONVENTIONS);
  git(["add", "--all"]);
  git(["commit", "--quiet", "-m", "chore: set up"]);
  session(
    "start",
    "feature/checkout-rewrite",
    "--title",
    "Rewrite the checkout",
    ...OBJECTIVES.flatMap((each) => ["-o", each]),
  );
  for (const [text, link] of BLOCKERS) session("blockers", "add", text, ...(link ? ["--link", link] : []));
  session("blockers", "resolve", "7", "8");
  for (let n = 0; n < 12; n++) {
    session("objectives", "start", String(n + 1));
    for (let m = 0; m < 3; m++) {
      const [text, rationale, rejected] = DECISIONS[n * 3 + m];
      session(
        "decisions",
        "add",
        text,
        "--rationale",
        rationale,
        ...(rejected ? ["--alternatives", rejected] : []),
      );
    }
    write(`src/checkout/step-${n}.ts`, `export const step${n} = ${n};\n`);
    write("src/payment/amount.ts", `export const cents = ${n};\n`);
    if (n === 9) write("src/checkout/retry.ts", "// TODO: limit retries to three\nexport {};\n");
    if (n === 11) session("verify", "npm run lint", "--result", "passed");
    session(
      "checkpoint",
      "-A",
      "-m",
      `feat(checkout): ${OBJECTIVES[n]}`,
      ...(n < 9 ? ["--complete", String(n + 1)] : []),
    );
    for (let m = 0; m < 4; m++) {
      write(`src/checkout/step-${n}.ts`, `export const step${n} = ${n + (m + 1) / 10};\n`);
      git(["commit", "--quiet", "-am", `refactor(checkout): step ${n}, cut ${m}`]);
    }
    if (n === 8) for (const each of NOTES) session("note", each);
  }
  for (const [text, rationale, rejected] of DECISIONS.slice(36))
    session(
      "decisions",
      "add",
      text,
      "--rationale",
      rationale,
      ...(rejected ? ["--alternatives", rejected] : []),
    );
  session("verify", "npm test", "--result", "failed");
  write("src/checkout/step-3.ts", "export const step3 = 'in work';\n// FIXME: tax of gift cards\n");
  const other = git([
    "commit-tree",
    "main^{tree}",
    "-p",
    "main",
    "-m",
    "fix(mail): receipts in the customer's language",
  ]).trim();
  git(["update-ref", "refs/heads/main", other]);
}

/** Words count, however they are quoted or cut into lines. */
const flat = (text) =>
  text
    .replace(/[`\\*]/g, "")
    .replace(/\s+/g, " ")
    .toLowerCase();
const held = (text) => QUESTIONS.filter(([, answer]) => flat(text).includes(flat(answer)));
const cut = (text, bytes) => Buffer.from(text).subarray(0, bytes).toString();

build();
const commits = git(["rev-list", "--count", "HEAD"]).trim();
const plain = `${README}\n${git(["status"])}\n${git(["log"])}`;
console.log(
  `${commits} commits; ${QUESTIONS.length} questions, and how many have their answer in the text.\n`,
);
console.log("tokens     brief           README + git status + git log");
for (const tokens of [800, 2500, 8000]) {
  const text = session("brief", "--max-tokens", String(tokens));
  const [own, other] = [held(text), held(cut(plain, tokens * 4))];
  const share = (found) =>
    `${found.length} (${Math.round((found.length / QUESTIONS.length) * 100)}%)`.padEnd(16);
  console.log(`${String(tokens).padEnd(11)}${share(own)}${share(other)}`);
  if (process.argv.includes("--missing"))
    for (const [question] of QUESTIONS.filter((each) => !own.includes(each)))
      console.log(`             not: ${question}`);
}
rmSync(base, { recursive: true, force: true });
await import("./brief-history.mjs");
