import { expect, test } from "vitest";
import { shellWord } from "../../src/text/shell.ts";
import { checkoutRepository, type Kill, runAndKill } from "../support/kill-checkout.ts";
import { repositoryState } from "../support/repository-state.ts";
import { LONG, sampledChanges, sampleEvery } from "../support/sampling.ts";
import type { Scratch } from "../support/scratch.ts";

const COMMANDS: readonly (readonly string[])[] = [
  ["switch", "other"],
  ["resume", "other"],
  ["start", "new", "--from", "main"],
  ["fork", "@", "feat-2", "--at", "HEAD~1"],
  ["fork", "other", "other-2", "--no-switch"],
  ["end", "--merge-to", "main"],
  ["end", "--merge-to", "main", "--squash"],
];

/** Everything that the user sees of the repository, without ids that differ by the time. */
async function seen(s: Scratch) {
  const { files } = await repositoryState(s);
  const [head, tree, status, branches, sessions, subjects] = await Promise.all([
    s.git("symbolic-ref", "HEAD"),
    s.git("rev-parse", "HEAD^{tree}"),
    s.git("status", "--porcelain", "--untracked-files=all"),
    s.git("branch", "--format=%(refname)"),
    s.json("list", "--all"),
    s.git("log", "--format=%s", "main"),
  ]);
  const known = sessions
    .map((each: { branch: string; state: string }) => `${each.branch} ${each.state}`)
    .sort();
  return { files, head, tree, status, branches, known, subjects: subjects.split("\n").sort() };
}

/** With unfinished work of the session that is left: it is put away first, and is never lost. */
const DIRTY: readonly (readonly string[])[] = [
  ["start", "new", "--from", "main"],
  ["fork", "other", "other-2"],
  ["switch", "other"],
];

const WHENS = ["smudge", "before", "after"] as const;

/** Merges where HEAD stays: into the branch that is checked out, and into one that no work tree has. */
const STAYING = [
  { on: "main", args: ["end", "feat", "--merge-to", "main"] },
  { on: "feat", args: ["end", "other", "--merge-to", "main", "--squash"] },
];

const CASES = [
  ...COMMANDS.map((args) => ({ what: args.join(" "), args, dirty: false, on: "feat" })),
  ...DIRTY.map((args) => ({
    what: `${args.join(" ")}, with unfinished work`,
    args,
    dirty: true,
    on: "feat",
  })),
  ...STAYING.map(({ on, args }) => ({ what: `${args.join(" ")}, on ${on}`, args, dirty: false, on })),
];

test.each(sampleEvery(CASES, 3))(
  "$what: after a kill at any step, status reports it and the same command finishes it",
  async ({ args, dirty, on }) => {
    const s = await checkoutRepository();
    await s.git("switch", "--quiet", on);
    if (dirty) {
      await s.write("work.txt", "half done\n");
      await s.write("own.txt", "mine\n");
    }
    await s.run("cp", ["-a", s.root, `${s.root}.kept`]);
    const before = await seen(s);
    await s.ok(...args);
    const after = await seen(s);
    expect(after).not.toEqual(before);
    /** False where the command ran through. */
    const check = async (kill: Kill) => {
      await s.run("sh", ["-c", `rm -rf '${s.root}'; cp -a '${s.root}.kept' '${s.root}'`], { cwd: "/" });
      if (!(await runAndKill(s, kill, args))) return false;
      const where = `killed ${kill.when} ${kill.at}`;
      if (s.exists(".git/session-move.json")) {
        const typed = ["session", ...args].map((each) => (each.startsWith("--") ? each : shellWord(each)));
        expect((await s.session("status")).stdout, where).toMatch(
          new RegExp(`was interrupted.*\n.*hint: ${typed.join(" ")}\n`),
        );
        // Another command settles it as well, and takes nothing of it for work.
        if (kill.at % 2 === 0 && !dirty) {
          const dry = kill.at % 4 === 0 ? ["--dry-run"] : [];
          const { code, stderr } = await s.session("checkpoint", "-m", "feat: no", ...dry);
          expect({ code, where, stderr }).toMatchObject({ code: expect.toBeOneOf([1, 3]) });
        }
      }
      const ran = await s.session(...args);
      expect(ran.stderr, where).not.toMatch(/unexpected:|work-interrupted/);
      // An end that got there has no session to end any more.
      if (args[0] !== "end") expect({ code: ran.code, stderr: ran.stderr, where }).toMatchObject({ code: 0 });
      expect(await seen(s), `${where}\n${ran.stderr}`).toEqual(after);
      const left = (await s.run("sh", ["-c", "ls -d .git/session-* .git/*.lock 2>/dev/null"])).stdout;
      expect(left, where).toBe("");
      if (dirty) {
        await s.ok("switch", "feat");
        expect([await s.read("work.txt"), await s.read("own.txt")], where).toEqual(["half done\n", "mine\n"]);
      }
      return true;
    };
    let found = 0;
    for (const when of WHENS)
      for (const at of new Set([1, ...sampledChanges(40, 20)])) {
        if (!(await check({ when, at }))) break;
        found++;
      }
    expect(found).toBeGreaterThan(0);
  },
  LONG,
);

test("start --worktree: after a kill at any step, the same command finishes it", async () => {
  const s = await checkoutRepository();
  const tree = s.at(`${s.root}-new`);
  const args = ["start", "new", "--from", "main", "--worktree"];
  await s.run("cp", ["-a", s.root, `${s.root}.kept`]);
  const check = async (kill: Kill) => {
    const reset = `rm -rf '${s.root}' '${tree.root}'; cp -a '${s.root}.kept' '${s.root}'`;
    await s.run("sh", ["-c", reset], { cwd: "/" });
    if (!(await runAndKill(s, kill, args))) return false;
    const { code, stderr } = await s.session(...args);
    expect({ code, stderr, kill }).toMatchObject({ code: 0 });
    expect(await tree.git("status", "--porcelain"), JSON.stringify(kill)).toBe("");
    expect(await tree.git("rev-parse", "new")).toBe(await s.git("rev-parse", "main"));
    expect((await tree.json("status")).session).toMatchObject({ branch: "new", baseBranch: "main" });
    expect(await s.git("status", "--porcelain")).toBe("");
    return true;
  };
  let found = 0;
  for (const when of WHENS)
    for (const at of new Set([1, ...sampledChanges(6, 3)])) {
      if (!(await check({ when, at }))) break;
      found++;
    }
  expect(found).toBeGreaterThan(2);
});
