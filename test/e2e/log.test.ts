import { expect, test } from "vitest";
import { commitIds, withThreeDecisions } from "../support/decision-commits.ts";
import { scratch } from "../support/scratch.ts";

test("log shows checkpoints newest first, each decision once, under its commit", async () => {
  const s = await withThreeDecisions();
  await s.write("plain.txt", "by hand\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: by hand");
  await s.write("one.txt", "labelled\n");
  await s.ok("checkpoint", "-m", "fix: one", "--label", "done");
  await s.ok("decisions", "add", "Still to come");
  const [one, two, last, plain, labelled] = await commitIds(s, "main..work");
  const log = await s.json("log");
  expect(log.session).toEqual({ id: s.id, title: "The work", branch: "work" });
  expect(log.pending).toEqual([{ id: "dec-4", text: "Still to come" }]);
  expect(log.more).toBe(0);
  expect(log.entries).toMatchObject([
    { kind: "checkpoint", commit: labelled, subject: "fix: one", label: "done", decisions: [] },
    { kind: "commit", commit: plain, subject: "chore: by hand", decisions: [] },
    { kind: "checkpoint", commit: last, decisions: [{ id: "dec-3", text: "Decision 3" }] },
    { kind: "checkpoint", commit: two, decisions: [{ id: "dec-2" }] },
    { kind: "checkpoint", commit: one, subject: "feat: one.txt", decisions: [{ id: "dec-1" }] },
  ]);
  for (const { at } of log.entries) expect(new Date(at).toISOString()).toBe(at);
  const lines = (await s.ok("log")).split("\n");
  expect(lines[0]).toBe(`The work  work · ${s.id}`);
  expect(lines[2]).toBe("pending   dec-4  Still to come");
  expect(lines[3]).toMatch(/^[0-9a-f]{8} {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}fix: one {2}\[done\]$/);
  expect(lines.at(-2)).toBe("          dec-1  Decision 1");
  await s.git("switch", "--quiet", "--detach");
  expect((await s.ok("log")).split("\n")[0]).toBe(`The work  ${s.id}`);
});

test("log --events shows recorded events between the commits", async () => {
  const s = await withThreeDecisions();
  await s.ok("note", "Mind the gap");
  await s.ok("objectives", "complete", "1");
  const { entries } = await s.json("log", "--events", "-n", "50");
  const types = entries.map((each: { kind: string; type?: string }) => each.type ?? each.kind);
  expect(types.slice(0, 2)).toEqual(["objective.completed", "note"]);
  expect(types.at(-1)).toBe("session.started");
  expect(types.filter((each: string) => each === "checkpoint")).toHaveLength(3);
  expect(await s.ok("log", "--events")).toMatch(/note Mind the gap/);
  expect((await s.json("log", "--events", "-n", "2")).entries).toHaveLength(2);
});

test("log shows ten entries by default, more with -n, and the number of the others", async () => {
  const s = await scratch({ session: ["work"] });
  for (let n = 0; n < 12; n++) await s.git("commit", "--quiet", "--allow-empty", "-m", `chore: ${n}`);
  const { stdout, stderr } = await s.session("log");
  expect(stdout.match(/chore: /g)).toHaveLength(10);
  expect(stderr).toBe("… 2 more\nhint: session log -n 50\n");
  expect((await s.session("log", "work", "--events", "-n", "11")).stderr).toBe(
    "… 2 more\nhint: session log work --events -n 55\n",
  );
  expect(await s.json("log", "-n", "3")).toMatchObject({ more: 9, entries: { length: 3 } });
  for (const wrong of ["0", "-1", "ten", "1.5"]) expect((await s.session("log", "-n", wrong)).code).toBe(2);
});

test("log works on a branch without a session, and reads no more commits than it shows", async () => {
  const s = await scratch({ commits: 12 });
  const log = await s.json("log");
  expect(log).toMatchObject({ session: null, branch: "main", pending: [], more: null });
  expect(log.entries).toHaveLength(10);
  expect(log.entries[0]).toMatchObject({ kind: "commit", subject: "commit 11" });
  const shown = await s.session("log");
  expect(shown.stdout).toMatch(/^main {2}no session\n\n[0-9a-f]{8}/);
  expect(shown.stderr).toBe("… more\nhint: session log -n 50\n");
  const ran = await s.run("node", [`${process.cwd()}/dist/cli.js`, "log"], {
    env: { GIT_TRACE2_EVENT: `${s.root}/../trace` },
  });
  expect(ran.code).toBe(0);
  const logs = (await s.read("../trace"))
    .split("\n")
    .filter((line) => line.includes('"start"') && line.includes('"log"'));
  // The other one looks for a session in the newest commits.
  expect(logs).toHaveLength(2);
  expect(logs.filter((each) => each.includes("--max-count=11"))).toHaveLength(1);
  expect(logs.filter((each) => each.includes("--max-count=200"))).toHaveLength(1);
  await s.git("switch", "--quiet", "-c", "feature");
  expect((await s.json("log")).entries).toHaveLength(10);
  await s.git("commit", "--quiet", "--allow-empty", "-m", "feat: its own");
  expect((await s.json("log")).entries).toMatchObject([{ subject: "feat: its own" }]);
});

test("log shows an ended session, from its folder or from its snapshot alone", async () => {
  const s = await withThreeDecisions();
  await s.ok("end", "--merge-to", "main", "--no-ff", "--delete-branch");
  const merged = await commitIds(s, "main^1..main^2");
  const of = async () => {
    const { entries } = await s.json("log", s.id, "--events");
    return entries
      .filter((each: { commit: string | null }) => each.commit !== null)
      .map((each: { commit: string }) => each.commit);
  };
  expect(await of()).toEqual([...merged].reverse());
  await s.run("rm", ["-rf", ".git/sessions"]);
  expect(await of()).toEqual([...merged].reverse());
  expect((await s.json("log", s.id)).session).toMatchObject({ id: s.id, branch: "work" });
});

test("log explains an unborn branch and an unknown session", async () => {
  const s = await scratch({ commits: 0 });
  expect(await s.ok("log")).toBe("main  no session\n\nNo entries yet.\n");
  const ran = await s.session("log", "nobody");
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining('there is no session "nobody"')]);
});

test("log prints each text of commits and users within its line", async () => {
  const s = await scratch({ session: ["work"] });
  await s.ok("decisions", "add", "Pick\u202e \u001b[2Jthis\nand a second line");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "feat: \u001b[31mred\u200b\u202e");
  const shown = await s.ok("log", "--events");
  expect(shown).not.toMatch(/[\u001b\u200b\u202e]/);
  expect(shown).not.toContain("second line");
  expect(shown).toContain("feat: ");
  expect((await s.json("log")).pending[0].text).toContain("and a second line");
});

test("log writes nothing", async () => {
  const s = await withThreeDecisions();
  const listing = async () => (await s.run("sh", ["-c", "find . -printf '%p %T@ %s\\n' | sort"])).stdout;
  const before = await listing();
  await s.ok("log");
  await s.ok("log", s.id, "--events");
  await s.git("rev-parse", "HEAD");
  expect(await listing()).toBe(before);
});
