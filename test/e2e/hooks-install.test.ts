import { existsSync } from "node:fs";
import { chmod, copyFile, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { ALL_HOOKS, manifest, script, spy, WORK } from "../support/hooks.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const STANDING = ["prepare-commit-msg", "post-checkout", "post-merge", "post-rewrite", "pre-push"];
const PASSING = ["commit-msg", "post-commit"];
const DATES = { GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z", GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z" };

const at = (s: Scratch, file: string) => path.join(s.root, file);
const ours = (name: string) => readFile(path.resolve("templates/hooks", name), "utf8");
const states = async (s: Scratch): Promise<Record<string, string>> => {
  const { hooks } = await s.json("hooks");
  return Object.fromEntries(hooks.map((each: { name: string; state: string }) => [each.name, each.state]));
};

/** Does a day's work with git and gives what was printed and what the hooks wrote down, without the scratch's paths. */
async function work(s: Scratch, commands = WORK): Promise<{ printed: string; spied: string }> {
  await s.git("init", "--quiet", "--bare", "../bare");
  const log = path.join(s.home, "spy.log");
  const env = { ...DATES, SPY_LOG: log };
  const { stdout, stderr } = await s.run("sh", ["-c", commands], { env });
  const tidy = (text: string) =>
    text.replaceAll(path.dirname(s.root), "BASE").replace(/next-index-\d+/g, "next-index-N");
  return { printed: tidy(stdout + stderr), spied: tidy(await readFile(log, "utf8").catch(() => "")) };
}

/** A repository whose commits have the same ids in every run. */
async function fixed(): Promise<Scratch> {
  const s = await scratch({ commits: 0 });
  await s.write("README.md", "begin\n");
  await s.git("add", "--all");
  await s.run("git", ["commit", "--quiet", "-m", "begin"], { env: DATES });
  return s;
}

test("hooks of every name run as before: arguments, input, variables, folder, exit codes", async () => {
  const runs = [];
  for (const install of [false, true]) {
    const s = await fixed();
    for (const name of ALL_HOOKS) {
      // The names with a meaning of their own would stop what they are asked; these only watch.
      if (name === "push-to-checkout" || name === "proc-receive" || name === "fsmonitor-watchman") continue;
      await script(s, `.git/hooks/${name}`, spy(name));
    }
    const before = await manifest(s, ".git/hooks", ".git/config");
    if (install) await s.ok("hooks", "install");
    runs.push(await work(s));
    if (install) {
      expect(Object.values(await states(s))).toEqual(Array(7).fill("installed"));
      await s.ok("hooks", "uninstall");
    }
    expect(await manifest(s, ".git/hooks", ".git/config")).toBe(before);
  }
  expect(runs[1]).toEqual(runs[0]);
  for (const name of [
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
    "pre-push",
  ])
    expect(runs[0]?.spied).toContain(`== ${name} `);
  expect(runs[0]?.spied).toMatch(
    /== post-rewrite 1 .*\narg \[rebase\]\n(GIT_.*\n)*input [0-9a-f]{40} [0-9a-f]{40}/,
  );
  expect(runs[0]?.spied).toMatch(/== pre-push 2 .*\n(arg .*\n)*(GIT_.*\n)*input refs\/heads\/main /);
});

const has = async (program: string) =>
  (await import("node:child_process")).spawnSync(program, ["--version"]).status === 0;

const programFile = (name: string) => [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync) ?? name;

/** One hook of each kind, by name of the hook that it is put in place of. */
const KINDS: Record<string, (s: Scratch, hook: string) => Promise<void>> = {
  sh: (s, hook) => script(s, hook, spy("sh")),
  node: (s, hook) =>
    script(
      s,
      hook,
      `#!${process.execPath}\nconst fs = require("fs");\nfs.appendFileSync(process.env.SPY_LOG, JSON.stringify([process.argv.slice(2), process.cwd(), fs.readFileSync(0, "utf8"), __dirname]) + "\\n");\n`,
    ),
  python: (s, hook) =>
    script(
      s,
      hook,
      '#!/usr/bin/env python3\nimport os, sys\nopen(os.environ["SPY_LOG"], "a").write(repr([sys.argv[1:], os.getcwd(), sys.stdin.read(), os.path.dirname(__file__)]) + "\\n")\n',
    ),
  "a program": (s, hook) => copyFile(programFile("true"), at(s, hook)),
  "a program that fails": (s, hook) => copyFile(programFile("false"), at(s, hook)),
  "a link to a tracked file": async (s, hook) => {
    await script(s, "tools/hook", spy("linked"));
    await symlink("../../tools/hook", at(s, hook));
  },
  "a link that leads nowhere": (s, hook) => symlink("../../nowhere", at(s, hook)),
  "not executable": (s, hook) => script(s, hook, spy("never"), 0o644),
  "a CRLF interpreter line": (s, hook) => script(s, hook, "#!/bin/sh\r\nexit 0\r\n"),
  "no interpreter line": (s, hook) => script(s, hook, 'echo bare "$@" >>"$SPY_LOG"\n'),
  "a library beside it": async (s, hook) => {
    await script(s, ".git/hooks/lib.sh", 'say() { echo "lib $*" >>"$SPY_LOG"; }\n', 0o644);
    await script(s, hook, '#!/bin/sh\n. "$(dirname "$0")/lib.sh"\nsay "$@"\n');
  },
  "one that fails": (s, hook) => script(s, hook, spy("fails", 3)),
};

const SHORT = `
git commit -q --allow-empty -m one >/dev/null 2>&1; echo "commit $?"
git switch -q -c side >/dev/null 2>&1; echo "switch $?"
git push -q ../bare HEAD:main >/dev/null 2>&1; echo "push $?"
git log --format='%H %s'
`;

for (const [kind, put] of Object.entries(KINDS)) {
  test.skipIf(kind === "python" && !(await has("python3")))(
    `a hook that is ${kind} does what it did, and comes back`,
    async () => {
      const runs = [];
      for (const install of [false, true]) {
        const s = await fixed();
        // git itself waits forever for the other side when it cannot start a pre-push hook.
        const names = ["prepare-commit-msg", "commit-msg", "post-checkout"];
        for (const name of kind.includes("CRLF") ? names : [...names, "pre-push"])
          await put(s, `.git/hooks/${name}`).catch((error) => {
            if (error.code !== "EEXIST") throw error;
          });
        const before = await manifest(s, ".git/hooks", "tools");
        if (install) await s.ok("hooks", "install");
        runs.push(await work(s, SHORT));
        if (install) await s.ok("hooks", "uninstall");
        expect(await manifest(s, ".git/hooks", "tools")).toBe(before);
      }
      expect(runs[1]).toEqual(runs[0]);
      if (kind.includes("fails")) expect(runs[0]?.printed).toContain("commit 1");
      if (kind === "not executable") expect(runs[0]?.spied).toBe("");
      if (/^(sh|node|python)$|library|tracked/.test(kind)) expect(runs[0]?.spied).toContain("COMMIT_EDITMSG");
    },
  );
}

test("install, and again, and uninstall: a folder that was not there is gone again", async () => {
  const s = await scratch();
  await rm(at(s, ".git/hooks"), { recursive: true });
  const before = await manifest(s, ".git/config", ".git/hooks", ".git/sessions");
  expect((await s.json("hooks")).installed).toBe(false);
  expect(await s.ok("hooks", "install", "--dry-run")).toContain("+ prepare-commit-msg");
  expect(await manifest(s, ".git/config", ".git/hooks", ".git/sessions")).toBe(before);
  const first = await s.json("hooks", "install");
  expect(first).toMatchObject({ how: "files", installed: true, folder: ".git/hooks" });
  const installed = await manifest(s, ".git");
  expect(await s.ok("hooks", "install", "--dry-run")).toContain("Nothing to do.");
  await s.ok("hooks", "install");
  expect(await manifest(s, ".git")).toBe(installed);
  for (const name of STANDING) expect(await s.read(`.git/hooks/${name}`)).toBe(await ours(name));
  for (const name of PASSING) expect(s.exists(`.git/hooks/${name}`)).toBe(false);
  for (const name of [...STANDING, ...PASSING]) {
    expect(await s.read(`.git/sessions/.hooks/${name}`)).toBe(await ours(name));
    expect((await stat(at(s, `.git/sessions/.hooks/${name}`))).mode & 0o777).toBe(0o755);
  }
  expect(await s.read(".git/sessions/.hooks/program")).toBe(`${process.execPath}\n${CLI}\n`);
  await s.ok("hooks", "uninstall");
  expect(await manifest(s, ".git/config", ".git/hooks", ".git/sessions")).toBe(before);
  expect(await s.ok("hooks", "uninstall")).toContain("No hook of session was installed.");
  expect(await manifest(s, ".git/config", ".git/hooks", ".git/sessions")).toBe(before);
});

test("each script has the head that tells whose it is and how it goes away", async () => {
  for (const name of [...STANDING, ...PASSING]) {
    const [first, second] = (await readFile(path.resolve("templates/hooks", name), "utf8")).split("\n");
    expect(first).toBe("#!/bin/sh");
    expect(second).toBe(
      `# git-session ${name}: https://www.npmjs.com/package/git-session (session hooks uninstall)`,
    );
  }
});

test("hooks that come for one commit are fine when they are there, and go with the rest", async () => {
  const s = await scratch();
  const before = await manifest(s, ".git/hooks");
  await s.ok("hooks", "install");
  for (const name of PASSING) await script(s, `.git/hooks/${name}`, await ours(name));
  expect(await states(s)).toMatchObject({ "commit-msg": "installed", "post-commit": "installed" });
  await s.ok("hooks", "uninstall");
  expect(await manifest(s, ".git/hooks")).toBe(before);
});

test("hooks of another version of ours are replaced", async () => {
  const s = await scratch();
  await s.ok("hooks", "install");
  const older = "#!/bin/sh\n# git-session pre-push: older\nexit 0\n";
  await script(s, ".git/hooks/pre-push", older);
  await script(s, ".git/sessions/.hooks/pre-push", older);
  expect(await states(s)).toMatchObject({ "pre-push": "outdated" });
  expect(await s.ok("hooks")).toContain("of another version");
  await s.ok("hooks", "install");
  expect(await s.read(".git/hooks/pre-push")).toBe(await ours("pre-push"));
});

test("an edit of ours stays, with what it calls, and uninstall says so", async () => {
  const s = await scratch();
  await script(s, ".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
  await s.ok("hooks", "install");
  const edited = (await s.read(".git/hooks/pre-push")).replace("exit 0", "echo mine\nexit 0");
  await s.write(".git/hooks/pre-push", edited);
  expect((await s.json("hooks", "install")).installed).toBe(true);
  expect(await s.read(".git/hooks/pre-push")).toBe(edited);
  const { stays } = await s.json("hooks", "uninstall");
  expect(stays).toEqual([
    "pre-push was edited and stays; it still calls pre-push.before-session. To go back: mv pre-push.before-session pre-push",
  ]);
  expect(await s.read(".git/hooks/pre-push")).toBe(edited);
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# mine\n");
  expect(s.exists(".git/hooks/post-merge")).toBe(false);
  await s.git("commit", "--quiet", "--allow-empty", "-m", "still works");
});

test("another tool put its hook over ours: it is called by ours again, and both come apart", async () => {
  const s = await scratch();
  await s.ok("hooks", "install");
  await script(s, ".git/hooks/pre-push", "#!/bin/sh\n# another tool\n");
  expect((await s.json("doctor")).find((each: { name: string }) => each.name === "hooks")).toMatchObject({
    state: "warning",
    says: "pre-push is gone",
    fix: "session hooks install",
  });
  await s.ok("hooks", "install");
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# another tool\n");
  const installed = await manifest(s, ".git/hooks");
  await s.ok("hooks", "install");
  expect(await manifest(s, ".git/hooks")).toBe(installed);
  // It comes a second time, over ours: neither of its two is lost.
  await script(s, ".git/hooks/pre-push", "#!/bin/sh\n# another tool, newer\n");
  const { hooks, installed: all } = await s.json("hooks", "install");
  expect(all).toBe(false);
  expect(hooks.find((each: { name: string }) => each.name === "pre-push").why).toContain(
    "keep what you need",
  );
  await s.ok("hooks", "uninstall");
  expect(await s.read(".git/hooks/pre-push")).toBe("#!/bin/sh\n# another tool, newer\n");
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# another tool\n");
});

test("a hook that looks at its own name is left, with the line that calls ours from it", async () => {
  const s = await scratch();
  await script(
    s,
    ".git/hooks/pre-push",
    '#!/bin/sh\ncase $(basename "$0") in pre-push) ;; *) exit 9 ;; esac\n',
  );
  const before = await s.read(".git/hooks/pre-push");
  const ran = await s.session("hooks", "install");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain("looks at its own name");
  expect(ran.stdout).toContain('/sessions/.hooks/pre-push"; [ ! -x "$f" ]');
  expect(await s.read(".git/hooks/pre-push")).toBe(before);
  const line = ran.stdout.split("\n").find((each) => each.startsWith("f="));
  await s.write(".git/hooks/pre-push", before.replace("\n", `\n${line}\n`));
  expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
});

test("the line for hooks of others gives input to both, and does nothing where session is not set up", async () => {
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
    await script(s, file, `#!/bin/sh -e\n${text}\necho "rest: $(cat)" >>"$SPY_LOG"\n`);
  await script(s, ".git/sessions/.hooks/pre-push", '#!/bin/sh\necho "ours: $* $(cat)" >>"$SPY_LOG"\n');
  const env = { SPY_LOG: path.join(s.home, "spy.log") };
  expect((await s.run("git", ["push", "--quiet", "../bare", "main"], { env })).code).toBe(0);
  const spied = await readFile(env.SPY_LOG, "utf8");
  const [, refs] = /ours: \.\.\/bare \.\.\/bare (refs.*)\n/.exec(spied) ?? [];
  expect(refs).toContain("refs/heads/main");
  expect(spied).toContain(`rest: ${refs}\n`);
  await script(s, ".git/sessions/.hooks/pre-push", "#!/bin/sh\nexit 7\n");
  expect((await s.run("git", ["push", "--quiet", "../bare", "main:x"], { env })).code).toBe(1);
  await s.ok("hooks", "uninstall");
  expect((await s.run("git", ["push", "--quiet", "../bare", "main:y"], { env })).code).toBe(0);
});

test("core.hooksPath that is this clone's own: ignored in the work tree, or below the common dir", async () => {
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

test("a folder that is shared is never written to; the answer is the exact lines", async () => {
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
    await script(s, `${folder}/pre-push`, "#!/bin/sh\nexit 0\n");
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
    expect((await s.ok("init", "--yes")).replaceAll("\n", " ")).toMatch(
      /Git hooks are not .*session hooks install/,
    );
    expect(await manifest(s, folder, ".git/hooks", ".git/config"), why).toBe(before);
    await s.ok("hooks", "uninstall");
    expect(await manifest(s, folder, ".git/hooks", ".git/config"), why).toBe(before);
  }
});

test("hooks that the user switched off stay off", async () => {
  for (const value of ["/dev/null", ""]) {
    const s = await scratch();
    await s.git("config", "--global", "core.hooksPath", value);
    const ran = await s.session("hooks", "install");
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stdout).toContain("hooks are switched off here. session leaves that as it is.");
    expect(s.exists(".git/hooks/pre-push")).toBe(false);
    expect((await s.json("doctor")).find((each: { name: string }) => each.name === "hooks").state).toBe("ok");
    await s.ok("init", "--yes");
    expect(s.exists(".git/hooks/pre-push")).toBe(false);
  }
});

test("two installations at once, and with the other way round, leave one good state", async () => {
  const s = await scratch();
  await script(s, ".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
  const before = await manifest(s, ".git/hooks");
  const ran = await Promise.all([1, 2, 3, 4].map(() => s.session("hooks", "install")));
  expect(ran.map((each) => each.code)).toEqual([0, 0, 0, 0]);
  expect(await s.read(".git/hooks/pre-push.before-session")).toBe("#!/bin/sh\n# mine\n");
  await s.ok("hooks", "uninstall");
  expect(await manifest(s, ".git/hooks")).toBe(before);
});

test("killed at any moment, the user's hook still stands, and the next installation completes", async () => {
  const fault = path.resolve("test/support/fault.cjs");
  for (let at = 1; ; at++) {
    const s = await scratch({ commits: 0 });
    await script(s, ".git/hooks/pre-push", "#!/bin/sh\n# mine\n");
    const before = await manifest(s, ".git/hooks");
    const ran = await s.run(process.execPath, ["--require", fault, CLI, "hooks", "install"], {
      env: { FAULT_AT: String(at), FAULT: "kill" },
    });
    const kept = await s
      .read(".git/hooks/pre-push.before-session")
      .catch(() => s.read(".git/hooks/pre-push"));
    expect(kept, `killed at ${at}`).toBe("#!/bin/sh\n# mine\n");
    expect(s.exists(".git/hooks/pre-push")).toBe(true);
    expect(await s.json("hooks", "install")).toMatchObject({ installed: true });
    await s.ok("hooks", "uninstall");
    expect(await manifest(s, ".git/hooks"), `killed at ${at}`).toBe(before);
    if (ran.code === 0) break;
  }
});

test("a linked worktree and a subfolder install into the clone's hooks folder, for all its worktrees", async () => {
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

test("core.hooksPath that leads nowhere in a linked worktree is said there", async () => {
  const s = await scratch();
  await s.git("config", "core.hooksPath", ".git/hooks");
  await s.git("worktree", "add", "--quiet", "--detach", "../tree");
  expect(await s.json("hooks", "install")).toMatchObject({ how: "files", installed: true });
  const { how, why } = await s.at("../tree").json("hooks");
  expect(how).toBe("lines");
  expect(why).toMatch(/which is no folder/);
});

test("a submodule and a sha256 repository", async () => {
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

test("a hostile global configuration changes nothing", async () => {
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

test("init installs hooks with --yes, says one line without it, and leaves them alone with --no-hooks", async () => {
  const asked = await scratch();
  expect(await asked.ok("init")).toContain("Git hooks are not installed. session hooks install tells more.");
  expect(asked.exists(".git/hooks/pre-push")).toBe(false);
  expect((await asked.json("init")).hooks).toEqual({ how: "files", installed: false });
  expect(asked.exists(".git/hooks/pre-push")).toBe(false);
  expect(await asked.ok("init", "--yes")).toContain("+ git hooks");
  expect(asked.exists(".git/hooks/pre-push")).toBe(true);
  expect(await asked.ok("init", "--yes")).toContain("Nothing to do");
  const without = await scratch();
  expect(await without.ok("init", "--yes", "--no-hooks")).not.toContain("hooks");
  expect(without.exists(".git/hooks/pre-push")).toBe(false);
  const json = await scratch();
  expect((await json.json("init", "--yes")).hooks).toEqual({ how: "files", installed: true });
});

test("doctor names what is missing, a program that moved, and what failed inside hooks", async () => {
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
    { name: "hooks", state: "warning", says: "post-merge is gone", fix: "session hooks install" },
    {
      ...{ name: "hooks", state: "problem", says: "hooks start /gone/dist/cli.js, which is gone" },
      fix: "session hooks install",
    },
    {
      ...{ name: "hooks", state: "warning", says: "4 failures inside hooks, the last: two; three; four" },
      fix: `when that is dealt with: rm ${at(s, ".git/sessions/.hooks/log")}`,
    },
  ]);
  expect((await s.session("doctor")).code).toBe(1);
  await s.ok("hooks", "install");
  await rm(at(s, ".git/sessions/.hooks/log"));
  expect(await hooks()).toEqual([{ name: "hooks", state: "ok", says: "installed" }]);
});

test("what stands in the place of a hook and is no file is left, and said", async () => {
  const s = await scratch();
  await s.write(".git/hooks/pre-push/file", "x");
  const { code, stdout } = await s.session("hooks", "install");
  expect(code).toBe(1);
  expect(stdout).toContain("pre-push is neither a file nor a link");
  expect(s.exists(".git/hooks/post-merge")).toBe(true);
  await chmod(at(s, ".git/hooks/pre-push"), 0o755);
  await s.ok("hooks", "uninstall");
  expect(await s.read(".git/hooks/pre-push/file")).toBe("x");
});
