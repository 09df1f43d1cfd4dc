import { chmod } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectRun, expectWholeSession } from "../support/expect-run.ts";
import { fakeGit } from "../support/fake-git.ts";
import { repositoryState } from "../support/repository-state.ts";
import { sampleOne } from "../support/sampling.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = `${process.cwd()}/dist/cli.js`;

async function started(): Promise<Scratch> {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("README.md", "edited\n");
  return s;
}

test("GIT_DIR and other variables of the caller select one repository, as in git", async () => {
  const s = await scratch();
  const other = await scratch();
  await s.git("switch", "--quiet", "-c", "work");
  await other.write("other.txt", "untouched\n");
  const before = await repositoryState(other);
  Object.assign(s.env, {
    GIT_DIR: `${s.root}/.git`,
    GIT_WORK_TREE: s.root,
    GIT_INDEX_FILE: `${s.root}/.git/own-index`,
    GIT_OBJECT_DIRECTORY: `${s.root}/.git/objects`,
    GIT_NAMESPACE: "elsewhere",
    GIT_CEILING_DIRECTORIES: "/",
    GIT_PREFIX: "",
  });
  await s.git("read-tree", "HEAD");
  const inOther = async (...args: string[]) => {
    const ran = await s.run(process.execPath, [CLI, ...args], { cwd: other.root });
    expect(ran.code, ran.stderr).toBe(0);
    return ran.stdout;
  };
  await inOther("start", "work", "-o", "One");
  await s.write("README.md", "edited\n");
  await inOther("checkpoint", "-m", "docs: x", "--decision", "Here");
  expect(await inOther("brief")).toContain("Here");
  await inOther("end");
  expect(await s.git("show", "HEAD:README.md")).toBe("edited");
  expect(await s.git("for-each-ref", "--format=%(refname:rstrip=-2)", "refs/sessions")).toBe("refs/sessions");
  expect(await repositoryState(other)).toEqual(before);
});

test("settings passed in the environment apply, and a git alias works from a subfolder", async () => {
  const s = await started();
  await s.write("sub/a.txt", "a\n");
  await s.write("a.txt", "a\n");
  await s.git("add", "sub", "a.txt");
  await s.git("commit", "--quiet", "-m", "two files of one name");
  await s.git("config", "alias.ses", `!"${process.execPath}" "${CLI}"`);
  await s.write("sub/a.txt", "typed here\n");
  await s.write("a.txt", "not meant\n");
  await s.at("sub").git("-c", "user.name=Handed Down", "ses", "checkpoint", "a.txt", "-m", "feat: a");
  expect(await s.git("show", "--format=%an", "--name-only", "HEAD")).toBe("Handed Down\n\nsub/a.txt");
  await s.at("sub").git("ses", "checkpoint", "../a.txt", "-m", "feat: the other");
  expect(await s.git("show", "--format=", "--name-only", "HEAD")).toBe("a.txt");

  await s.write("a.txt", "again\n");
  const env = { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "user.name", GIT_CONFIG_VALUE_0: "Counted" };
  const ran = await s.run(process.execPath, [CLI, "checkpoint", "-m", "feat: again"], { env });
  expect(ran.code, ran.stderr).toBe(0);
  expect(await s.git("log", "-1", "--format=%an")).toBe("Counted");
});

test("`git session` runs the program", async () => {
  const s = await started();
  await s.run("sh", ["-c", `mkdir ../bin && ln -s "${CLI}" ../bin/git-session`]);
  const env = { PATH: `${s.root}/../bin:${s.env.PATH}` };
  const ran = await s.run("git", ["session", "objectives", "--json"], { env });
  expect(JSON.parse(ran.stdout)).toMatchObject([{ text: "One" }]);
});

test.each(sampleOne(["de_DE.UTF-8", "C", "POSIX", "tr_TR.UTF-8"]))(
  "a session works in the locale %s",
  async (language) => {
    const s = await scratch();
    Object.assign(s.env, { LANG: language, LC_ALL: language, LANGUAGE: language.slice(0, 2) });
    await s.git("config", "user.name", "Ünï Ïçø");
    await expectWholeSession(s, () => s.write("README.md", "ä ✓\n"), "zweig/ü");
  },
);

test.each([
  ["git version 2.29.3", /2\.29\.3 is too old/],
  ["git version 2.39.5 (Apple Git-154)", /2\.39\.5 \(Apple Git-154\)/],
  ["git version 2.45.1.windows.1", /2\.45\.1\.windows\.1/],
  ["git version 2.47.GIT\nhub version 2.14.2", /2\.47\.GIT/],
])("doctor reads the version %j", async (version, says) => {
  const s = await scratch();
  s.env.PATH = await fakeGit(s, `case "$*" in *version) printf '%s\\n' '${version}'; exit ;; esac`);
  const ran = await s.session("doctor");
  expect(ran.stdout).toMatch(says);
  expect(ran.code).toBe(/too old/.test(ran.stdout) ? 1 : 0);
});

test("without git the program prints one line", async () => {
  const s = await started();
  s.env.PATH = `${s.root}/nowhere`;
  for (const args of [["status"], ["brief"], ["checkpoint", "-m", "x"]]) {
    const ran = await s.session(...args);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/^error: git was not found on PATH; install git 2\.30 or newer from .*\n$/);
  }
});

/** The same repository as another user sees it: root itself may write everything. */
async function asSomebodyElse(s: Scratch): Promise<(...args: string[]) => ReturnType<Scratch["run"]>> {
  await s.git("config", "--global", "safe.directory", "*");
  await s.run("sh", ["-c", "chmod 755 .. && chmod -R a+rX ."]);
  const other = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, CLI];
  return (...args) =>
    process.getuid?.() === 0
      ? s.run("setpriv", [...other, ...args])
      : s.run(process.execPath, [CLI, ...args]);
}

test("in a read-only repository reading works, and recording names the unwritable path", async () => {
  const s = await started();
  await s.ok("decisions", "add", "Readable");
  if (process.getuid?.() !== 0) await s.run("chmod", ["-R", "a-w", ".git", "."]);
  const session = await asSomebodyElse(s);
  const before = await repositoryState(s);
  for (const args of [["status"], ["brief"], ["handoff"], ["list"], ["decisions", "list", "--all"]]) {
    const ran = await session(...args);
    expect(ran.code, `${args.join(" ")}: ${ran.stderr}`).toBe(0);
  }
  expect((await session("brief")).stdout).toContain("Readable");
  for (const args of [
    ["note", "x"],
    ["start", "other"],
    ["checkpoint", "-m", "x"],
    ["end"],
    ["init", "--yes"],
  ]) {
    const ran = await session(...args);
    expect(ran.code, args.join(" ")).toBe(1);
    expect(ran.stderr, args.join(" ")).toMatch(/^error: .*(\.git|\.session).*[Pp]ermission denied/);
    expect(ran.stderr.trim().split("\n")[0]).not.toMatch(/unexpected/);
  }
  expect((await session("doctor")).stdout).toMatch(/\.git is not writable/);
  expect(await repositoryState(s)).toEqual(before);
  await s.run("chmod", ["-R", "u+w", ".git", "."]);
});

test("with a read-only work tree and a writable git folder, records are kept", async () => {
  const s = await started();
  const session = await asSomebodyElse(s);
  if (process.getuid?.() === 0) await s.run("chown", ["-R", "65534:65534", ".git"]);
  else await s.run("chmod", ["a-w", "."]);
  expect((await session("note", "kept")).code).toBe(0);
  expect((await session("checkpoint", "-m", "docs: x")).code).toBe(0);
  expect((await session("brief")).stdout).toContain("kept");
  expect((await session("end")).code).toBe(0);
  await s.run("chmod", ["u+w", "."]);
});

test("a repository of another owner is refused with git's reason", async () => {
  const s = await started();
  if (process.getuid?.() !== 0) return;
  await s.run("chown", ["-R", "12345", "."]);
  const ran = await s.session("status");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/^error: detected dubious ownership in repository at/);
  expect(ran.stderr).toMatch(/safe\.directory/);
});

test("a signing program that asks does not hang, and git's message is shown", async () => {
  const s = await started();
  await s.write(
    "../bin/gpg",
    "#!/bin/sh\necho 'gpg: signing failed: Inappropriate ioctl for device' >&2\nexit 2\n",
  );
  await chmod(`${s.root}/../bin/gpg`, 0o755);
  await s.git("config", "commit.gpgsign", "true");
  await s.git("config", "gpg.program", `${s.root}/../bin/gpg`);
  await expectRun(s, ["checkpoint", "-m", "x"], {
    code: 1,
    says: /could not sign; nothing was committed[\s\S]*gpg failed to sign/,
  });
});

test("relative XDG_CONFIG_HOME and XDG_STATE_HOME count as unset", async () => {
  const s = await started();
  Object.assign(s.env, { XDG_CONFIG_HOME: "settings", XDG_STATE_HOME: "state" });
  await s.ok("config", "set", "--user", "display.verbose", "true");
  await s.ok("agents", "install", "claude", "--user");
  await s.ok("start", "more");
  expect(s.exists("settings") || s.exists("state")).toBe(false);
  expect(await s.read(`${s.home}/.config/session/config.yaml`)).toContain("verbose: true");
  expect(s.exists(`${s.home}/.local/state/session/agents`)).toBe(true);
  expect(await s.read(`${s.home}/.local/state/session/projects`)).toContain(s.root);
});

test("a `.git` file that points to another repository is refused unless a worktree has it, and then reported", async () => {
  const s = await started();
  const before = await repositoryState(s);
  const evil = s.at("../evil");
  await evil.write(".git/commondir", `${s.root}/.git\n`);
  await evil.write(".git/HEAD", "ref: refs/heads/work\n");
  const refused = await s.run(process.execPath, [CLI, "note", "Evil"], { cwd: evil.root });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^error: .*evil\/\.git\/commondir names .*work\/\.git/);
  expect(await repositoryState(s)).toEqual(before);
  await s.at("../file").write(".git", `gitdir: ${s.root}/.git\n`);
  await s.git("worktree", "add", "--quiet", "../linked");
  await s.run("mv", ["../linked", "../moved"]);
  for (const folder of ["../file", "../moved"]) {
    const { code, stderr } = await s.run(process.execPath, [CLI, "list"], { cwd: s.at(folder).root });
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^warning: these are the sessions of another work tree, .*\/(?:work|linked) /);
  }
  expect((await s.session("list")).stderr).toBe("");
});
