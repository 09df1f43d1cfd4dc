import { chmod } from "node:fs/promises";
import { expect } from "vitest";
import { ALL, SEED } from "./sampling.ts";
import type { Scratch } from "./scratch.ts";

/** Returns names, kinds, modes, link targets and digests of everything below some folders, or "absent". */
export async function manifest(s: Scratch, ...folders: string[]): Promise<string> {
  const each = folders.map((folder) => s.run("sh", ["-c", MANIFEST, "sh", folder]));
  return (await Promise.all(each)).map((ran) => ran.stdout).join("---\n");
}

const MANIFEST = `[ -e "$1" ] || [ -L "$1" ] || { echo absent; exit; }
find "$1" -printf '%p %y %m %l\\n' | sort
find "$1" -type f -exec sha256sum {} + | sort`;

/** Writes an executable file. */
export async function writeScript(s: Scratch, file: string, text: string, mode = 0o755): Promise<void> {
  await s.write(file, text);
  await chmod(`${s.root}/${file}`, mode);
}

/** Returns a hook that writes down its arguments, input, git variables and folder. */
export const spyHook = (name: string, code = 0): string => `#!/bin/sh
{
  echo "== ${name} $# $PWD"
  for each; do echo "arg [$each]"; done
  env | grep '^GIT_' | LC_ALL=C sort
  sed 's/^/input /'
} >>"$SPY_LOG"
exit ${code}
`;

/** Every hook that git runs in a repository, or when it receives a push. */
export const ALL_HOOKS = [
  ...["applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit"],
  ...["prepare-commit-msg", "commit-msg", "post-commit", "pre-rebase", "post-checkout", "post-merge"],
  ...["pre-push", "pre-receive", "update", "proc-receive", "post-receive", "post-update"],
  ...["reference-transaction", "push-to-checkout", "pre-auto-gc", "post-rewrite", "sendemail-validate"],
  ...["fsmonitor-watchman", "post-index-change", "p4-changelist", "p4-pre-submit"],
];

/** Git commands that run nearly all hooks, and print the exit code of each. */
export const WORK = `
git commit -q --allow-empty -m one; echo "commit $?"
git commit -q --amend --allow-empty -m "one more"; echo "amend $?"
GIT_EDITOR='sh -c "echo edited >\\"\\$1\\"" -' git commit -q --allow-empty; echo "editor $?"
git commit -q --no-verify --allow-empty -m quick; echo "no-verify $?"
git switch -q -c side; echo "switch $?"
echo s >side.txt; git add side.txt; git commit -q -m side; echo "side $?"
echo t >>side.txt; git commit -q -m "a part" side.txt; echo "part $?"
git switch -q main; git merge -q --no-ff -m merged side; echo "merge $?"
git switch -q -c third HEAD~1; echo u >third.txt; git add third.txt; git commit -q -m third; echo "third $?"
git rebase -q main; echo "rebase $?"
git switch -q main; git merge -q --ff-only third; echo "ff $?"
git cherry-pick side >/dev/null 2>&1; echo "pick $?"; git cherry-pick --abort 2>/dev/null
git revert --no-edit HEAD >/dev/null; echo "revert $?"
git format-patch -q -1 -o ../patches side~1; git switch -q --detach side~2; git am -q ../patches/*; echo "am $?"
git switch -q main; git checkout -q -- .; git stash -q; echo "stash $?"
git push -q ../bare main side; echo "push $?"
git push -q ../bare main; echo "again $?"
git push -q ../bare :side; echo "delete $?"
git worktree add -q ../linked side; echo "worktree $?"
git -C ../linked commit -q --allow-empty -m linked; echo "linked $?"
git log --all --format='%H %s'
`;

/** Ways to make or rewrite a commit, each with a pending decision. */
const WAYS = [
  'git commit -q -m "with words"',
  "git commit -q",
  "git commit -q --no-verify -m quick",
  "git commit -q -m part turn.txt",
  "git commit -q -m first; git commit -q --amend -m reworded",
  "git commit -q -m first; git commit -q --amend --no-edit; git commit -q --amend",
  "echo words >../words; git commit -q -F ../words; git commit -q --amend -F ../words",
  "git log -1 --format=%B HEAD~2 >../stamped; git commit -q -F ../stamped",
  "git commit -q -C HEAD~1",
  "git commit -q -c HEAD",
  "git commit -q -m first; git log -1 --format=%B >../own; git reset -q --soft HEAD^; git commit -q -F ../own",
  "git commit -q -m first; git reset -q --soft HEAD^; git commit -q -m again",
  "git commit -q --fixup=HEAD; GIT_SEQUENCE_EDITOR=: git rebase -q -i --autosquash HEAD~3; echo after >>turn.txt; git commit -q -a -m after",
  "git commit -q -m first; GIT_SEQUENCE_EDITOR='sed -i s/^pick/reword/' git rebase -q -i HEAD~2",
];

/** A random third of the ways, for slow hook managers. */
export const SOME_WAYS = ALL ? WAYS : WAYS.filter((_, at) => at % 3 === SEED % 3);

/**
 * Commits in a session in these ways, and expects every commit to carry the session once and every decision to be in one commit.
 * `tools` goes before PATH.
 */
export async function expectRecorded(s: Scratch, ways: readonly string[] = WAYS, tools = ""): Promise<void> {
  const env = {
    SPY_LOG: "/dev/null",
    PATH: `${tools}:${s.env.PATH}`,
    GIT_EDITOR: `sh -c 'printf "typed\\n" | cat - "$1" >"$1.new" && mv "$1.new" "$1"' --`,
  };
  await s.ok("start", "recorded", "-o", "One");
  for (const [at, way] of ways.entries()) {
    await s.ok("decisions", "add", `Decided ${at}.`);
    await s.write("turn.txt", `${at}\n`);
    await s.git("add", "turn.txt");
    const ran = await s.run("sh", ["-ec", way], { env });
    expect(ran.code, way + ran.stderr).toBe(0);
    const ids = await s.git("log", "--format=%(trailers:key=Session-Id,valueonly,separator=%x20)", "main..");
    for (const id of ids.split("\n")) expect(id, way).toMatch(/^\w{12}$/);
    const log = await s.git("log", "--format=%B", "main..");
    for (const [n, each] of ways.slice(0, at + 1).entries())
      expect(log.split(`Decided ${n}.`), `${each}, after ${way}`).toHaveLength(2);
  }
  expect(await s.json("status")).toMatchObject({ pending: [] });
}
