// A second corpus for `npm run bench -- brief`: this repository's own history as main, and a session on it that lived
// through a rebase, a revert, a deleted file, a superseded decision, a base that moved over the same files, a half-done
// change with a failing test, and a stash. The questions were written before the output was looked at.
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Where the session begins, where it is rebased to, and where main ends: commits of this repository. */
const [BEGIN, MIDDLE, END] = ["8cc56b3", "ea7af82", "de64244"];
const BRANCH = "feature/signed-push";

/** A question, and the texts of which one answers it. */
const QUESTIONS = [
  ["What is this work called?", ["Sign pushed snapshots"]],
  ["Which branch is it on?", [BRANCH]],
  ["What is it based on?", ["from main", "base main", "on main"]],
  ["How far is it?", ["1 of 4 done"]],
  ["What is being worked on?", ["[>] obj-2: Check signatures on pull"]],
  ["What is open after that?", ["[ ] obj-3: Show who signed in list"]],
  ["Is the documentation open?", ["[ ] obj-5: Document signing"]],
  ["What should I do first?", ["check signatures in pull before anything is merged"]],
  ["What blocks it?", ["Waiting for the security review of key handling"]],
  ["Which issue is that?", ["#77"]],
  ["How was the missing test key solved?", ["CI makes a throwaway key"]],
  ["How are snapshots signed?", ["Sign with git commit-tree -S"]],
  ["Why that way?", ["git knows the user's key and agent"]],
  ["Where does the key come from?", ["Take the key from user.signingkey"]],
  ["What was rejected for signing?", ["a signing library of our own"]],
  [
    "Which decision was replaced?",
    ["supersedes dec-2", "replaces dec-2", "superseded by dec-3", "replaced by dec-3"],
  ],
  ["What happened to signing in parallel?", ["reverted"]],
  [
    "Do the tests pass?",
    ["failed: npm test", "npm test failed", "npm test: failed", "check failed: npm test"],
  ],
  ["Which test fails?", ["refuses an expired key"]],
  [
    "Does the lint check still hold?",
    ["files changed since", "file changed since", "before this change", "no longer holds"],
  ],
  ["What is not committed?", ["src/git/sign.ts"]],
  ["Which new file is not tracked?", ["test/model/sign.test.ts"]],
  ["What is unfinished in the code?", ["keys with a passphrase"]],
  ["Was something stashed?", ["try minisign"]],
  ["What was done last?", ["feat(sign): read the key of the remote"]],
  [
    "How far ahead of its upstream?",
    [
      "1 ahead of origin",
      "1 commit ahead of origin",
      "ahead 1",
      "origin/feature/signed-push, 1 ahead",
      "1 ahead",
    ],
  ],
  ["Did main move over the same files?", ["src/workflows/push.ts"]],
  ["What did main do there?", ["a pull moves its refs at once"]],
  ["What else was started from it?", ["feature/sign-docs"]],
  ["What is the architecture?", ["layered: commands over workflows"]],
];

/** What no text may say: each is false at the end of the story. */
const FALSE = [
  [/guess/i, "says that the record is a guess"],
  [/no longer on the branch/i, "says that checkpoints are gone, though a rebase only moved them"],
  [/lint: passed(?!.*(since|before|no longer|changed))/i, "says that the lint check holds"],
  [/^(?!.*(revert|took back)).*sign in parallel(?!.*revert)/im, "says that signing in parallel is there"],
  [/29 commits/, "counts commits wrongly"],
];

const cli = path.resolve("dist/cli.js");
const base = mkdtempSync(path.join(os.tmpdir(), "session-bench-"));
const repo = path.join(base, "repo");
const env = {
  PATH: process.env.PATH,
  HOME: base,
  LC_ALL: "C",
  TZ: "UTC",
  NO_COLOR: "1",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: path.join(base, "gitconfig"),
  GIT_EDITOR: "true",
};
const git = (...args) => execFileSync("git", args, { cwd: repo, env, maxBuffer: 1 << 28 }).toString();

function session(args, allowed = [0]) {
  const ran = spawnSync(process.execPath, [cli, ...args], { cwd: repo, env, encoding: "utf8" });
  if (!allowed.includes(ran.status)) throw new Error(`session ${args.join(" ")}: ${ran.stderr}`);
  return ran.stdout;
}

function write(name, text) {
  mkdirSync(path.dirname(path.join(repo, name)), { recursive: true });
  writeFileSync(path.join(repo, name), text);
}

function insertAtTop(name, line) {
  write(name, `${line}\n${readFileSync(path.join(repo, name), "utf8")}`);
}

function checkpoint(message, ...more) {
  session(["checkpoint", "-A", "-m", message, ...more]);
}

/** Makes the story; false where this clone lacks the commits that it begins with. */
function build() {
  writeFileSync(env.GIT_CONFIG_GLOBAL, "[user]\n\tname = Ada Example\n\temail = ada@example.com\n");
  for (const commit of [BEGIN, MIDDLE, END])
    if (spawnSync("git", ["cat-file", "-e", `${commit}^{commit}`]).status !== 0) return false;
  const full = (commit) => execFileSync("git", ["rev-parse", commit]).toString().trim();
  const [begin, middle, end] = [full(BEGIN), full(MIDDLE), full(END)];
  execFileSync("git", ["clone", "--quiet", "--no-checkout", process.cwd(), repo], { env });
  git("remote", "remove", "origin");
  for (const branch of git("for-each-ref", "--format=%(refname:short)", "refs/heads")
    .split("\n")
    .filter(Boolean))
    git("update-ref", "-d", `refs/heads/${branch}`);
  git("update-ref", "refs/heads/main", begin);
  git("symbolic-ref", "HEAD", "refs/heads/main");
  git("reset", "--quiet", "--hard");
  execFileSync("git", ["init", "--quiet", "--bare", path.join(base, "origin.git")], { env });
  git("remote", "add", "origin", path.join(base, "origin.git"));
  session(["hooks", "install"]);
  const objectives = [
    "Sign a snapshot with the user's key",
    "Check signatures on pull",
    "Show who signed in list",
    "Sign with SSH keys",
    "Document signing",
  ];
  session([
    "start",
    BRANCH,
    "--title",
    "Sign pushed snapshots",
    ...objectives.flatMap((each) => ["-o", each]),
  ]);
  session([
    "decisions",
    "add",
    "Sign with git commit-tree -S",
    "--rationale",
    "git knows the user's key and agent",
    "--alternatives",
    "a signing library of our own: more to audit",
  ]);
  session(["objectives", "start", "1"]);
  write("src/git/sign.ts", "export const SIGNED = true;\n");
  checkpoint("feat(sign): sign the commit of a snapshot");
  insertAtTop("src/workflows/push.ts", "// Snapshots are signed before they leave.");
  checkpoint("feat(sign): push only signed snapshots", "--complete", "1");
  session(["decisions", "add", "Keep a keyring of our own", "--rationale", "works without gpg"]);
  session(["blockers", "add", "Waiting for the security review of key handling", "--link", "#77"]);
  session(["blockers", "add", "No test key in CI"]);
  write("src/git/keyring.ts", "export const KEYS = [];\n");
  checkpoint("feat(sign): a keyring");
  session(["objectives", "drop", "4"]);
  session(["blockers", "resolve", "2", "--note", "CI makes a throwaway key"]);
  session([
    "decisions",
    "add",
    "Take the key from user.signingkey",
    "--supersedes",
    "dec-2",
    "--rationale",
    "one place to set it",
  ]);
  git("rm", "--quiet", "src/git/keyring.ts");
  checkpoint("refactor(sign): drop the keyring");
  write("src/git/sign-all.ts", "export const ALL = 4;\n");
  git("add", "--all");
  git("commit", "--quiet", "-m", "feat(sign): sign in parallel");
  git("revert", "--no-edit", "HEAD");
  session(["verify", "npm run lint", "--result", "passed"]);
  session(["objectives", "start", "2"]);
  git("update-ref", "refs/heads/main", middle);
  git("rebase", "--quiet", "-X", "theirs", "main");
  git("push", "--quiet", "--set-upstream", "origin", BRANCH);
  session(["fork", "@", "feature/sign-docs", "--title", "Docs of signing", "--no-switch"]);
  appendFileSync(path.join(repo, "src/git/sign.ts"), "export const KEY = 'user.signingkey';\n");
  checkpoint("feat(sign): read the key of the remote");
  git("update-ref", "refs/heads/main", end);
  write("src/git/sign.ts", "export const MINISIGN = true;\n");
  git("stash", "push", "--quiet", "-m", "try minisign");
  session(["note", "Next: check signatures in pull before anything is merged"]);
  appendFileSync(path.join(repo, "src/git/sign.ts"), "// TODO: keys with a passphrase\n");
  write("test/model/sign.test.ts", "// expired keys\n");
  write("fail.sh", "echo 'FAIL test/model/sign.test.ts > refuses an expired key'; exit 1\n");
  git("config", "core.excludesFile", path.join(base, "excludes"));
  writeFileSync(path.join(base, "excludes"), "fail.sh\n");
  write("package.json", readFileSync(path.join(repo, "package.json"), "utf8"));
  mkdirSync(path.join(base, "bin"));
  writeFileSync(path.join(base, "bin/npm"), `#!/bin/sh\nsh ${path.join(repo, "fail.sh")}\n`, { mode: 0o755 });
  env.PATH = `${path.join(base, "bin")}:${env.PATH}`;
  session(["verify", "npm test", "--run"], [1]);
  return true;
}

/** Words count, however they are quoted or cut into lines. */
const flat = (text) =>
  text
    .replace(/[`\\*]/g, "")
    .replace(/\s+/g, " ")
    .toLowerCase();

function judge(name, text, goal) {
  const plain = flat(text);
  const missing = QUESTIONS.filter(([, answers]) => !answers.some((each) => plain.includes(flat(each))));
  const lies = FALSE.filter(([pattern]) => pattern.test(text.replace(/[`\\*]/g, "")));
  const found = QUESTIONS.length - missing.length;
  console.log(`${name.padEnd(20)}${found} of ${QUESTIONS.length} (goal ${goal}), ${lies.length} false`);
  if (process.argv.includes("--missing"))
    for (const [question] of missing) console.log(`    not: ${question}`);
  for (const [, what] of lies) console.log(`    false: ${what}`);
}

console.log("\nThis repository's own history:");
if (build()) {
  judge("brief, 2,500 tokens", session(["brief", "--max-tokens", "2500"]), 27);
  judge("brief, 800 tokens", session(["brief", "--max-tokens", "800"]), 24);
  judge("handoff", session(["handoff"]), 26);
  if (process.argv.includes("--show"))
    console.log(
      session(["brief", "--max-tokens", "2500"]),
      session(["brief", "--max-tokens", "800"]),
      session(["handoff"]),
    );
} else console.log("left out: this clone does not have the whole history");
if (process.argv.includes("--keep")) console.log(repo);
else rmSync(base, { recursive: true, force: true });
