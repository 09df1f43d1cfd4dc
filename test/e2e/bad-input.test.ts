import { expect, test } from "vitest";
import { type Ran, type Scratch, scratch } from "../support/scratch.ts";

async function started(): Promise<Scratch> {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two"] });
  await s.write("README.md", "edited\n");
  return s;
}

/** One line that says what is wrong, with what helps; nothing has changed. */
async function refused(s: Scratch, args: string[], says: RegExp, code = 1): Promise<Ran> {
  const before = await s.fingerprint();
  const ran = await s.session(...args);
  expect(ran.stderr).toMatch(says);
  expect(ran.code, ran.stderr).toBe(code);
  expect(ran.stderr.trim().split("\n")[0]).toMatch(/^error: /);
  expect(ran.stderr).not.toMatch(/at .*\.js:\d+|unexpected:/);
  for (const hint of ran.stderr.match(/^hint: .*/gm) ?? []) expect(hint).toMatch(/^hint: (session|git|rm) /);
  expect(await s.fingerprint()).toBe(before);
  const json = await s.session(...args, "--json");
  expect(JSON.parse(json.stdout).error.message).toBeTruthy();
  expect(json.code).toBe(code);
  return ran;
}

test("commands refuse a folder without a repository, and a bare repository", async () => {
  const none = await scratch({ repository: false });
  for (const command of [["status"], ["start", "x"], ["checkpoint"], ["brief"], ["init"]]) {
    const ran = await none.session(...command);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^error: .* is not in a git repository\nhint: git init\n$/);
  }
  const bare = await scratch({ bare: true, commits: 0 });
  const ran = await bare.session("start", "x");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/bare repository.*\nhint: session start <branch> --worktree\n/);
  expect((await bare.session("show")).stderr).toContain("a bare repository checks out no branch");
});

test("commands say what to do on a detached HEAD", async () => {
  const s = await started();
  await s.git("checkout", "--quiet", "--detach");
  await refused(s, ["checkpoint", "-m", "x"], /HEAD is detached.*\nhint: session start <branch>\n/);
  await refused(s, ["objectives", "add", "x"], /HEAD is detached/);
  expect(await s.ok("status")).toContain("HEAD is detached");
  expect(s.exists(".git/sessions/HEAD")).toBe(false);
});

test("commands say what to do on a branch without a session", async () => {
  const s = await started();
  await s.git("stash", "--quiet");
  await s.git("switch", "--quiet", "main");
  await refused(
    s,
    ["checkpoint", "-m", "x"],
    /there is no session on main\nhint: session start <new-branch>\n/,
    3,
  );
  await refused(s, ["end"], /there is no session on main/, 3);
  expect(s.exists(".git/sessions/main")).toBe(false);
  expect((await s.session("brief")).code).toBe(0);
});

test("an unknown name, an ambiguous name and a name that is a path are refused", async () => {
  const s = await started();
  await refused(s, ["resume", "wrok"], /there is no session "wrok"; did you mean work\?\nhint: /, 3);
  for (const name of ["../../x", "refs/heads/main", "--", "$(touch x)"])
    expect((await s.session("resume", "--", name)).code).toBe(3);
  await s.git("stash", "--quiet");
  await s.ok("start", "other", "--title", "Work on it");
  await s.ok("start", "third", "--title", "Work on it");
  const ran = await refused(
    s,
    ["handoff", "Work on it"],
    /matches 2 sessions: .*other.*third|matches 2 sessions: .*third.*other/,
    3,
  );
  expect(ran.stderr).toContain("use the id");
});

test("missing items, empty texts and overlong texts are refused", async () => {
  const s = await started();
  await refused(
    s,
    ["objectives", "complete", "obj-99"],
    /there is no objective obj-99 in this session; .*\nhint: session objectives list\n/,
  );
  await refused(s, ["objectives", "complete", "1", "obj-99"], /there is no objective obj-99/);
  await refused(s, ["objectives", "add", ""], /an objective needs some text/, 2);
  await refused(s, ["objectives", "add", "ok", " \n\t "], /an objective needs some text/, 2);
  await refused(
    s,
    ["objectives", "add", "x".repeat(100_000)],
    /an objective can have at most 4000 characters; this one has 100000/,
    2,
  );
  await refused(s, ["blockers", "resolve", "7"], /there is no blocker 7/);
  await refused(s, ["decisions", "show", "dec-1"], /there is no decision dec-1/);
  await refused(s, ["checkpoint", "-m", "x", "--complete", "obj-9"], /there is no objective obj-9/);
  await refused(s, ["checkpoint", "-m", "  "], /the message is empty/, 2);
});

test("checkpoint says if there is nothing to commit", async () => {
  const s = await started();
  await s.git("restore", ".");
  await refused(s, ["checkpoint", "-m", "x"], /nothing to commit: the work tree is clean/);
  await s.write("new.txt", "x\n");
  await refused(
    s,
    ["checkpoint", "-m", "x"],
    /1 file is left out \(new\.txt\).*\nhint: session checkpoint -A\n/,
  );
  await refused(s, ["checkpoint", "-m", ""], /^error: the message is empty\n$/, 2);
  await refused(
    s,
    ["checkpoint", "missing.txt", "-m", "x"],
    /there is no file missing\.txt\nhint: git status/,
  );
  await refused(s, ["checkpoint", "README.md", "-m", "x"], /README\.md has no changes/);
  await refused(s, ["checkpoint", "../gone", "-m", "x"], /error: \.\.\/gone is outside of the repository\n$/);
  const words = ["checkpoint", "-m", "fix", "the", "thing"];
  await refused(s, words, /there is no file the\nhint: session checkpoint -m 'fix the thing'\n/);
  expect((await s.session("checkpoint", "--allow-empty", "-m", "x")).code).toBe(0);
});

test("unknown commands, unknown options and wrong values are usage errors", async () => {
  const s = await started();
  await refused(s, ["chekpoint"], /there is no command "chekpoint"\nhint: session checkpoint\n/, 2);
  await refused(s, ["status", "--objectvies"], /unknown option/, 2);
  await refused(s, ["start"], /work already has a session/);
  await refused(s, ["brief", "--format", "yaml"], /format/, 2);
  await refused(s, ["brief", "--max-tokens", "-1"], /--max-tokens takes a whole number/, 2);
  await refused(s, ["start", "x", "--meta", "novalue"], /--meta takes key=value/, 2);
  await refused(s, ["checkpoint", "-m", "x", "--rationale", "y"], /belong to one --decision/, 2);
  await refused(s, ["end", "--squash"], /--squash needs --merge-to/, 2);
  await refused(s, ["end", "--delete-branch"], /--delete-branch needs --merge-to/, 2);
  for (const name of ["a..b", "-x", "a b", "x.lock", "a~1", "HEAD", "a/.b", ""]) {
    const before = await s.fingerprint();
    const ran = await s.session("start", "--", name);
    expect(ran.code, name).toBe(2);
    expect(await s.fingerprint()).toBe(before);
  }
  await refused(s, ["start", "y", "--from", "nowhere"], /not a commit: "nowhere"/);
});

test.each(["merge", "rebase", "cherry-pick", "revert"])(
  "checkpoint refuses during an unfinished %s",
  async (operation) => {
    const s = await started();
    await s.git("commit", "--quiet", "-am", "ours");
    await s.git("switch", "--quiet", "-c", "theirs", "main");
    await s.write("README.md", "theirs\n");
    await s.git("commit", "--quiet", "-am", "theirs");
    await s.git("switch", "--quiet", "work");
    const what = operation === "revert" ? "HEAD~1" : "theirs";
    await s.run("git", [operation, what]);
    expect((await s.session("checkpoint", "-m", "x")).code).toBe(4);
    const { stderr } = await s.session("start", "elsewhere");
    expect(stderr).toContain(
      `a ${operation} is in progress\nhint: git ${operation} --continue\nhint: git ${operation} --abort\n`,
    );
    expect((await s.session("end")).code).not.toBe(0);
    // A worktree of its own has nothing to do with it.
    expect((await s.session("start", "elsewhere", "--worktree")).stderr).toContain(
      "started on the new branch",
    );
  },
);

test("checkpoint refuses while index.lock is held", async () => {
  const s = await started();
  await s.write(".git/index.lock", "");
  await refused(
    s,
    ["checkpoint", "-m", "x"],
    /another git process is at work: .*index\.lock exists.*\nhint: rm /,
  );
  await s.write("new.txt", "x\n");
  await refused(s, ["checkpoint", "-A", "-m", "x"], /another git process is at work/);
});

test("a failing signature never makes an unsigned commit", async () => {
  const s = await started();
  await s.git("config", "commit.gpgsign", "true");
  await s.git("config", "gpg.program", "false");
  await refused(s, ["checkpoint", "-m", "x", "--decision", "y"], /git commit/);
});

test("checkpoint refuses without an identity", async () => {
  const s = await scratch({ identity: false });
  await s.ok("start", "main", "-o", "One");
  await s.write("a.txt", "a\n");
  const ran = await s.session("checkpoint", "-A", "-m", "x");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/git does not know who you are\nhint: git config user\.name/);
  const end = await s.session("end");
  expect(end.code).toBe(1);
  expect(end.stderr).toMatch(/git does not know who you are/);
  expect(await s.json("objectives", "list")).toHaveLength(1);
});

test("broken, unknown and wrong settings are reported with file, line and column, and the others apply", async () => {
  const s = await started();
  await s.write(
    ".session/config.yaml",
    "session:\n  auto_track: yes\ntracking:\n  idle_timout: 5m\n  annotations: [A]\nquality:\n  coverage_threshold: high\n",
  );
  const ran = await s.session("config", "validate");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain(
    '.session/config.yaml:2:3: session.auto_track must be true or false, not "yes"',
  );
  expect(ran.stdout).toContain(
    '.session/config.yaml:4:3: unknown key "tracking.idle_timout"; did you mean "tracking.idle_timeout"?',
  );
  expect(ran.stdout).toContain(
    '.session/config.yaml:7:3: quality.coverage_threshold must be a number from 0 to 100, not "high"',
  );
  expect((await s.session("config", "get", "tracking.annotations")).stdout).toBe("A\n");
  const status = await s.session("status");
  expect(status.code).toBe(0);
  expect(status.stderr).toContain("config.yaml:2:3");
  await s.write(".session/config.yaml", "session:\n  auto_track: [true\n");
  expect((await s.session("config", "validate")).stdout).toMatch(/config\.yaml:\d+:\d+: /);
  const set = await s.session("config", "set", "display.emoji", "false");
  expect(set.code).toBe(1);
  expect(await s.read(".session/config.yaml")).toBe("session:\n  auto_track: [true\n");
});

test("the shipped template is used, with a warning, if the project's template fails, hangs or accesses internals", async () => {
  const s = await started();
  await s.write(".session/templates/handoff.md.hbs", "# x\n{{#if}\n");
  const broken = await s.session("handoff");
  expect(broken.code).toBe(0);
  expect(broken.stdout).toContain("# Handoff: Work");
  expect(broken.stderr).toMatch(/\.session\/templates\/handoff\.md\.hbs:2: /);
  await s.write(
    ".session/templates/handoff.md.hbs",
    `${"{{#each objectives}}".repeat(40)}{{#each ../../objectives}}x{{/each}}${"{{/each}}".repeat(40)}{{> ../../../etc/passwd}}`,
  );
  expect((await s.session("handoff")).stdout).toContain("# Handoff: Work");
  await s.write(
    ".session/templates/handoff.md.hbs",
    "a{{log session.title}}{{constructor}}{{__proto__}}{{lookup this 'constructor'}}{{session.title}}b\n",
  );
  expect((await s.session("handoff")).stdout).toBe("aWorkb\n");
  await s.run("ln", ["-sf", "/etc/passwd", ".session/templates/handoff.md.hbs"]);
  const linked = await s.session("handoff");
  expect(linked.stdout).toContain("# Handoff: Work");
  expect(linked.stderr).toContain("not a regular file");
});

test("paths in .session of a clone may not lead outside of it", async () => {
  const s = await started();
  await s.write("../elsewhere/templates/handoff.md.hbs", "from elsewhere\n");
  await s.write("../elsewhere/architecture.md", "a secret of elsewhere\n");
  await s.write("../elsewhere/config.yaml", "display:\n  emoji: false\n");
  await s.run("ln", ["-s", "../elsewhere", ".session"]);
  expect(await s.ok("handoff")).toContain("# Handoff: Work");
  expect(await s.ok("brief")).not.toContain("elsewhere");
  expect(await s.ok("objectives")).toContain("○");
  expect((await s.session("init", "--yes")).code).toBe(1);
  await s.run("sh", [
    "-c",
    "rm .session && mkdir .session && ln -s ../../elsewhere/templates .session/templates",
  ]);
  expect(await s.ok("handoff")).toContain("# Handoff: Work");
});

test("a command on a full disk prints one line and changes nothing", async () => {
  const s = await started();
  const before = await s.fingerprint();
  // The file size limit stops writes as a full disk would, for root as well.
  const cli = `node ${process.cwd()}/dist/cli.js`;
  const ran = await s.run("bash", [
    "-c",
    `ulimit -f 0; trap '' XFSZ; ${cli} objectives add 'does not fit' 2>&1 | cat`,
  ]);
  expect(ran.stdout).toMatch(/^error: cannot write .*(too large|full)/);
  expect(await s.fingerprint()).toBe(before);
  expect(await s.json("objectives", "list")).toHaveLength(2);
});

test("in an unwritable folder, reading commands work and changing commands print the reason", async () => {
  const s = await started();
  await s.run("rm", ["-rf", ".git/sessions/other"]);
  await s.write(".git/sessions/other", "a file in the place of a folder\n");
  const ran = await s.session("start", "other", "--no-switch");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/^error: .*sessions\/other/);
  expect(await s.git("branch", "--list", "other")).toBe("");
});
