import { chmod, readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { managersFromNpm } from "../support/hook-managers.ts";
import { expectRecorded, manifest, SOME_WAYS, writeScript } from "../support/hooks.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const modules = managersFromNpm();
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

interface Lines {
  readonly files: readonly { readonly file: string; readonly text: string }[];
}

/** Returns the lines to add that install printed, and expects it to change no foreign file. */
async function linesFor(s: Scratch, manager: string): Promise<Lines["files"]> {
  const before = await manifest(s, ".git/hooks", ".git/config");
  const ran = await s.session("hooks", "install", "--json");
  expect(ran.code).toBe(1);
  const report = JSON.parse(ran.stdout);
  expect(report).toMatchObject({ how: "lines", installed: false, lines: { manager } });
  expect(await manifest(s, ".git/hooks", ".git/config")).toBe(before);
  return report.lines.files;
}

/** Scripts that write down how they were called, where managers find ours. */
async function spyOnOurs(s: Scratch): Promise<void> {
  for (const name of HOOKS) {
    const input = /push|rewrite/.test(name) ? " $(cat)" : "";
    const text = `#!/bin/sh\necho "${name} $*${input}" >>"$SPY_LOG"\n`;
    await writeScript(s, `.git/sessions/.hooks/${name}`, text);
  }
}

/** Commits, rewrites, merges, switches and pushes; gives what was written down. */
async function work(s: Scratch, tools = ""): Promise<string> {
  await s.git("init", "--quiet", "--bare", "../bare");
  const log = path.join(s.home, "spy.log");
  const env = { SPY_LOG: log, PATH: `${tools}${path.delimiter}${s.env.PATH}` };
  const commands = `set -e
    echo a >a.txt; git add a.txt; git commit -q -m a
    echo b >a.txt; git commit -q --amend -a -m "a again"
    git switch -q -c side; echo s >s.txt; git add s.txt; git commit -q -m s; git switch -q main; git merge -q --no-edit side
    git push -q ../bare main`;
  const ran = await s.run("sh", ["-c", commands], { env });
  expect(ran.code, ran.stderr).toBe(0);
  return readFile(log, "utf8");
}

function expectAllOfOurs(spied: string): void {
  expect(spied).toMatch(/^prepare-commit-msg \S*COMMIT_EDITMSG message$/m);
  expect(spied).toMatch(/^commit-msg \S*COMMIT_EDITMSG$/m);
  expect(spied).toMatch(/^post-commit\s*$/m);
  expect(spied).toMatch(/^post-checkout [0-9a-f]{40} [0-9a-f]{40} 1$/m);
  expect(spied).toMatch(/^post-merge 0$/m);
  expect(spied).toMatch(/^post-rewrite amend [0-9a-f]{40} [0-9a-f]{40}$/m);
  expect(spied).toMatch(
    /^pre-push \.\.\/bare \.\.\/bare refs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0{40}$/m,
  );
}

const node = (s: Scratch, ...args: string[]) => s.run(process.execPath, args);

describe.skipIf(modules === undefined)("managers from npm", () => {
  const bin = (file: string) => path.join(modules ?? "", file);
  const tools = bin(".bin");

  test("husky: lines in its files call our hooks with input, and its next prepare changes nothing", async () => {
    const s = await scratch();
    await s.write("package.json", '{ "devDependencies": { "husky": "^9.0.0" } }\n');
    const prepare = () => node(s, bin("husky/bin.js"));
    expect((await prepare()).code).toBe(0);
    await s.write(".husky/pre-push", 'echo "theirs $(cat)" >>"$SPY_LOG"\n');
    const files = await linesFor(s, "husky");
    expect(files.map((each) => each.file)).toContain(".husky/prepare-commit-msg");
    for (const { file, text } of files)
      await s.write(file, `${text}\n${s.exists(file) ? await s.read(file) : ""}`);
    expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
    await prepare();
    expect(await s.json("hooks")).toMatchObject({ installed: true });
    await expectRecorded(s, SOME_WAYS);
    await s.git("switch", "--quiet", "main");
    await spyOnOurs(s);
    const spied = await work(s);
    expectAllOfOurs(spied);
    expect(spied).toMatch(/^theirs refs\/heads\/main [0-9a-f]{40}/m);
    expect(await s.ok("hooks", "uninstall")).toMatch(
      /- \.husky\/pre-push: its line for session does nothing now\n[\s\S]*The hooks are off\.\n$/,
    );
    await s.git("commit", "--quiet", "--allow-empty", "-m", "the lines do nothing now");
  });

  test("husky installed after our hooks: doctor notices it, and uninstall removes our leftovers", async () => {
    const s = await scratch();
    const before = await manifest(s, ".git/hooks");
    await s.ok("hooks", "install");
    await s.write("package.json", '{ "devDependencies": { "husky": "^9.0.0" } }\n');
    await node(s, bin("husky/bin.js"));
    const check = (await s.json("doctor")).find((each: { name: string }) => each.name === "hooks");
    expect(check.says).toMatch(/managed by husky, and prepare-commit-msg, .* do not call session/);
    await s.ok("hooks", "uninstall");
    expect(await manifest(s, ".git/hooks")).toBe(before);
    expect(await s.git("config", "core.hooksPath")).toBe(".husky/_");
  });

  test("lefthook: lines in lefthook-local.yml call our hooks with arguments and input", async () => {
    const s = await scratch();
    const commands =
      '  commands:\n    theirs:\n      run: echo theirs {0} >>"$SPY_LOG"; cat >>"$SPY_LOG"\n      use_stdin: true\n';
    await s.write("lefthook.yml", `prepare-commit-msg:\n${commands}pre-push:\n${commands}`);
    const lefthook = (...args: string[]) => s.run(bin(".bin/lefthook"), args);
    expect((await lefthook("install")).code).toBe(0);
    const [lines] = await linesFor(s, "lefthook");
    expect(lines?.file).toBe("lefthook-local.yml");
    await s.write("lefthook-local.yml", `${lines?.text}\n`);
    expect((await lefthook("install")).code).toBe(0);
    expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
    await expectRecorded(s, SOME_WAYS, tools);
    await s.git("switch", "--quiet", "main");
    await spyOnOurs(s);
    const spied = await work(s, tools);
    expectAllOfOurs(spied);
    expect(spied).toMatch(/^theirs \S*COMMIT_EDITMSG message$/m);
  }, 180_000);

  test("lefthook installed after our hooks: nothing is installed twice, and uninstall leaves only lefthook's", async () => {
    const s = await scratch();
    await writeScript(s, ".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
    await s.ok("hooks", "install");
    await s.write("lefthook.yml", "pre-push:\n  commands:\n    theirs:\n      run: 'true'\n");
    expect((await s.run(bin(".bin/lefthook"), ["install"])).code).toBe(0);
    expect(s.exists(".git/hooks/pre-push.old")).toBe(true);
    await linesFor(s, "lefthook");
    await linesFor(s, "lefthook");
    await s.ok("hooks", "uninstall");
    // As lefthook would have left it without us: its own hook, and the user's as .old.
    expect(await s.read(".git/hooks/pre-push")).toContain("call_lefthook");
    expect(await s.read(".git/hooks/pre-push.old")).toBe("#!/bin/sh\n# mine\n");
    const left = (
      await s.run("sh", ["-c", "grep -l git-session -r .git/hooks; ls .git/hooks | grep before-session"])
    ).stdout;
    expect(left).toBe("");
  });

  test("simple-git-hooks: lines in package.json or its settings file call our hooks", async () => {
    for (const file of ["package.json", ".simple-git-hooks.json"]) {
      const s = await scratch();
      const settings = { "pre-commit": 'echo theirs >>"$SPY_LOG"' };
      const put = (value: object) =>
        s.write(file, JSON.stringify(file === "package.json" ? { "simple-git-hooks": value } : value));
      if (file !== "package.json") await s.write("package.json", "{}");
      await put(settings);
      const set = () => node(s, bin("simple-git-hooks/cli.js"));
      await s.ok("init", "--yes", "--no-hooks");
      expect((await set()).code).toBe(0);
      const [lines] = await linesFor(s, "simple-git-hooks");
      expect(lines?.file).toContain(file);
      await put({ ...settings, ...JSON.parse(`{${lines?.text}}`) });
      expect((await set()).code).toBe(0);
      expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
      if (file === "package.json") {
        await expectRecorded(s, SOME_WAYS);
        await s.git("switch", "--quiet", "main");
      }
      await spyOnOurs(s);
      const spied = await work(s);
      expectAllOfOurs(spied);
      expect(spied).toContain("theirs\n");
    }
  });

  test("simple-git-hooks with preserveUnused leaves our hooks in place", async () => {
    const s = await scratch();
    await s.write(
      "package.json",
      JSON.stringify({ "simple-git-hooks": { "pre-commit": "true", preserveUnused: true } }),
    );
    expect(await s.json("hooks", "install")).toMatchObject({ how: "files", installed: true });
    await node(s, bin("simple-git-hooks/cli.js"));
    expect(s.exists(".git/hooks/pre-commit")).toBe(true);
    expect(await s.json("hooks")).toMatchObject({ how: "files", installed: true });
  });

  // Each of its hooks starts npx.
  test("husky 4: lines in package.json call our hooks with arguments and input", async () => {
    const s = await scratch();
    const settings = { "pre-commit": 'echo theirs >>"$SPY_LOG"' };
    const put = (hooks: object) =>
      s.write(
        "package.json",
        JSON.stringify({ name: "x", devDependencies: { husky: "^4.0.0" }, husky: { hooks } }),
      );
    await put(settings);
    await s.write(".git/info/exclude", "node_modules\n");
    await s.write("node_modules/.keep", "");
    await s.run("mkdir", ["-p", "node_modules/.bin"]);
    await symlink(bin("husky4"), path.join(s.root, "node_modules/husky"));
    await symlink("../husky/bin/run.js", path.join(s.root, "node_modules/.bin/husky-run"));
    const installed = await s.run(process.execPath, [bin("husky4/husky.js"), "install"], {
      env: { INIT_CWD: s.root, npm_config_user_agent: "npm/10.0.0 node/v20.0.0" },
    });
    expect(installed.stdout).toContain("Done");
    const [lines] = await linesFor(s, "husky 4");
    await put({ ...settings, ...JSON.parse(`{${lines?.text}}`) });
    expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
    await spyOnOurs(s);
    await chmod(path.join(s.root, ".git/hooks/pre-push"), 0o755);
    const spied = await work(s);
    expectAllOfOurs(spied);
    expect(spied).toContain("theirs\n");
  }, 180_000);
});
