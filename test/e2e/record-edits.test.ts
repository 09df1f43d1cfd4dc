/** Changing what was recorded: decisions, blockers and notes by command, and all of a record as one text. */
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");

const decisions = async (s: Scratch) =>
  Object.fromEntries(
    (await s.json("decisions")).map(({ id, ...each }: { id: string; text: string }) => [id, each]),
  );

/** A session with three decisions, of which a commit carries the first two. */
async function decided(): Promise<Scratch> {
  const s = await scratch({ session: ["work"] });
  await s.ok("init");
  await s.ok("decisions", "add", "Use PKCE", "--rationale", "no secret on the client");
  await s.ok("decisions", "add", "Keep Redis");
  await s.write("a.txt", "a\n");
  await s.ok("checkpoint", "-A", "-m", "feat: one");
  await s.ok("decisions", "add", "Use a quue");
  return s;
}

test("editing a pending decision changes it, editing a carried one replaces it, and undo reverts each", async () => {
  const s = await decided();
  await s.ok("decisions", "edit", "3", "Use a queue", "--rationale", "bursts", "--alternatives", "polling");
  expect((await decisions(s))["dec-3"]).toMatchObject({
    ...{ text: "Use a queue", rationale: "bursts", alternatives: ["polling"], commit: null },
  });
  await s.ok("undo");
  expect((await decisions(s))["dec-3"]).toMatchObject({ text: "Use a quue", alternatives: [] });

  expect(await s.json("decisions", "edit", "dec-1", "--rationale", "public clients")).toMatchObject({
    ...{ id: "dec-4", text: "Use PKCE", rationale: "public clients", supersedes: "dec-1" },
  });
  expect((await decisions(s))["dec-1"]).toMatchObject({
    ...{ rationale: "no secret on the client", supersededBy: "dec-4" },
  });
  await s.ok("undo");
  expect((await decisions(s))["dec-1"]).not.toHaveProperty("supersededBy");
  expect((await s.session("decisions", "edit", "dec-1", " ")).stderr).toContain("needs some text");
});

test("withdrawn and superseded decisions are marked everywhere, and in no list of binding ones", async () => {
  const s = await decided();
  expect(await s.json("decisions", "withdraw", "2", "--reason", "Redis is gone")).toMatchObject({
    ...{ id: "dec-4", text: "Withdrawn: Keep Redis", rationale: "Redis is gone", withdraws: "dec-2" },
  });
  await s.ok("decisions", "supersede", "dec-1", "Use mTLS", "--rationale", "no browser");
  const marked = async (at: Scratch) => {
    const [all, listed, log, status, brief, handoff, why] = await Promise.all(
      [
        ["decisions", "list", "--all"],
        ["decisions"],
        ["log"],
        ["status"],
        ["brief"],
        ["handoff"],
        ["why", "a.txt"],
      ].map((each) => at.json(...each)),
    );
    const ends = (some: { id: string; supersededBy?: string; withdrawnBy?: string }[]) =>
      Object.fromEntries(
        some
          .map(({ id, supersededBy, withdrawnBy }) => [id, supersededBy ?? withdrawnBy])
          .filter(([, by]) => by !== undefined),
      );
    const both = { "dec-1": "dec-5", "dec-2": "dec-4" };
    expect(ends(all)).toEqual(both);
    expect(ends(listed)).toEqual(both);
    expect(ends(status.decisions)).toEqual(both);
    expect(ends(handoff.decisions)).toEqual(both);
    expect(ends(why.origins.flatMap((each: { decisions: [] }) => each.decisions))).toEqual(both);
    expect(
      ends([...log.pending, ...log.entries.flatMap((each: { decisions: [] }) => each.decisions)]),
    ).toEqual(both);
    expect(brief.decisions.map((each: { id: string }) => each.id)).toEqual(["dec-5", "dec-4", "dec-3"]);
  };
  await marked(s);
  expect(await s.ok("show")).toMatch(/dec-2.*Keep Redis {2}withdrawn by dec-4/);
  expect(await s.ok("show", "--format", "markdown")).toMatch(/dec-1.*Use PKCE.*, superseded by dec-5/);
  expect(await s.ok("decisions")).toContain("Keep Redis  (withdrawn by dec-4)");
  expect(await s.ok("decisions", "show", "2")).toMatch(/Withdrawn by: *dec-4/);
  expect(await s.ok("handoff")).toContain("Withdrawn by dec-4");
  expect(await s.ok("why", "a.txt")).toContain("withdrawn by dec-4");
  expect(await s.ok("search", "Redis")).toContain("Keep Redis  withdrawn by dec-4");
  await s.ok("search", "Redis", "--export", "../found.md");
  expect(await s.read("../found.md")).toContain("(withdrawn by dec-4)");
  for (const format of ["markdown", "html"])
    expect(await s.ok("export", "--format", format)).toMatch(/Keep Redis.*, withdrawn by dec-4/);
  expect((await s.json("pr")).decisions.map((each: { id: string }) => each.id)).not.toContain("dec-2");

  // Other clones know it from the trailers of the next commit.
  await s.write("b.txt", "b\n");
  await s.ok("checkpoint", "-A", "-m", "feat: two");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Decisions)")).toContain("Withdraws: dec-2");
  expect(await s.read(".session/decision-log.md")).toMatch(
    /\*\*Withdrawn: Keep Redis\*\*.*Withdraws dec-2\./,
  );
  await marked(s);
  await s.git("clone", "--quiet", ".", "../clone");
  const clone = s.at("../clone");
  await clone.git("switch", "--quiet", "work");
  await clone.ok("resume");
  await marked(clone);
});

test.each([
  ["withdraw", ["dec-2", "--reason", "gone"], "dec-2", "withdrawnBy"],
  ["supersede", ["dec-1", "Use mTLS"], "dec-1", "supersededBy"],
])("undo reverts %s, and the next checkpoint does not mention it", async (verb, words, ended, by) => {
  const s = await decided();
  const before = await decisions(s);
  await s.ok("decisions", verb, ...words);
  expect((await decisions(s))[ended]).toHaveProperty(by, "dec-4");
  await s.ok("undo");
  expect(await decisions(s)).toEqual(before);
  await s.write("b.txt", "b\n");
  await s.ok("checkpoint", "-A", "-m", "feat: two");
  const carried = await s.git("log", "-1", "--format=%(trailers:key=Decisions)");
  expect(carried).toContain("dec-3");
  expect(carried).not.toMatch(/dec-4|Withdraws|Supersedes/);
});

test("another session's decision is withdrawn by its full name", async () => {
  const s = await decided();
  const { id } = (await s.json("status")).session;
  await s.ok("end");
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--no-edit", "work");
  await s.ok("start", "later");
  expect(await s.json("decisions", "withdraw", `${id}/dec-1`)).toMatchObject({
    ...{ text: "Withdrawn: Use PKCE", withdraws: `${id}/dec-1` },
  });
  const all = await s.json("decisions", "list", "--all");
  const found = all.find((each: { text: string }) => each.text === "Use PKCE");
  expect(found.withdrawnBy).toMatch(/\/dec-\d$/);
  expect((await s.session("decisions", "withdraw", `${id}/dec-9`)).stderr).toContain("no decision");
});

test("withdrawing a withdrawal or a missing decision is refused", async () => {
  const s = await decided();
  await s.ok("decisions", "withdraw", "dec-2");
  expect((await s.session("decisions", "withdraw", "dec-2")).stderr).toContain(
    "dec-2 is already withdrawn by dec-4\n",
  );
  const twice = await s.session("decisions", "withdraw", "dec-4");
  expect(twice).toMatchObject({ code: 2 });
  expect(twice.stderr).toContain("session decisions add");
  expect((await s.session("decisions", "withdraw", "dec-7")).stderr).toContain("no decision dec-7");
});

test("blockers are edited, dropped and reopened in every form of the record", async () => {
  const s = await scratch({ session: ["keys"] });
  await s.ok("blockers", "add", "Waiting on kees", "--link", "#42");
  await s.ok("blockers", "add", "Slow CI");
  const list = () => s.json("blockers", "list");
  await s.ok("blockers", "edit", "1", "Waiting on keys");
  expect(await list()).toMatchObject([{ text: "Waiting on keys", link: "#42" }, { text: "Slow CI" }]);
  await s.ok("blockers", "edit", "1", "--link", "");
  expect((await list())[0]).not.toHaveProperty("link");
  await s.ok("undo");
  expect((await list())[0]).toMatchObject({ link: "#42" });

  await s.ok("blockers", "drop", "2", "--note", "not needed");
  expect((await list())[1]).toMatchObject({ resolved: true, dropped: true, note: "not needed" });
  expect(await s.read(".git/sessions/keys/blockers.md")).toContain("- [-] blk-2: Slow CI");
  await s.write("a.txt", "a\n");
  await s.ok("checkpoint", "-A", "-m", "feat: one");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Blockers)")).toContain("[-] blk-2: Slow CI");
  await s.git("clone", "--quiet", ".", "../clone");
  const clone = s.at("../clone");
  await clone.git("switch", "--quiet", "keys");
  await clone.ok("resume");
  expect((await clone.json("blockers"))[1]).toMatchObject({ resolved: true, dropped: true });

  await s.ok("blockers", "reopen", "2");
  expect((await list())[1]).toMatchObject({ resolved: false });
  expect((await list())[1]).not.toHaveProperty("dropped");
  expect((await list())[1]).not.toHaveProperty("note");
  await s.ok("undo");
  expect((await list())[1]).toMatchObject({ dropped: true, note: "not needed" });
  await s.ok("undo", "--redo");
  await s.ok("checkpoint", "--allow-empty", "-m", "feat: two");
  await clone.git("pull", "--quiet");
  await clone.ok("resume");
  expect((await clone.json("blockers"))[1]).toMatchObject({ resolved: false });
  expect((await clone.json("blockers"))[1]).not.toHaveProperty("note");

  await s.ok("start", "other", "--keep");
  await s.ok("blockers", "add", "No staging");
  const all = await s.json("blockers", "list", "--all");
  const open = all.map((each: { branch: string; blockers: { text: string }[] }) => [
    each.branch,
    each.blockers.map((one) => one.text),
  ]);
  expect(open).toEqual([
    ["other", expect.arrayContaining(["No staging"])],
    ["keys", ["Waiting on keys", "Slow CI"]],
  ]);
});

test("notes are shown, edited and removed by number, and a verb never becomes a note", async () => {
  const s = await scratch({ session: ["work"] });
  for (const text of ["one", "two", "three"]) await s.ok("note", text);
  const texts = async () => (await s.json("note", "list")).map((each: { text: string }) => each.text);
  expect(await s.ok("note", "show", "2")).toBe("two\n");
  await s.ok("note", "edit", "2", "deux");
  expect(await texts()).toEqual(["one", "deux", "three"]);
  await s.ok("note", "delete", "1", "3");
  expect(await texts()).toEqual(["deux"]);
  await s.ok("undo");
  await s.ok("undo");
  expect(await texts()).toEqual(["one", "two", "three"]);
  for (const [word, ...more] of [["show"], ["delete"], ["remove"], ["edit"], ["show", "9"]])
    expect((await s.session("note", word as string, ...more)).code).not.toBe(0);
  expect(await texts()).toEqual(["one", "two", "three"]);
});

/** Takes in the record's text, changed. */
async function edited(s: Scratch, text: string) {
  await s.write("../edit.md", text);
  return s.json("edit", "--file", "../edit.md");
}

const TEXT = `Title: Login, again

Objectives:
- [x] obj-1: Google
      with PKCE
- [>] a new one

Blockers:
- [x] blk-1: Keys
  Note: they came
- [ ] a new blocker
  Link: #7

Decisions:
- dec-1: Use PKCE always
  Rationale: safer
- and a new one

Notes:
- note-2: second, changed
`;

test("edit changes the whole record as one text, item by item, and one undo reverts it", async () => {
  const s = await scratch({ session: ["work"] });
  for (const text of ["Google", "GitHub"]) await s.ok("objectives", "add", text);
  await s.ok("blockers", "add", "Keys");
  await s.ok("decisions", "add", "Use PKCE");
  for (const text of ["first", "second"]) await s.ok("note", text);
  const before = await s.json("export");
  const { changes } = await edited(s, TEXT);
  expect(changes.map((each: { change: string }) => each.change)).toEqual([
    ...["title", "objective.edit", "objective.mark", "objective.add", "objective.mark", "objective.mark"],
    ...["blocker.resolve", "blocker.add", "decision.edit", "decision.add", "note.edit", "note.remove"],
  ]);
  const after = await s.json("export");
  expect(after.session ?? after.sessions?.[0] ?? after).toMatchObject({
    title: "Login, again",
    objectives: [
      { id: "obj-1", mark: "done", text: "Google\nwith PKCE" },
      { id: "obj-2", mark: "dropped", text: "GitHub" },
      { id: "obj-3", mark: "active", text: "a new one" },
    ],
    blockers: [
      { id: "blk-1", resolved: true, note: "they came" },
      { id: "blk-2", resolved: false, link: "#7", text: "a new blocker" },
    ],
    decisions: [
      { id: "dec-1", text: "Use PKCE always", rationale: "safer" },
      { id: "dec-2", text: "and a new one" },
    ],
    notes: [{ text: "second, changed" }],
  });
  await s.ok("undo");
  const undone = await s.json("export");
  for (const key of ["title", "decisions", "notes"])
    expect((undone.session ?? undone.sessions?.[0] ?? undone)[key]).toEqual(
      (before.session ?? before.sessions?.[0] ?? before)[key],
    );
  expect(await s.json("objectives")).toMatchObject([{ mark: "open" }, { mark: "open" }]);
});

test.each([
  ["an item without a box", "Objectives:\n- Google\n", "line 2: a box is missing"],
  ["an unknown id", "Objectives:\n- [ ] obj-9: Google\n", "line 2: there is no obj-9"],
  ["an id that is there twice", "Notes:\n- note-1: a\n- note-1: b\n", "line 3: note-1 occurs twice"],
  ["a line outside of an item", "Decisions:\nUse PKCE\n", "line 2: an item begins with"],
  ["a line before the first list", "hello\n", "line 1: it is above the first list"],
  ["an item without text", "Blockers:\n- [ ] blk-1:\n", "line 2: the item has no text"],
  ["too long a text", `Notes:\n- note-1: a\n- ${"x".repeat(5000)}\n`, "can have at most 4000 characters"],
])("edit refuses %s, changes nothing and keeps the text", async (_name, text, message) => {
  const s = await scratch({ session: ["work"] });
  await s.ok("note", "a");
  await s.write("../edit.md", text);
  const before = await s.json("export");
  const ran = await s.session("edit", "--file", "../edit.md");
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toContain(message);
  expect(ran.stderr).toContain("session edit --file");
  expect(await s.read("../edit.md")).toBe(text);
  expect({ ...(await s.json("export")), exported: 0 }).toEqual({ ...before, exported: 0 });
});

test("edit with an unchanged text changes nothing", async () => {
  const s = await scratch({ session: ["work"] });
  await s.ok("note", "a");
  await s.write("../edit.md", "# only comments\n\n");
  expect((await s.session("edit", "--file", "../edit.md")).stderr).toContain("Nothing was changed");
  expect(await s.json("note", "list")).toHaveLength(1);
  expect((await s.session("edit")).stderr).toContain("no terminal for an editor");
});

test.skipIf(process.platform !== "linux")(
  "the edited text is compared with the text that was opened",
  async () => {
    const s = await scratch({ session: ["work"] });
    await s.ok("objectives", "add", "Gogle");
    const run = (script: string) =>
      s
        .write("../home/editor", script)
        .then(() =>
          s.run("script", ["-qec", `${process.execPath} ${CLI} edit`, "/dev/null"], {
            env: { TERM: "xterm", VISUAL: `sh ${s.home}/editor` },
          }),
        );
    // Somebody else adds an objective and a note meanwhile: they stay.
    const meanwhile = `${process.execPath} ${CLI} objectives add Other\n${process.execPath} ${CLI} note Mine\n`;
    expect((await run(`${meanwhile}sed -i s/Gogle/Google/ "$1"\n`)).code).toBe(0);
    expect(await s.json("objectives")).toMatchObject([{ text: "Google" }, { text: "Other", mark: "open" }]);
    expect(await s.json("note", "list")).toHaveLength(1);

    const broken = await run('echo "no item" >> "$1"\n');
    expect(broken.code).toBe(1);
    const kept = /session edit --file (\S+edit\.md)/.exec(broken.stdout)?.[1] ?? "";
    expect(await s.read(kept)).toContain("no item");
    await s.write(kept, (await s.read(kept)).replace("no item", "- as a note"));
    await s.ok("edit", "--file", kept);
    expect(await s.json("note", "list")).toHaveLength(2);
    expect(s.exists(kept)).toBe(false);

    expect((await run("exit 3\n")).stdout).toContain("ended with 3");
    expect(s.exists(kept)).toBe(false);
  },
);
