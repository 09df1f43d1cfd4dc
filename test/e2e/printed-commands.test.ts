/** The commands that commands print at their end work when typed. */
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

/** A session with two checkpoints on a branch from main, with a remote that has main. */
async function worked(): Promise<Scratch> {
  const s = await scratch();
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", "../remote.git");
  await s.git("push", "--quiet", "--set-upstream", "origin", "main");
  await s.ok("start", "work", "-o", "One", "-o", "Two");
  for (const name of ["one", "two"]) {
    await s.write(`${name}.txt`, `${name}\n`);
    await s.write(`test/${name}.test.txt`, "");
    await s.ok("checkpoint", "-A", "-m", `feat: ${name}`);
  }
  return s;
}

/** Runs a printed line. */
const typed = (s: Scratch, line: string) =>
  s.run("sh", ["-ec", `session() { node "${process.cwd()}/dist/cli.js" "$@"; }; ${line}`]);

const after = (text: string, words: string) => {
  const line = text.split("\n").find((each) => each.includes(words)) ?? "";
  return line.slice(line.indexOf(words) + words.length);
};

test("the push and resume commands printed after a merge that deleted the branch work", async () => {
  const s = await worked();
  const tip = await s.git("rev-parse", "work");
  const ended = await s.session("end", "--merge-to", "main", "--squash", "--delete-branch");
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr).toMatch(
    /\nhint: git push origin main\nhint: session handoff \w+\nhint: session resume \w+\n$/,
  );
  expect((await typed(s, after(ended.stderr, "hint: git").replace(/^/, "git"))).code).toBe(0);
  expect(await s.git("rev-parse", "origin/main")).toBe(await s.git("rev-parse", "main"));
  const resumed = await typed(s, after(ended.stderr, "hint: session resume").replace(/^/, "session resume"));
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(resumed.stderr).toContain(`Recreated the branch work at ${tip.slice(0, 8)}.\n`);
  expect(await s.git("rev-parse", "HEAD")).toBe(tip);
  expect((await s.json("status")).session).toMatchObject({ branch: "work", state: "active" });
  // In a worktree of its own as well.
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "-D", "work");
  const linked = await s.session("start", "work", "--resume", "--worktree");
  expect(linked.stderr).toContain("Recreated the branch work at");
  expect(await s.git("rev-parse", "work")).toBe(tip);
});

test("no push is printed without a remote, and no resume if the commits are gone", async () => {
  const s = await worked();
  await s.git("remote", "remove", "origin");
  const ended = await s.session("end", "--merge-to", "main", "--squash", "--delete-branch");
  expect(ended.stderr).not.toContain("git push");
  await s.git("reflog", "expire", "--expire=now", "--all");
  await s.git("gc", "--quiet", "--prune=now");
  const gone = await s.session("resume", "work");
  expect(gone.code).toBe(1);
  expect(gone.stderr).toMatch(/the branch work is gone|no branch work/);
});

test.each([
  { how: [], command: /git reset --keep (\w{12})$/ },
  { how: ["--no-ff"], command: /git reset --keep (\w{12})$/ },
  { how: ["--squash"], command: /git reset --keep (\w{12})$/ },
])("undo on the target of a merge offers the session that was ended $how", async ({ how, command }) => {
  const s = await worked();
  const before = await s.git("rev-parse", "main");
  await s.ok("end", "--merge-to", "main", ...how);
  const refused = await s.session("undo");
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain(
    "there is no session on main; Work was ended and merged into it\nhint: session undo ",
  );
  const undone = await typed(s, after(refused.stderr, "hint: "));
  expect(undone.stdout).toContain("Undone in Work: ");
  expect(undone.stderr).toContain("is kept on main\n");
  const line = after(undone.stderr, "hint: ");
  expect(line).toMatch(command);
  await typed(s, line);
  expect(await s.git("rev-parse", "main")).toBe(before);
  expect((await typed(s, after(undone.stderr, "hint: session").replace(/^/, "session"))).code).toBe(0);
  expect((await s.json("status")).session).toMatchObject({ branch: "work", state: "active" });
});

test("undo of a pushed merge prints git revert, not reset", async () => {
  const s = await worked();
  await s.ok("end", "--merge-to", "main");
  await s.git("push", "--quiet");
  const { stderr } = await s.session("undo", "work");
  await typed(s, `${after(stderr, "hint: ").replace("revert", "revert --no-edit")}`);
  expect(await s.git("diff", "--stat", "main~4", "main")).toBe("");
  // Nothing was merged: nothing is to be taken back.
  await s.ok("resume", "work");
  await s.ok("end", "--merge-to", "main");
  expect((await s.session("undo", "work")).stderr).not.toContain("is kept");
});

test("on a terminal undo asks; Ctrl-C and no change nothing", async () => {
  const s = await worked();
  await s.ok("end", "--merge-to", "main");
  const until = "Undo the end of Work, which was merged here? [Y/n]";
  for (const [keys, code] of [
    ["stop", 130],
    ["n,enter", 1],
  ] as const) {
    expect(await runAtTerminal(s, { keys, until }, "undo")).toMatchObject({ code });
    expect((await s.json("list", "--all"))[0].state).toBe("ended");
  }
  const yes = await runAtTerminal(s, { keys: "enter", until }, "undo");
  expect(yes.stdout).toContain("Undone in Work: ");
  expect((await s.json("list"))[0].state).toBe("active");
});

test("undo of a checkpoint names the commit that stays and the git command to undo it", async () => {
  const s = await worked();
  const tip = await s.git("rev-parse", "HEAD");
  const parent = await s.git("rev-parse", "HEAD~1");
  const undone = await s.session("undo");
  expect(undone.stderr).toContain(`commit ${tip.slice(0, 8)} is kept\nhint: git reset --soft HEAD~1\n`);
  await typed(s, after(undone.stderr, "hint: "));
  expect(await s.git("rev-parse", "HEAD")).toBe(parent);
  expect(await s.git("diff", "--cached", "--name-only")).toContain("two.txt");
});
