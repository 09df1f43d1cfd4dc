import { readFile, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { manifest, writeScript } from "../support/hooks.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const at = (s: Scratch, file: string) => path.join(s.root, file);

test("core.hooksPath of this clone is used: ignored in the work tree, or below the common dir", async () => {
  for (const folder of [".local-hooks", ".git/other-hooks"]) {
    const s = await scratch();
    await s.write(".git/info/exclude", ".local-hooks/\n");
    await s.git("config", "core.hooksPath", folder);
    expect(await s.json("hooks", "install")).toMatchObject({ how: "files", installed: true, folder });
    expect(s.exists(`${folder}/pre-push`)).toBe(true);
    expect(s.exists(".git/hooks/pre-push")).toBe(false);
    await s.ok("hooks", "uninstall");
    expect(s.exists(folder)).toBe(false);
  }
});

test("install never writes to a shared hooks folder, and prints the exact lines to add", async () => {
  const shared: [string, string, (s: Scratch) => Promise<unknown>][] = [
    [".githooks", "a folder that git tracks", (s) => s.git("config", "core.hooksPath", ".githooks")],
    [
      "../shared",
      "outside of this repository",
      (s) => s.git("config", "core.hooksPath", `${s.root}/../shared`),
    ],
    [
      "../home/hooks",
      "not only for this clone",
      (s) => s.git("config", "--global", "core.hooksPath", "~/hooks"),
    ],
    [
      "../shared",
      "is a link",
      async (s) => {
        await rename(at(s, ".git/hooks"), at(s, ".git/old"));
        await symlink("../../shared", at(s, ".git/hooks"));
      },
    ],
  ];
  for (const [folder, why, set] of shared) {
    const s = await scratch();
    await writeScript(s, `${folder}/pre-push`, "#!/bin/sh\nexit 0\n");
    await s.write(".githooks/README", "x\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "hooks");
    await set(s);
    const before = await manifest(s, folder, ".git/hooks", ".git/config");
    const ran = await s.session("hooks", "install", "--json");
    expect(ran.code, why).toBe(1);
    const report = JSON.parse(ran.stdout);
    expect(report.why).toContain(why);
    expect(report.lines.files).toHaveLength(7);
    expect(await manifest(s, folder, ".git/hooks", ".git/config"), why).toBe(before);
    const init = await s.session("init", "--yes");
    expect(init.code, why).toBe(0);
    expect(init.stdout).toContain("Git hooks are not all installed: ");
    expect(init.stderr).toContain("hint: session hooks install\n");
    expect(await manifest(s, folder, ".git/hooks", ".git/config"), why).toBe(before);
    await s.ok("hooks", "uninstall");
    expect(await manifest(s, folder, ".git/hooks", ".git/config"), why).toBe(before);
  }
});

test("hooks that the user disabled stay disabled", async () => {
  for (const value of ["/dev/null", ""]) {
    const s = await scratch();
    await s.git("config", "--global", "core.hooksPath", value);
    const ran = await s.session("hooks", "install");
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stdout).toContain("hooks are switched off here. session does not change that.");
    expect(s.exists(".git/hooks/pre-push")).toBe(false);
    expect((await s.json("doctor")).find((each: { name: string }) => each.name === "hooks").state).toBe("ok");
    await s.ok("init", "--yes");
    expect(s.exists(".git/hooks/pre-push")).toBe(false);
  }
});

test("a linked worktree and a subfolder install into the clone's hooks folder", async () => {
  const s = await scratch();
  await s.git("worktree", "add", "--quiet", "--detach", "../tree");
  await s.write("../tree/deep/x.txt", "x\n");
  const tree = s.at("../tree/deep");
  expect((await tree.json("hooks", "install")).installed).toBe(true);
  expect(s.exists(".git/hooks/prepare-commit-msg")).toBe(true);
  expect(await s.json("hooks")).toMatchObject({ installed: true, folder: ".git/hooks" });
  await tree.git("commit", "--quiet", "--allow-empty", "-m", "from there");
  await tree.ok("hooks", "uninstall");
  expect(s.exists(".git/hooks/prepare-commit-msg")).toBe(false);
});

test("a core.hooksPath that does not exist in a linked worktree is reported", async () => {
  const s = await scratch();
  await s.git("config", "core.hooksPath", ".git/hooks");
  await s.git("worktree", "add", "--quiet", "--detach", "../tree");
  expect(await s.json("hooks", "install")).toMatchObject({ how: "files", installed: true });
  const { how, why } = await s.at("../tree").json("hooks");
  expect(how).toBe("lines");
  expect(why).toMatch(/which is not a folder/);
});

test("hooks install in a submodule and in a SHA-256 repository", async () => {
  const s = await scratch();
  await s.git("init", "--quiet", "--object-format=sha256", "../other");
  const other = s.at("../other");
  await other.ok("hooks", "install");
  await other.git("commit", "--quiet", "--allow-empty", "-m", "x");
  await other.ok("hooks", "uninstall");
  await s.git("init", "--quiet", "../lib");
  await s.at("../lib").git("commit", "--quiet", "--allow-empty", "-m", "x");
  await s.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib");
  expect(await s.at("lib").json("hooks", "install")).toMatchObject({ installed: true });
  expect(s.exists(".git/modules/lib/hooks/pre-push")).toBe(true);
  expect(s.exists(".git/hooks/pre-push")).toBe(false);
  await s.at("lib").git("commit", "--quiet", "--allow-empty", "-m", "x");
});

test("a hostile global configuration does not affect the installation", async () => {
  const s = await scratch();
  for (const [key, value] of Object.entries({
    "color.ui": "always",
    "core.pager": "false",
    "core.quotePath": "true",
    "core.commentChar": ";",
    "commit.verbose": "true",
    "alias.config": "!false",
    "core.fsmonitor": "false-program",
    "hook.evil.event": "no-such-event",
    "advice.ignoredHook": "false",
  }))
    await s.git("config", "--global", key, value);
  expect(await s.json("hooks", "install")).toMatchObject({ how: "files", installed: true });
  await s.git("commit", "--quiet", "--allow-empty", "-m", "x");
  await s.ok("hooks", "uninstall");
});

test("the printed line passes input to both hooks, and does nothing in a clone without session", async () => {
  const s = await scratch();
  await s.git("init", "--quiet", "--bare", "../bare");
  await s.write(".githooks/README", "shared\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "hooks");
  await s.git("config", "core.hooksPath", ".githooks");
  const ran = await s.session("hooks", "install");
  expect(ran.code).toBe(1);
  const { lines } = await s.json("hooks", "install");
  for (const { file, text } of lines.files)
    await writeScript(s, file, `#!/bin/sh -e\n${text}\necho "rest: $(cat)" >>"$SPY_LOG"\n`);
  await writeScript(s, ".git/sessions/.hooks/pre-push", '#!/bin/sh\necho "ours: $* $(cat)" >>"$SPY_LOG"\n');
  const env = { SPY_LOG: path.join(s.home, "spy.log") };
  expect((await s.run("git", ["push", "--quiet", "../bare", "main"], { env })).code).toBe(0);
  const spied = await readFile(env.SPY_LOG, "utf8");
  const [, refs] = /ours: \.\.\/bare \.\.\/bare (refs.*)\n/.exec(spied) ?? [];
  expect(refs).toContain("refs/heads/main");
  expect(spied).toContain(`rest: ${refs}\n`);
  await writeScript(s, ".git/sessions/.hooks/pre-push", "#!/bin/sh\nexit 7\n");
  expect((await s.run("git", ["push", "--quiet", "../bare", "main:x"], { env })).code).toBe(1);
  await s.ok("hooks", "uninstall");
  expect((await s.run("git", ["push", "--quiet", "../bare", "main:y"], { env })).code).toBe(0);
});

test("init --yes installs hooks, init without it prints one line, and --no-hooks skips them", async () => {
  const asked = await scratch();
  const set = await asked.session("init");
  expect(set.stdout).toContain("Git hooks are not installed.\n");
  expect(set.stderr).toContain("hint: session hooks install\n");
  expect(asked.exists(".git/hooks/pre-push")).toBe(false);
  expect((await asked.json("init")).hooks).toEqual({ how: "files", installed: false });
  expect(asked.exists(".git/hooks/pre-push")).toBe(false);
  expect(await asked.ok("init", "--yes")).toContain("+ git hooks");
  expect(asked.exists(".git/hooks/pre-push")).toBe(true);
  expect(await asked.ok("init", "--yes")).toContain("Nothing to write");
  const without = await scratch();
  expect(await without.ok("init", "--yes", "--no-hooks")).not.toContain("hooks");
  expect(without.exists(".git/hooks/pre-push")).toBe(false);
  const json = await scratch();
  expect((await json.json("init", "--yes")).hooks).toEqual({ how: "files", installed: true });
});

test("doctor names missing hooks, a moved program, and failures inside hooks", async () => {
  const s = await scratch();
  const hooks = async () =>
    (await s.json("doctor")).filter((each: { name: string }) => each.name === "hooks");
  expect(await hooks()).toMatchObject([{ state: "warning", fix: "session hooks install" }]);
  await s.ok("hooks", "install");
  expect(await hooks()).toEqual([{ name: "hooks", state: "ok", says: "installed" }]);
  await rm(at(s, ".git/hooks/post-merge"));
  await s.write(".git/sessions/.hooks/program", `${process.execPath}\n/gone/dist/cli.js\n`);
  await s.write(".git/sessions/.hooks/log", "one\ntwo\nthree\nfour\n");
  expect(await hooks()).toEqual([
    {
      ...{ name: "hooks", state: "warning", says: "post-merge is gone", fix: "session hooks install" },
      repair: "install the git hooks again",
    },
    {
      ...{ name: "hooks", state: "problem", says: "hooks start /gone/dist/cli.js, which is gone" },
      ...{ fix: "session hooks install", repair: "install the git hooks again" },
    },
    {
      ...{ name: "hooks", state: "warning", says: "4 failures inside hooks, the last: two; three; four" },
      fix: `rm ${at(s, ".git/sessions/.hooks/log")}`,
    },
  ]);
  expect((await s.session("doctor")).code).toBe(1);
  await s.ok("hooks", "install");
  await rm(at(s, ".git/sessions/.hooks/log"));
  expect(await hooks()).toEqual([{ name: "hooks", state: "ok", says: "installed" }]);
});
