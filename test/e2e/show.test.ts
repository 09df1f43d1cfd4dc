import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { daysAgo, fastSnapshots } from "../support/snapshots.ts";

async function work() {
  const s = await scratch({
    session: ["work", "-o", "First", "-o", "Second", "--tag", "api", "--meta", "ticket=P-1"],
  });
  for (const [at, name] of ["a", "b", "c"].entries()) {
    await s.write(`${name}.txt`, "1\n");
    const decision = at === 1 ? ["--decision", "Decided", "--rationale", "Good reasons"] : [];
    await s.ok("checkpoint", "-A", "-m", `feat: ${name}`, ...decision);
  }
  await s.ok("objectives", "complete", "1");
  await s.ok("blockers", "add", "Keys", "--link", "#42");
  await s.ok("note", "Mind the gap");
  await s.ok("decisions", "add", "Not yet committed");
  const { id } = JSON.parse(await s.read(".git/sessions/work/context.json"));
  return { ...s, id: id as string };
}

test("show prints the whole session on one page", async () => {
  const s = await work();
  const page = await s.json("show");
  expect(page).toMatchObject({
    session: { id: s.id, title: "Work", branch: "work", state: "active", where: "local", tags: ["api"] },
    metrics: { checkpoints: 3, objectives: { done: 1, total: 2 }, files: 3 },
    objectives: [
      { id: "obj-1", mark: "done" },
      { id: "obj-2", mark: "open" },
    ],
    blockers: [{ id: "blk-1", text: "Keys", link: "#42" }],
    decisions: [
      { id: "dec-1", commit: await s.git("rev-parse", "HEAD~1") },
      { id: "dec-2", commit: null },
    ],
    notes: [{ text: "Mind the gap" }],
    timeline: { skipped: 0, more: 0 },
    handoff: null,
  });
  expect(page.timeline.entries.map((each: { subject: string }) => each.subject)).toEqual([
    ...["feat: c", "feat: b", "feat: a"],
  ]);
  expect(page.files.map((each: { path: string }) => each.path).sort()).toEqual(["a.txt", "b.txt", "c.txt"]);
  const text = await s.ok("show", s.id.slice(0, 5));
  for (const part of [
    ...[`Work  work · ${s.id}`, "#api  ticket=P-1", "✓ obj-1 First", "blk-1 Keys (#42)"],
    ...["pending   dec-2  Not yet committed", "dec-1  Decided  Good reasons", "Mind the gap", "a.txt  +1 -0"],
  ])
    expect(text).toContain(part);
});

test("show pages through the timeline, and --summary omits it", async () => {
  const s = await work();
  const { timeline } = await s.json("show", "@", "--skip", "1", "--limit", "1");
  expect(timeline).toMatchObject({ skipped: 1, more: 1, entries: [{ subject: "feat: b" }] });
  const shown = await s.session("show", "@", "--skip", "1", "-n", "1");
  expect(shown.stdout).toContain("Timeline  1 skipped, 1 more\n");
  expect(shown.stderr).toContain(`hint: session show ${s.id} --skip 2`);
  expect((await s.json("show", "--skip", "9")).timeline).toEqual({ entries: [], skipped: 3, more: 0 });
  const summary = await s.ok("show", "--summary");
  expect(summary).toContain("3 checkpoints · 1 of 2 objectives done");
  expect(summary).not.toContain("Timeline");
  const { metrics, session, ...head } = await s.json("show", "--summary");
  expect(head).toEqual({
    ...{ id: session.id, title: session.title, provider: null, model: null },
    ...{ message_count: 0, file_count: metrics.files },
  });
  for (const wrong of [
    ["--skip", "-1"],
    ["--limit", "-1"],
    ["--limit", "0"],
    ["--format", "pdf"],
  ])
    expect((await s.session("show", ...wrong)).code, wrong.join(" ")).toBe(2);
});

test("show prints an ended session in its last state, with its handoff, even if its branch moved later", async () => {
  const s = await work();
  await s.ok("end", "--summary", "All of it is there");
  await new Promise((done) => setTimeout(done, 1100));
  await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: later");
  const page = await s.json("show", "work");
  expect(page.session).toMatchObject({ state: "ended", where: "kept", summary: "All of it is there" });
  const subjects = page.timeline.entries.map((each: { subject: string }) => each.subject);
  expect(subjects).not.toContain("chore: later");
  expect(subjects).toEqual(expect.arrayContaining(["feat: a", "feat: b", "feat: c"]));
  expect(page.handoff).toContain("All of it is there");
  const markdown = await s.ok("show", s.id, "--format", "markdown");
  expect(markdown).toMatch(/^# Work\n/);
  expect(markdown).toContain("- [x] obj-1: First");
  expect(markdown).toContain("  - Rationale: Good reasons");
  expect(markdown).toContain(page.handoff.trim().split("\n")[0]);
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "--quiet", "-D", "work");
  const gone = await s.json("show", s.id);
  expect(gone.session.gone).toBe(true);
  expect(gone.decisions).toHaveLength(2);
  expect(gone.metrics).toMatchObject({ files: 3, decisions: 2 });
});

test("show prints a session known only from its snapshot", async () => {
  const s = await scratch();
  await fastSnapshots(s, [
    {
      ...{ id: "aaaa00000000", title: "Old # work", created: daysAgo(9), ended: daysAgo(8) },
      files: { "objectives.md": "- [x] obj-1: # One\n", "handoff.md": "# Handoff: old\n\nIt is done.\n" },
    },
  ]);
  expect(await s.json("show", "aaaa")).toMatchObject({
    session: { where: "snapshot", gone: true },
    objectives: [{ text: "# One" }],
    timeline: { entries: [], more: 0 },
    handoff: "# Handoff: old\n\nIt is done.\n",
  });
  const shown = await s.session("show", "aaaa");
  expect(shown.stdout).toContain("Handoff\n  3 lines\n");
  expect(shown.stderr).toContain("hint: session show aaaa00000000 --format markdown\n");
});

test("show suggests the nearest names, and says how to start a session on a branch without one", async () => {
  const s = await work();
  const ran = await s.session("show", "wrok");
  expect([ran.code, ran.stderr]).toEqual([
    3,
    'error: there is no session "wrok"; did you mean work?\nhint: session list\n',
  ]);
  await s.git("switch", "--quiet", "main");
  expect((await s.session("show")).code).toBe(3);
});
