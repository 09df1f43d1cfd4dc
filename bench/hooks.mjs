// One `git commit` with hooks of several kinds, beside the same commit without hooks. Hook managers come from npm.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pair, timed } from "./measure.mjs";
import { installed } from "./peers.mjs";
import { cli, environment, scratchFolder } from "./support.mjs";

export const title = "`git commit` with hooks, against the same without";

export async function* rows({ runs, skip }) {
  const base = scratchFolder();
  const env = environment(base);
  writeFileSync(env.GIT_CONFIG_GLOBAL, "[user]\n\tname = Bench\n\temail = bench@example.com\n");

  const run = (cwd, program, ...args) =>
    execFileSync(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const session = (cwd, ...args) => run(cwd, process.execPath, cli, ...args);

  /** A repository of its own for each kind, all alike. */
  function repository(name, prepare = () => {}) {
    const folder = path.join(base, name);
    run(base, "git", "init", "--quiet", "--initial-branch=main", folder);
    writeFileSync(path.join(folder, "README.md"), "bench\n");
    run(folder, "git", "add", "--all");
    run(folder, "git", "commit", "--quiet", "-m", "begin");
    prepare(folder);
    return folder;
  }

  function hook(folder, file, text) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
    chmodSync(path.join(folder, file), 0o755);
  }

  function inSession(folder) {
    session(folder, "start", "work", "-o", "One", "-o", "Two");
    session(folder, "hooks", "install");
  }

  const KINDS = [
    { name: "no hooks", folder: repository("plain") },
    { name: "in a session", budget: 1.6, folder: repository("session", inSession) },
    {
      name: "a decision pending",
      folder: repository("pending", inSession),
      before: (folder) => [process.execPath, cli, "-C", folder, "decisions", "add", "Decided", "--quiet"],
    },
    {
      name: "a branch without a session",
      budget: 1.2,
      folder: repository("outside", (folder) => {
        inSession(folder);
        run(folder, "git", "switch", "--quiet", "main");
      }),
    },
    {
      name: "a Node hook",
      folder: repository("node", (folder) =>
        hook(folder, ".git/hooks/prepare-commit-msg", `#!${process.execPath}\n`),
      ),
    },
  ];
  for (const name of ["husky", "lefthook"]) {
    const bin = installed(name, skip);
    if (bin) KINDS.push({ name: `${name}, a hook that does nothing`, folder: managed(name, bin) });
  }

  function managed(name, bin) {
    if (name === "husky")
      return repository(name, (folder) => {
        run(folder, process.execPath, bin);
        hook(folder, ".husky/prepare-commit-msg", ":\n");
      });
    return repository(name, (folder) => {
      const settings = "prepare-commit-msg:\n  commands:\n    nothing:\n      run: ':'\n";
      writeFileSync(path.join(folder, "lefthook.yml"), settings);
      run(folder, process.execPath, bin, "install");
    });
  }

  const commit = (folder) => () =>
    timed("git", ["commit", "--quiet", "--allow-empty", "-m", "x"], { cwd: folder, env });
  const [plain, ...others] = KINDS;
  try {
    for (const { name, folder, before, budget } of others) {
      const prepare = before && (() => run(base, ...before(folder)));
      yield await pair(name, commit(folder), commit(plain.folder), { runs, before: prepare, budget });
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}
