import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

/** Runs the main job in any kind of repository. */
async function mainJob(s: Scratch, branch = "feature/x"): Promise<void> {
  await s.ok("start", branch, "-o", "One", "-o", "Two");
  await s.write("src/a file.ts", "// TODO: later\nexport {};\n");
  await s.ok("decisions", "add", "Decided", "--rationale", "because");
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--complete", "1");
  // git reads trailers by the user's settings, so it is asked with its own.
  const plain = ["-c", "trailer.separators=:", "-c", "core.commentChar=#", "-c", "color.ui=never"];
  expect(await s.git(...plain, "log", "-1", "--format=%(trailers:key=Session-Id,valueonly)")).toMatch(
    /[0-9a-z]{12}/,
  );
  expect(await s.ok("status")).toContain("1 of 2 done");
  const brief = await s.ok("brief");
  expect(brief).toContain("Decided");
  expect(brief).toMatch(/TODO added in `.*src\/a file\.ts` line 1: `later`/);
  const { session } = await s.json("end");
  expect(await s.ok("handoff", session.id)).toContain("Rationale: because");
  await s.ok("resume", session.id);
  expect(await s.json("objectives")).toHaveLength(2);
}

test("a session works in a SHA-256 repository", async () => {
  const s = await scratch({ repository: false });
  await s.git("init", "--quiet", "--object-format=sha256");
  await s.write("README.md", "x\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "begin");
  await mainJob(s);
});

test("a session works in a linked worktree, from a subfolder", async () => {
  const s = await scratch();
  await s.git("worktree", "add", "--quiet", "--detach", "../tree");
  await s.write("../tree/deep/er/x.txt", "x\n");
  await mainJob(s.at("../tree/deep/er"));
  expect(s.exists(".git/sessions/feature/x/context.json")).toBe(true);
});

test("a submodule has its own sessions, and its pointer is left for the user to stage", async () => {
  const s = await scratch();
  await s.git("init", "--quiet", "../lib");
  const lib = s.at("../lib");
  await lib.write("l.txt", "l\n");
  await lib.git("add", "--all");
  await lib.git("commit", "--quiet", "-m", "lib");
  await s.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib");
  await s.git("commit", "--quiet", "-m", "submodule");
  await s.ok("start", "outer", "-o", "Outer");
  await mainJob(s.at("lib"), "inner");
  expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual(["Outer"]);
  const next = async () => (await s.json("status")).next[0];
  await s.write("README.md", "x\n");
  expect(await next()).toMatchObject({ what: "commit 1 changed file" });
  const { files, leftOut } = await s.json("checkpoint", "-A", "-m", "docs: x");
  expect(files.map((each: { path: string }) => each.path)).toEqual(["README.md"]);
  expect(leftOut).toEqual(["lib"]);
  expect(await next()).toEqual({ what: "stage 1 moved submodule", command: "git add lib" });
  expect((await s.session("pr")).stderr).toBe("");
  await s.git("add", "lib");
  expect(await next()).toEqual({ what: "commit 1 staged file", command: 'session checkpoint -m "..."' });
  await s.ok("checkpoint", "-m", "feat: newer lib");
  await lib.write("l.txt", "of the submodule\n");
  expect((await next()).what).toBe("start obj-1: Outer");
});

test("a session works with a hostile global configuration", async () => {
  const s = await scratch();
  const settings = {
    "core.commentChar": ";",
    "commit.cleanup": "scissors",
    "commit.verbose": "true",
    "commit.template": "/nowhere",
    "trailer.separators": "=",
    "trailer.ifmissing": "doNothing",
    "trailer.where": "start",
    "log.showSignature": "true",
    "color.ui": "always",
    "log.decorate": "full",
    "core.abbrev": "4",
    "format.pretty": "oneline",
    "log.follow": "true",
    "log.date": "relative",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.external": "false",
    "core.quotePath": "true",
    "status.showUntrackedFiles": "no",
    "status.relativePaths": "true",
    "status.branch": "true",
    "core.pager": "false",
    "diff.renames": "false",
    "core.fsmonitor": "false-program",
    "merge.ff": "false",
    "push.default": "nothing",
    "i18n.logOutputEncoding": "ISO-8859-1",
  };
  for (const [key, value] of Object.entries(settings)) await s.git("config", "--global", key, value);
  await mainJob(s);
});

test("GIT_DIR and GIT_WORK_TREE work as in git", async () => {
  const s = await scratch();
  await s.ok("start", "work", "-o", "One");
  const env = { GIT_DIR: `${s.root}/.git`, GIT_WORK_TREE: s.root };
  const ran = await s.run(process.execPath, [`${process.cwd()}/dist/cli.js`, "objectives", "--json"], {
    cwd: s.home,
    env,
  });
  expect(JSON.parse(ran.stdout)).toHaveLength(1);
  await s.write("README.md", "x\n");
  const made = await s.run(
    process.execPath,
    [`${process.cwd()}/dist/cli.js`, "checkpoint", "-m", "docs: x"],
    { cwd: s.root, env },
  );
  expect(made.code, made.stderr).toBe(0);
});

test("commands work with -C, global options before or after the command, --quiet, and a reader that stops early", async () => {
  const s = await scratch();
  await s.ok("start", "work", "-o", "One");
  const from = s.at("../home");
  expect(await from.ok("-C", "../work", "status")).toContain("One");
  expect(JSON.parse(await from.ok("--json", "-C", "..", "-C", "work", "objectives"))).toHaveLength(1);
  expect((await s.session("objectives", "add", "Two", "-q")).stderr).toBe("");
  const piped = await s.run("bash", [
    "-c",
    `set -o pipefail; node "${process.cwd()}/dist/cli.js" handoff | head -1`,
  ]);
  expect(piped).toMatchObject({ code: 0, stdout: "# Handoff: Work\n", stderr: "" });
  expect((await s.session("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await s.session()).stdout).toMatch(/^Work\n/);
  for (const command of ["start", "checkpoint", "end", "objectives", "config", "trailers"]) {
    const help = (await s.session("help", command)).stdout;
    expect(help).toContain("Examples:");
    expect((await s.session(command, "--help")).stdout).toBe(help);
  }
});
