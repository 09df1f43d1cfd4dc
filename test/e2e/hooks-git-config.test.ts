import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { expectRecorded, manifest, writeScript } from "../support/hooks.ts";
import { newGit } from "../support/new-git.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const HOOKS = [
  ...[
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
    "post-rewrite",
    "pre-push",
  ],
];

/** A repository in which git says that it is of a version that runs hooks of the configuration. */
async function repository(): Promise<Scratch> {
  const s = await scratch();
  const real = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  const shim = `#!/bin/sh
for each; do [ "$each" = version ] && { echo "git version 2.55.0"; exit; }; done
exec ${real} "$@"
`;
  await writeScript(s, "../bin/git", shim);
  s.env.PATH = `${path.resolve(s.root, "../bin")}${path.delimiter}${s.env.PATH}`;
  return s;
}

const config = (s: Scratch) => readFile(path.join(s.root, ".git/config"), "utf8");
const command = (s: Scratch, name: string) => s.git("config", `hook.session-${name}.command`);

test("hooks install into the clone's configuration once, and uninstall byte for byte", async () => {
  for (const ending of ["", "\n[user]\n\tname = A B", "\n\n# the end\n\n"]) {
    const s = await repository();
    await writeFile(path.join(s.root, ".git/config"), (await config(s)) + ending);
    await chmod(path.join(s.root, ".git/config"), 0o640);
    const before = await manifest(s, ".git/config", ".git/hooks");
    const report = await s.json("hooks", "install");
    expect(report).toMatchObject({ how: "configuration", installed: true });
    for (const name of HOOKS) {
      expect(await s.git("config", "--get-all", `hook.session-${name}.event`)).toBe(name);
      expect(s.exists(`.git/hooks/${name}`)).toBe(false);
    }
    const installed = await config(s);
    await s.ok("hooks", "install");
    expect(await config(s)).toBe(installed);
    await s.ok("hooks", "uninstall");
    expect(await manifest(s, ".git/config", ".git/hooks")).toBe(before);
  }
});

test("the configured command runs the script with arguments and input from any folder, and does nothing if the script is gone", async () => {
  const s = await repository();
  await s.git("worktree", "add", "--quiet", "--detach", "../tree");
  await s.ok("hooks", "install");
  await writeScript(s, ".git/sessions/.hooks/pre-push", '#!/bin/sh\necho "ours $* $(cat)"\nexit 3\n');
  // As git does it: the arguments follow the command.
  const run = (folder: string, env = {}) =>
    command(s, "pre-push").then((text) =>
      s.run("sh", ["-c", `${text} "$@"`, text, "origin", "a b"], { cwd: folder, input: "refs", env }),
    );
  const tree = path.resolve(s.root, "../tree");
  for (const [folder, env] of [
    [s.root, {}],
    [tree, {}],
    [tree, { GIT_DIR: path.join(s.root, ".git/worktrees/tree") }],
    [s.home, { GIT_DIR: path.join(s.root, ".git"), GIT_WORK_TREE: s.root }],
  ] as const)
    expect(await run(folder, env)).toEqual({ code: 3, stdout: "ours origin a b refs\n", stderr: "" });
  await s.run("rm", ["-r", ".git/sessions"]);
  expect(await run(s.root)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await run(tree)).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(await s.json("hooks")).toMatchObject({ installed: false });
});

test("hook files give way to the configuration after a git upgrade, and the user's hooks they kept are restored", async () => {
  const s = await scratch();
  await writeScript(s, ".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
  const before = await manifest(s, ".git/hooks");
  await s.ok("hooks", "install");
  const other = await repository();
  const env = { PATH: other.env.PATH };
  const cli = path.resolve("dist/cli.js");
  const ran = await s.run(process.execPath, [cli, "hooks", "install", "--json"], { env });
  expect(JSON.parse(ran.stdout)).toMatchObject({ how: "configuration", installed: true });
  expect(await manifest(s, ".git/hooks")).toBe(before);
  // And back again, with the older git.
  expect(await s.json("hooks", "install")).toMatchObject({ how: "files", installed: true });
  expect(await config(s)).not.toContain("session");
});

test("a hook that another tool already calls is not configured twice", async () => {
  const s = await repository();
  await s.git("config", "core.hooksPath", ".husky/_");
  await s.write(".husky/_/h", "");
  await s.write(".husky/pre-push", 'f=x/sessions/.hooks/pre-push; "$f" "$@"\n');
  expect(await s.json("hooks", "install")).toMatchObject({ how: "configuration", installed: true });
  expect(await config(s)).not.toContain("session-pre-push");
  expect(await config(s)).toContain("session-post-merge");
});

test("an event that the user disabled stays disabled, and is reported; so is /dev/null", async () => {
  const s = await repository();
  await s.git("config", "--global", "hook.pre-push.enabled", "false");
  const ran = await s.session("hooks", "install");
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain("hook.pre-push.enabled is false");
  expect((await s.json("doctor")).find((each: { name: string }) => each.name === "hooks")).toMatchObject({
    state: "warning",
    says: expect.stringContaining("hook.pre-push.enabled is false"),
  });
  expect(await s.git("config", "--global", "hook.pre-push.enabled")).toBe("false");
  await s.ok("hooks", "uninstall");
  const before = await config(s);
  await s.git("config", "--global", "core.hooksPath", "/dev/null");
  expect((await s.session("hooks", "install")).code).toBe(1);
  expect(await config(s)).toBe(before);
});

test("an edited hook of ours does not also run from the configuration", async () => {
  const s = await repository();
  const shim = s.env.PATH;
  s.env.PATH = shim?.split(path.delimiter).slice(1).join(path.delimiter);
  await s.ok("hooks", "install");
  await s.write(".git/hooks/pre-push", `${await s.read(".git/hooks/pre-push")}# mine\n`);
  s.env.PATH = shim;
  expect(await s.json("hooks", "install")).toMatchObject({ how: "configuration", installed: true });
  expect(await config(s)).not.toContain("session-pre-push");
  expect(s.exists(".git/hooks/pre-push")).toBe(true);
  expect(s.exists(".git/hooks/post-merge")).toBe(false);
});

test("a user's command under our name is kept and reported", async () => {
  const s = await repository();
  await s.ok("hooks", "install");
  await s.git("config", "hook.session-pre-push.command", "make check");
  const { stays } = await s.json("hooks", "uninstall");
  expect(stays).toEqual(["hook.session-pre-push of git's configuration was changed and is kept"]);
  expect(await s.git("config", "--get-regexp", "^hook\\.")).toBe(
    "hook.session-pre-push.event pre-push\nhook.session-pre-push.command make check",
  );
});

test("a changed command is repaired by the next installation", async () => {
  const s = await repository();
  await s.ok("hooks", "install");
  const right = await config(s);
  await s.git("config", "hook.session-pre-push.command", "false");
  expect((await s.json("hooks")).installed).toBe(false);
  await s.ok("hooks", "install");
  expect(await config(s)).toBe(right);
});

const folder = newGit();
if (folder !== undefined)
  describe("a git that runs configured hooks", () => {
    async function real(): Promise<Scratch> {
      const s = await scratch({ repository: false });
      s.env.PATH = `${folder}${path.delimiter}${s.env.PATH}`;
      if (process.env.SESSION_NEW_GIT_EXEC) s.env.GIT_EXEC_PATH = process.env.SESSION_NEW_GIT_EXEC;
      await s.git("init", "--quiet", "--initial-branch=main");
      await s.git("commit", "--quiet", "--allow-empty", "-m", "begin");
      return s;
    }

    test("runs our hooks and the user's once each, with arguments and input", async () => {
      const s = await real();
      await s.git("init", "--quiet", "--bare", "../bare");
      await writeScript(s, ".git/hooks/pre-push", '#!/bin/sh\necho "mine $* $(cat)" >>"$SPY_LOG"\n');
      expect(await s.json("hooks", "install")).toMatchObject({ how: "configuration", installed: true });
      for (const name of HOOKS)
        await writeScript(
          s,
          `.git/sessions/.hooks/${name}`,
          `#!/bin/sh\necho "${name} $*${/push|rewrite/.test(name) ? " $(cat)" : ""}" >>"$SPY_LOG"\n`,
        );
      const env = { SPY_LOG: path.join(s.home, "spy.log") };
      const ran = await s.run(
        "sh",
        [
          "-ec",
          `git commit -q --allow-empty -m x
git commit -q --amend --allow-empty -m y
git switch -q -c side; git commit -q --allow-empty -m z; git switch -q main; git merge -q --no-ff --no-edit side
git worktree add -q ../tree side; git -C ../tree commit -q --allow-empty -m tree
git push -q ../bare main`,
        ],
        { env },
      );
      expect(ran.code, ran.stderr).toBe(0);
      const spied = await readFile(env.SPY_LOG, "utf8");
      const times = (word: string) => spied.split("\n").filter((line) => line.startsWith(`${word} `)).length;
      expect(HOOKS.map(times)).toEqual([5, 5, 4, 3, 1, 1, 1]);
      expect(spied).toMatch(/^mine \.\.\/bare \.\.\/bare refs\/heads\/main /m);
      expect(spied).toMatch(/^pre-push \.\.\/bare \.\.\/bare refs\/heads\/main /m);
      expect(await s.git("hook", "list", "pre-push")).toBe("session-pre-push\nhook from hookdir");
      await s.ok("hooks", "uninstall");
      await s.git("commit", "--quiet", "--allow-empty", "-m", "x");
    });

    test("carries the session in commits", async () => {
      const s = await real();
      await s.ok("hooks", "install");
      await expectRecorded(s);
      expect(s.exists(".git/hooks/commit-msg")).toBe(false);
    });

    test("commits as before in a clone whose scripts are gone", async () => {
      const s = await real();
      await s.ok("hooks", "install");
      await s.run("rm", ["-r", ".git/sessions"]);
      await s.git("commit", "--quiet", "--allow-empty", "-m", "x");
      expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
      await s.git("config", "--global", "core.hooksPath", "/dev/null");
      await s.git("commit", "--quiet", "--allow-empty", "-m", "y");
    });
  });
