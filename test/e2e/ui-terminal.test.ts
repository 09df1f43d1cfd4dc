/** Tests `session ui --terminal`, the overview in a terminal. */
import { expect, test } from "vitest";
import { glanceLines } from "../../src/terminal/overview-screen.ts";
import { plain } from "../../src/terminal/style.ts";
import { widthOf } from "../../src/terminal/table.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

async function busy(): Promise<Scratch> {
  const s = await scratch({ session: ["login", "-o", "Write it", "-o", "Test it"] });
  await s.ok("blockers", "add", "Waiting for keys");
  await s.write("README.md", "login\n");
  await s.git("commit", "--quiet", "--all", "-m", "feat: login");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "crash", "-o", "Find \x1b[31mit");
  await s.write("README.md", "crash\n");
  return s;
}

test("ui --terminal prints everything once without a terminal, and as JSON", async () => {
  const s = await busy();
  const text = await s.ok("ui", "--terminal");
  expect(text).toMatch(/^work {2}2 open, 1 blocker, 1 worktree with changes, 1 conflict$/m);
  expect(text).toMatch(/^Login\tlogin\tactive\t0\/2\t\t■ Waiting for keys$/m);
  expect(text).toContain("crash and login would conflict in README.md");
  const data = await s.json("ui", "--terminal");
  expect(data).toMatchObject({
    repository: "work",
    sessions: { open: [{}, {}] },
    conflicts: { conflicts: [{}] },
  });
  expect((await s.session("ui", "--terminal", "--port", "1")).code).toBe(2);
});

test("ui --terminal fits every window size and keeps the selected session visible", async () => {
  const view = await (await busy()).json("ui", "--terminal");
  const [row] = view.sessions.open;
  const open = Array.from({ length: 20 }, (_, n) => ({ ...row, id: `id${n}`, title: `Title ${n} 漢字` }));
  for (const [width, height] of [
    [80, 22],
    [40, 18],
    [20, 8],
  ] as const)
    for (const at of [0, 11, 19]) {
      const room = { width, height, emoji: true, now: new Date(0).toISOString(), at };
      const lines = glanceLines({ ...view, sessions: { ...view.sessions, open } }, room).map((each) =>
        plain(each),
      );
      expect(lines.length, `${width} ${height} ${at}`).toBeLessThanOrEqual(height);
      for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(width);
      expect(
        lines.filter((each) => each.startsWith("❯")),
        `${at}`,
      ).toHaveLength(1);
    }
});

test("ui --terminal follows changes, opens a session, and leaves with q, Esc or Ctrl-C", async () => {
  const s = await busy();
  const at = (keys: string) => runAtTerminal(s, { keys, until: "move" }, "ui", "--terminal");
  const shown = await at("down,enter,esc,q");
  expect(shown.code, shown.stdout).toBe(0);
  expect(shown.stdout).toContain("Waiting for keys");
  expect(shown.stdout).toContain("scroll");
  // Recorded text cannot send escape sequences to the terminal.
  expect(shown.stdout).not.toContain("\x1b[31mit");
  for (const key of ["esc", "stop"]) expect((await at(key)).code, key).toBe(0);
});
