// The main job on a scratch repository made from real history: this project's own, cloned. Needs Node and git only,
// no network and no identity; nothing outside the scratch folder is touched.
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const here = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "..");
const base = mkdtempSync(path.join(os.tmpdir(), "session-demo-"));
const repo = path.join(base, "project");
const bin = path.join(base, "bin");
mkdirSync(bin);
symlinkSync(path.join(here, "dist", "cli.js"), path.join(bin, "session"));

const env = {
  ...process.env,
  PATH: `${bin}${path.delimiter}${process.env.PATH}`,
  HOME: base,
  XDG_CONFIG_HOME: path.join(base, ".config"),
  GIT_CONFIG_GLOBAL: path.join(base, ".gitconfig"),
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Demo",
  GIT_AUTHOR_EMAIL: "demo@example.com",
  GIT_COMMITTER_NAME: "Demo",
  GIT_COMMITTER_EMAIL: "demo@example.com",
};
for (const name of ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"]) delete env[name];

const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
const say = (text) => console.log(`\n# ${text}`);

/** Shows a command as it is typed, then runs it with a shell, its output as it comes. */
function type(command, { fails = false } = {}) {
  console.log(bold(`$ ${command}`));
  const { status } = spawnSync("sh", ["-c", command], {
    cwd: repo,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if ((status !== 0) !== fails) throw new Error(`${command} ended with ${status}`);
}

function edit(file, text) {
  mkdirSync(path.dirname(path.join(repo, file)), { recursive: true });
  console.log(bold(`$ $EDITOR ${file}`));
  if (existsSync(path.join(repo, file))) appendFileSync(path.join(repo, file), text);
  else writeFileSync(path.join(repo, file), text);
}

say("A repository with a history of its own: this project, cloned.");
const isRepository =
  spawnSync("git", ["-C", here, "rev-parse", "--verify", "--quiet", "HEAD"], { stdio: "ignore" }).status ===
  0;
if (isRepository)
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", here, repo], { env, stdio: "inherit" });
else {
  console.log("(This copy has no git history, so the demo begins with one commit.)");
  mkdirSync(path.join(repo, "src"), { recursive: true });
  writeFileSync(path.join(repo, "src/greet.ts"), "export const greet = (name: string) => `Hello ${name}`;\n");
  execFileSync("git", ["init", "--quiet", "--initial-branch=main"], { cwd: repo, env });
  execFileSync("git", ["add", "--all"], { cwd: repo, env });
  execFileSync("git", ["commit", "--quiet", "-m", "feat: greet"], { cwd: repo, env });
}
execFileSync("git", ["switch", "--quiet", "--force-create", "main"], { cwd: repo, env, stdio: "ignore" });
execFileSync("git", ["config", "remote.origin.url", "."], { cwd: repo, env, stdio: "ignore" });
type("git log --oneline | head -3");

say("Set it up, and start a session with what it is for.");
type("session init --yes");
type('git add .session && git diff --cached --quiet || git commit --quiet -m "chore: set session up"');
type(
  'session start feature/greeting -o "Greet people by name" -o "Greet them in their language" > /dev/null',
);

say("Work, record what you decide, commit.");
type("session objectives start 1");
edit("src/greeting.ts", "export function greeting(name: string): string {\n  return `Hello, ${name}!`;\n}\n");
edit("test/greeting.test.ts", 'it("greets by name", () => expect(greeting("Kim")).toBe("Hello, Kim!"));\n');
type(
  'session decisions add "Names are shown as typed" --rationale "Changing their case breaks many of them" --alternatives "Title case: breaks names with small particles"',
);
type('session verify "greeted three people by hand" --result passed');
type('session checkpoint -A -m "feat(greeting): greet people by name" --complete obj-1');

say("What git keeps of it: trailers that any git reads.");
type("git log -1 --format=%B");

say("Go on; something is in the way.");
type("session objectives start 2");
type('session blockers add "Which languages come first?" --link "#42"');
edit(
  "src/greeting.ts",
  '// TODO: ask the browser for the language\nexport const languages = ["en", "fr"];\n',
);
type('session note "French greetings depend on the hour of the day"');
type("session status");

say("The brief: what a person or an agent reads to start working here.");
type("session brief");

say("The end: a last checkpoint, the handoff, a snapshot under refs/sessions/.");
type('session end --summary "Greeting by name works; languages are begun" --handoff');
type("git for-each-ref refs/sessions/");

console.log(`\nLook around: cd ${repo} && git log && ${bold("session list")} (put ${bin} on your PATH)`);
