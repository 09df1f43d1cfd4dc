import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

/** Two checkpoints with labels, one decision each, and one that is pending. */
function parent(...options: string[]): Promise<Scratch> {
  return fixture(`fork ${JSON.stringify(options)}`, async (s) => {
    await initRepository(s);
    await s.ok(
      "start",
      "work",
      "-o",
      "One",
      "-o",
      "Two",
      "-o",
      "Three",
      "--tag",
      "kept",
      "--meta",
      "issue=42",
      ...options,
    );
    for (const [name, done] of [
      ["first", "1"],
      ["second", "2"],
    ] as const) {
      await s.write(`${name}.txt`, `${name}\n`);
      await s.ok(
        "checkpoint",
        "-A",
        "-m",
        `feat: ${name}`,
        "--label",
        name,
        "--complete",
        done,
        "--decision",
        `Decided ${name}`,
      );
    }
    await s.ok("decisions", "add", "Not committed");
  });
}

const objectives = async (s: Scratch) =>
  (await s.json("objectives")).map((each: { mark: string; text: string }) => `${each.mark} ${each.text}`);
const decisions = async (s: Scratch) =>
  (await s.json("decisions")).map(
    (each: { id: string; text: string; state: string }) => `${each.id} ${each.text}: ${each.state}`,
  );

test("a fork at HEAD copies open items and decisions, and leaves none pending that an earlier commit carries", async () => {
  const s = await parent();
  await s.ok("objectives", "start", "3");
  const { session } = await s.json("status");
  const head = await s.git("rev-parse", "HEAD");
  const forked = await s.json("fork", "@", "other-way");
  expect(forked).toMatchObject({ commit: head, parent: { id: session.id, branch: "work" } });
  expect(forked.session).toMatchObject({ parent: session.id, tags: ["kept"], meta: { issue: "42" } });
  expect(await s.git("branch", "--show-current")).toBe("other-way");
  expect(await objectives(s)).toEqual(["active Three"]);
  expect(await decisions(s)).toEqual([
    "dec-1 Decided first: committed",
    "dec-2 Decided second: committed",
    "dec-3 Not committed: pending",
  ]);
  await s.ok("decisions", "add", "Instead", "--supersedes", "1");
  await s.write("third.txt", "third\n");
  await s.ok("checkpoint", "-A", "-m", "feat: third");
  const trailers = await s.git("log", "-1", "--format=%(trailers:key=Decisions,valueonly)");
  expect(trailers).toContain("dec-3: Not committed");
  expect(trailers).toContain("dec-4: Instead");
  expect(trailers).toContain(`${session.id}/dec-1`);
  expect(trailers).not.toContain("Decided first");
  expect((await decisions(s)).every((each: string) => each.endsWith(": committed"))).toBe(true);
  const all = (await s.json("decisions", "list", "--all")).map((each: { text: string }) => each.text).sort();
  expect(all).toEqual(["Decided first", "Decided second", "Instead", "Not committed", "Not committed"]);
  // The parent stays as it is.
  await s.ok("switch", "work");
  expect(await objectives(s)).toEqual(["done One", "done Two", "active Three"]);
  expect(await decisions(s)).toContain("dec-3 Not committed: pending");
});

test("a fork at a label copies the record at that checkpoint, and no later item", async () => {
  const s = await parent();
  await s.ok("fork", "work", "--at", "first");
  expect(await s.git("branch", "--show-current")).toBe("work-2");
  expect(s.exists("second.txt")).toBe(false);
  expect(await objectives(s)).toEqual(["open Two", "open Three"]);
  expect(await decisions(s)).toEqual(["dec-1 Decided first: committed"]);
  await s.ok("decisions", "add", "Another");
  expect((await s.json("decisions")).at(-1).id).toBe("dec-4");
  await s.ok("fork", "work", "--at", await s.git("rev-parse", "--short", "work"), "--no-switch");
  expect(await s.git("branch", "--list", "--format=%(refname:short)")).toBe("main\nwork\nwork-2\nwork-3");
  expect(await s.git("branch", "--show-current")).toBe("work-2");
});

test("a fork of a fork keeps its ancestors, and list shows them", async () => {
  const s = await parent("--title", "A title");
  await s.ok("fork", "@", "second");
  await s.ok("fork", "@", "third", "--title", "The third");
  const known: { id: string; title: string; branch: string; parent?: string }[] = await s.json("list");
  const of = (branch: string) => known.find((each) => each.branch === branch);
  expect(of("second")).toMatchObject({ title: "A title (fork)", parent: of("work")?.id });
  expect(of("third")).toMatchObject({ title: "The third", parent: of("second")?.id });
  expect(await decisions(s)).toEqual([
    "dec-1 Decided first: committed",
    "dec-2 Decided second: committed",
    "dec-3 Not committed: pending",
  ]);
  expect((await s.json("decisions"))[0].session).toBe(of("work")?.id);
  await s.ok("note", "x");
  await s.write(".git/sessions/third/context.json", "{");
  expect((await s.json("list")).find((each: { branch: string }) => each.branch === "third")).toMatchObject({
    parent: of("second")?.id,
  });
});

test.each(["kept", "snapshot"])(
  "an ended session (%s) can be forked, also without its branch",
  async (where) => {
    const s = await parent();
    await s.ok("end");
    if (where === "snapshot") await s.run("rm", ["-rf", ".git/sessions/.kept"]);
    const [{ id }] = await s.json("list");
    await s.ok("fork", id, "again");
    expect(await objectives(s)).toEqual(["open Three"]);
    expect(await decisions(s)).toEqual([
      "dec-1 Decided first: committed",
      "dec-2 Decided second: committed",
      "dec-3 Not committed: pending",
    ]);
    await s.git("switch", "--quiet", "main");
    await s.git("branch", "--quiet", "-D", "work", "again");
    await s.ok("fork", id, "--at", "first");
    expect(await s.git("branch", "--show-current")).toBe("work-2");
    expect(s.exists("first.txt")).toBe(true);
    expect(s.exists("second.txt")).toBe(false);
  },
);

test("an invalid fork is refused and changes nothing", async () => {
  const s = await parent();
  const before = await s.fingerprint();
  for (const [args, code, says] of [
    [["wrok"], 3, "did you mean work?"],
    [["@", "work"], 1, "the branch work already exists"],
    [["@", "main"], 1, "the branch main already exists"],
    [["@", "a..b"], 2, "not a valid branch name"],
    [["@", "--at", "frist"], 1, "did you mean first?"],
    [["@", "--at", "main~5"], 1, "session log"],
    [["@", "--title", "x".repeat(300)], 2, "at most 256"],
    [["@", "--at", "--all"], 1, "is neither a commit nor a label"],
  ] as const) {
    const ran = await s.session("fork", ...args);
    expect([args, ran.code, ran.stderr]).toEqual([args, code, expect.stringContaining(says)]);
    expect(await s.fingerprint()).toBe(before);
  }
  await s.git("commit", "--quiet", "--allow-empty", "-m", "elsewhere");
  await s.git("tag", "elsewhere");
  await s.git("reset", "--quiet", "--hard", "HEAD~1");
  const foreign = await s.session("fork", "@", "--at", "elsewhere");
  expect([foreign.code, foreign.stderr]).toEqual([
    1,
    expect.stringContaining("is neither a commit nor a label of Work"),
  ]);
});

test("a fork into its own worktree leaves this worktree and its unfinished work alone", async () => {
  const s = await parent();
  await s.write("first.txt", "unfinished\n");
  const forked = await s.json("fork", "@", "beside", "--at", "first", "--worktree");
  const status = await s.json("-C", forked.worktree, "status");
  expect(status.session.id).toBe(forked.session.id);
  expect(await s.git("-C", forked.worktree, "branch", "--show-current")).toBe("beside");
  expect(forked.session).toMatchObject({ parent: forked.parent.id, tags: ["kept"] });
  expect(await s.git("-C", forked.worktree, "rev-parse", "HEAD")).toBe(forked.commit);
  expect(await s.git("branch", "--show-current")).toBe("work");
  expect(await s.read("first.txt")).toBe("unfinished\n");
  expect(await s.session("fork", "@", "third", "--worktree", "--no-switch")).toMatchObject({ code: 2 });
});
