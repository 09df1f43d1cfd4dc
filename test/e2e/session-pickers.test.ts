/** On a terminal, commands that need a session and were given none let the user pick one. */
import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

/** Two open sessions and an ended one; the default branch, which has none, is checked out. */
const onMain = () =>
  fixture("session-pickers", async (s) => {
    await initRepository(s, { session: ["old", "--title", "Old work"] });
    await s.ok("end");
    await s.ok("start", "feature/login", "--title", "OAuth login", "--from", "main");
    await s.ok("start", "fix/crash", "--title", "Find the crash", "--from", "main");
    await s.ok("note", "It crashes on start");
    await s.git("switch", "--quiet", "main");
  });

const typing = (s: Scratch, until: string, keys: string, ...args: string[]) =>
  runAtTerminal(s, { until, keys }, ...args);

test.each([
  ["show", "Show", "Find the crash"],
  ["undo", "Undo a change of", "Undone in"],
  ["handoff", "Print the handoff of", "# Handoff: Find the crash"],
  ["resume", "Resume", "Session Find the crash"],
])(
  "%s on a branch without a session shows a picker, and Enter selects the last session",
  async (command, question, shown) => {
    const s = await onMain();
    const { code, stdout } = await typing(s, question, "enter", command, "--no-pager");
    expect([code, stdout]).toEqual([0, expect.stringContaining(shown)]);
  },
);

test("delete offers ended sessions too, and asks before it deletes", async () => {
  const s = await onMain();
  const { code, stdout } = await typing(s, "Delete", "old,enter,y,enter", "delete");
  expect([code, stdout]).toEqual([0, expect.stringContaining("Deleted Old work")]);
  expect(await s.json("list", "--all")).toHaveLength(2);
});

test.each(["show", "undo", "handoff", "resume", "delete"])(
  "%s with Esc in the picker changes nothing and exits with 130",
  async (command) => {
    const s = await onMain();
    const before = await s.fingerprint();
    const { code, stdout } = await typing(s, "type to search", "esc", command);
    expect(code, stdout).toBe(130);
    expect(await s.fingerprint()).toBe(before);
  },
);

test("no command shows a picker if the branch has a session, without a terminal, or with --json", async () => {
  const s = await onMain();
  expect(await s.session("delete")).toMatchObject({ code: 2 });
  expect(await s.session("show")).toMatchObject({ code: 3 });
  expect((await s.json("resume")).session.branch ?? "fix/crash").toBe("fix/crash");
  await s.git("switch", "--quiet", "feature/login");
  const { code, stdout } = await typing(s, "OAuth login", "enter", "show", "--no-pager");
  expect([code, stdout]).toEqual([0, expect.not.stringContaining("type to search")]);
});
