/** Where a session starts, which session it builds on, and what happens to unfinished work. */
import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

/** On feature/x, whose session has two commits that main has not. */
const onFeature = () =>
  fixture("start-where", async (s) => {
    await initRepository(s);
    await s.ok("start", "feature/x", "-o", "OAuth", "-o", "Docs", "--meta", "issue=1");
    await s.write("oauth.txt", "one\n");
    await s.ok("checkpoint", "-A", "-m", "feat: oauth");
    await s.ok("decisions", "add", "Use PKCE");
    await s.ok("obj", "complete", "1");
    await s.write("more.txt", "two\n");
    await s.ok("checkpoint", "-A", "-m", "feat: more");
  });

const context = async (s: Scratch, branch: string) =>
  JSON.parse(await s.read(`.git/sessions/${branch}/context.json`));

test("start says from where the branch begins and what it builds on", async () => {
  const s = await onFeature();
  const feature = await context(s, "feature/x");
  const ran = await s.session("start", "hotfix", "-o", "Hot", "--meta", "issue=2");
  const [first, inherited] = ran.stderr.split("\n");
  expect(first).toMatch(
    /^Session Hotfix \(\w+\) started on the new branch hotfix, from feature\/x with 2 commits that are not in main\.$/,
  );
  expect(inherited).toBe("warning: inherited from feature/x: 1 objective, 0 blockers, 1 decision");
  expect(ran.stderr).toContain("\nhint: session start <branch> --from main\n");
  expect(await context(s, "hotfix")).toMatchObject({
    parent: feature.id,
    base: { branch: "feature/x", commit: await s.git("rev-parse", "feature/x") },
    meta: { issue: "2" },
  });
  expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual(["Hot", "Docs"]);
  expect(await s.ok("status")).toContain("\nstacked on feature/x: X, active\n");
  expect((await s.json("status")).parent).toEqual({
    ...{ id: feature.id, branch: "feature/x", title: "X", state: "active" },
  });
  await s.git("switch", "--quiet", "feature/x");
  expect((await s.json("brief")).children[0]).toMatchObject({ branch: "hotfix", state: "active" });
  // The branch's name gives the same result from another branch; the default branch's commits belong to no session.
  await s.git("switch", "--quiet", "main");
  const stacked = await s.session("start", "second", "--from", "feature/x");
  expect(stacked.stderr).toContain(", from feature/x with 2 commits that are not in main.\n");
  expect(stacked.stderr).not.toContain("hint:");
  expect(await context(s, "second")).toMatchObject({ parent: feature.id, base: { branch: "feature/x" } });
  await s.ok("start", "by-commit", "--from", await s.git("rev-parse", "feature/x"));
  expect(await context(s, "by-commit")).toMatchObject({ parent: feature.id });
  await s.git("switch", "--quiet", "feature/x");
  const fresh = await s.session("start", "clean", "--from", "main");
  expect(fresh.stderr).toMatch(/^Session Clean \(\w+\) started on the new branch clean, from main\.\n$/);
  expect((await context(s, "clean")).parent).toBeUndefined();
});

test("the parent's next commit carries a decision pending in the parent, once", async () => {
  const s = await onFeature();
  await s.ok("decisions", "add", "Waits");
  await s.ok("start", "stacked");
  const waiting = async () => {
    const all: { text: string }[] = await s.json("decisions", "list", "--all");
    return all.filter((each) => each.text === "Waits").length;
  };
  expect(await waiting()).toBe(1);
  expect((await s.json("status")).pending).toEqual([]);
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: stacked");
  expect(await s.git("log", "-1", "--format=%B")).not.toContain("Waits");
  await s.ok("switch", "feature/x");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: parent");
  expect(await s.git("log", "-1", "--format=%B")).toContain("Waits");
  expect(await waiting()).toBe(1);
});

test("the setting start.base is the default base", async () => {
  const s = await onFeature();
  await s.ok("config", "set", "--user", "start.base", "default");
  const ran = await s.session("start", "hotfix");
  expect(ran.stderr).toMatch(/^Session Hotfix \(\w+\) started on the new branch hotfix, from main\.\n/);
  expect(await s.git("rev-parse", "hotfix")).toBe(await s.git("rev-parse", "main"));
  expect(await context(s, "hotfix")).toMatchObject({ base: { branch: "main" } });
  await s.ok("switch", "feature/x");
  await s.ok("config", "set", "start.base", "current");
  await s.ok("config", "set", "--user", "start.base", "default");
  const here = await s.session("start", "other");
  expect(here.stderr).toContain("from feature/x with 2 commits");
  expect(here.stderr).not.toContain("hint:");
  const wrong = await s.session("config", "set", "start.base", "elsewhere");
  expect(wrong.stderr).toContain('start.base must be default or current, not "elsewhere"');
});

test("on a terminal start asks for the base, and the answer no begins at the default branch", async () => {
  const s = await onFeature();
  const until = "Begin at feature/x";
  const no = await runAtTerminal(s, { columns: 100, keys: "n,enter", until }, "start", "hotfix");
  expect(no.stdout).toContain(
    'Begin at feature/x, with 2 commits that are not in main? "No" begins at main. [Y/n]',
  );
  expect(no.code).toBe(0);
  expect(await s.git("rev-parse", "hotfix")).toBe(await s.git("rev-parse", "main"));
  await s.ok("switch", "feature/x");
  const before = await s.fingerprint();
  for (const key of ["stop", "end"])
    expect(await runAtTerminal(s, { keys: key, until }, "start", "other")).toMatchObject({ code: 130 });
  expect(await s.fingerprint()).toBe(before);
  const yes = await runAtTerminal(s, { keys: "enter", until }, "start", "other");
  expect(yes.stdout).toContain("started on the new branch other, from feature/x with 2 commits");
  expect(await s.git("rev-parse", "other")).toBe(await s.git("rev-parse", "feature/x"));
});

test("uncommitted work of a session without a commit stays with it if --from names another branch", async () => {
  const s = await scratch({ session: ["feature/x"] });
  await s.write("README.md", "half done\n");
  expect((await s.session("start", "hotfix", "--from", "main")).stderr).toContain(
    "Stashed the unfinished work of feature/x: README.md.",
  );
  expect(await s.git("status", "--porcelain")).toBe("");
  await s.ok("switch", "feature/x");
  expect(await s.read("README.md")).toBe("half done\n");
});

test("a session without a commit is not a target for a merge", async () => {
  const s = await scratch({ session: ["feature/x"] });
  expect(await s.ok("start", "hotfix")).toContain("session end --merge-to main`");
});

test("start stashes unfinished work with its session if the new one begins at another commit; --keep carries it over", async () => {
  const s = await onFeature();
  await s.write("oauth.txt", "half done\n");
  await s.write("notes.txt", "mine\n");
  const ran = await s.session("start", "hotfix", "--from", "main");
  expect(ran.code).toBe(0);
  expect(ran.stderr).toMatch(/\nStashed the unfinished work of feature\/x: oauth.txt, notes.txt\.\n$/);
  expect(await s.git("status", "--porcelain")).toBe("");
  await s.ok("switch", "feature/x");
  expect(await s.read("oauth.txt")).toBe("half done\n");
  // A new branch at the same commit takes it along, and says so.
  const along = await s.session("start", "next");
  expect(along.stderr).toContain(
    "Uncommitted changes were carried over from feature/x: oauth.txt, notes.txt.\n",
  );
  expect(await s.read("oauth.txt")).toBe("half done\n");
  await s.git("checkout", "--quiet", "oauth.txt");
  const kept = await s.session("start", "more", "--from", "main", "--keep");
  expect(kept.stderr).toMatch(/\nUncommitted changes were carried over from next: notes.txt\.\n$/);
  expect(await s.read("notes.txt")).toBe("mine\n");
  // A start that fails leaves it where it was.
  await s.ok("switch", "next");
  await s.write("oauth.txt", "again\n");
  await s.git("config", "core.hooksPath", "../hooks");
  await s.write(".git/refs/heads/taken.lock", "");
  const failed = await s.session("start", "taken", "--from", "main");
  expect(failed.code).not.toBe(0);
  expect(await s.read("oauth.txt")).toBe("again\n");
});

test("a title names the branch, and switch to an unknown name prints the start command", async () => {
  const s = await onFeature();
  await s.ok("start", "--title", "Fix: the crash on  start-up!", "--from", "main");
  expect(await s.git("branch", "--show-current")).toBe("fix-the-crash-on-start-up");
  expect((await s.json("status")).session.title).toBe("Fix: the crash on  start-up!");
  // A branch without a session gets the title.
  await s.git("switch", "--quiet", "-c", "mine", "main");
  await s.ok("start", "--title", "Own");
  expect((await s.json("status")).session).toMatchObject({ branch: "mine", title: "Own" });
  expect(await s.session("start", "--title", "!?")).toMatchObject({ code: 2 });
  const missing = await s.session("switch", "payments");
  expect(missing).toMatchObject({ code: 3 });
  expect(missing.stderr).toContain("\nhint: session start payments --from main\n");
});
