import { existsSync } from "node:fs";
import { copyFile, readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { isInstalled } from "../support/hook-managers.ts";
import { ALL_HOOKS, manifest, spyHook, WORK, writeScript } from "../support/hooks.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const DATES = { GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z", GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z" };
const at = (s: Scratch, file: string) => path.join(s.root, file);

/** Does a day's work with git and gives what was printed and what the hooks wrote down, without the scratch's paths. */
async function work(s: Scratch, commands = WORK): Promise<{ printed: string; spied: string }> {
  await s.git("init", "--quiet", "--bare", "../bare");
  const log = path.join(s.home, "spy.log");
  const env = { ...DATES, SPY_LOG: log };
  const { stdout, stderr } = await s.run("sh", ["-c", commands], { env });
  const tidy = (text: string) =>
    text.replaceAll(path.dirname(s.root), "BASE").replace(/next-index-\d+/g, "next-index-N");
  const spied = tidy(await readFile(log, "utf8").catch(() => ""));
  // How often git rewrites its index depends on the second of a file's change.
  const calls = spied.split(/^(?=== )/m).filter((call) => !call.startsWith("== post-index-change "));
  return { printed: tidy(stdout + stderr), spied: calls.join("") };
}

/** A repository whose commits have the same ids in every run. */
async function fixed(): Promise<Scratch> {
  const s = await scratch({ commits: 0 });
  await s.write("README.md", "begin\n");
  await s.git("add", "--all");
  await s.run("git", ["commit", "--quiet", "-m", "begin"], { env: DATES });
  return s;
}

test("existing hooks of every name run as before: arguments, input, variables, folder, exit codes", async () => {
  const runs = [];
  for (const install of [false, true]) {
    const s = await fixed();
    for (const name of ALL_HOOKS) {
      // The names with a meaning of their own would stop what they are asked; these only watch.
      if (name === "push-to-checkout" || name === "proc-receive" || name === "fsmonitor-watchman") continue;
      await writeScript(s, `.git/hooks/${name}`, spyHook(name));
    }
    const before = await manifest(s, ".git/hooks", ".git/config");
    if (install) await s.ok("hooks", "install");
    runs.push(await work(s));
    if (install) {
      expect(await s.json("hooks")).toMatchObject({
        installed: true,
        hooks: Array(7).fill({ state: "installed" }),
      });
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

const programFile = (name: string) => [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync) ?? name;

/** One hook of each kind, by name of the hook that it is put in place of. */
const KINDS: Record<string, (s: Scratch, hook: string) => Promise<void>> = {
  sh: (s, hook) => writeScript(s, hook, spyHook("sh")),
  node: (s, hook) =>
    writeScript(
      s,
      hook,
      `#!${process.execPath}\nconst fs = require("fs");\nfs.appendFileSync(process.env.SPY_LOG, JSON.stringify([process.argv.slice(2), process.cwd(), fs.readFileSync(0, "utf8"), __dirname]) + "\\n");\n`,
    ),
  python: (s, hook) =>
    writeScript(
      s,
      hook,
      '#!/usr/bin/env python3\nimport os, sys\nopen(os.environ["SPY_LOG"], "a").write(repr([sys.argv[1:], os.getcwd(), sys.stdin.read(), os.path.dirname(__file__)]) + "\\n")\n',
    ),
  "a program": (s, hook) => copyFile(programFile("true"), at(s, hook)),
  "a program that fails": (s, hook) => copyFile(programFile("false"), at(s, hook)),
  "a link to a tracked file": async (s, hook) => {
    await writeScript(s, "tools/hook", spyHook("linked"));
    await symlink("../../tools/hook", at(s, hook));
  },
  "a link that leads nowhere": (s, hook) => symlink("../../nowhere", at(s, hook)),
  "not executable": (s, hook) => writeScript(s, hook, spyHook("never"), 0o644),
  "a CRLF interpreter line": (s, hook) => writeScript(s, hook, "#!/bin/sh\r\nexit 0\r\n"),
  "no interpreter line": (s, hook) => writeScript(s, hook, 'echo bare "$@" >>"$SPY_LOG"\n'),
  "a library beside it": async (s, hook) => {
    await writeScript(s, ".git/hooks/lib.sh", 'say() { echo "lib $*" >>"$SPY_LOG"; }\n', 0o644);
    await writeScript(s, hook, '#!/bin/sh\n. "$(dirname "$0")/lib.sh"\nsay "$@"\n');
  },
  "one that fails": (s, hook) => writeScript(s, hook, spyHook("fails", 3)),
};

const SHORT = `
git commit -q --allow-empty -m one >/dev/null 2>&1; echo "commit $?"
git switch -q -c side >/dev/null 2>&1; echo "switch $?"
git push -q ../bare HEAD:main >/dev/null 2>&1; echo "push $?"
git log --format='%H %s'
`;

for (const [kind, put] of Object.entries(KINDS)) {
  test.skipIf(kind === "python" && !isInstalled("python3"))(
    `a hook that is ${kind} works as before, and is restored by uninstall`,
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
