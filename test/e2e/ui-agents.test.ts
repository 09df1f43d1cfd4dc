/** Tests `session ui` with six worktrees and three agents that change files. */
import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { withAgents } from "../support/fake-agents.ts";
import { followPage, startUi, untilQuiet } from "../support/ui-server.ts";

const AGENTS = ["claude", "codex", "gemini"] as const;

/** Returns the processor time of a process and its ended children, in milliseconds (proc(5)); 0 except on Linux. */
async function usedBy(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [user = 0, system = 0, ...ofChildren] = text
    .replace(/^.*\) /s, "")
    .split(" ")
    .slice(11, 15)
    .map(Number);
  return 10 * ofChildren.reduce((sum, each) => sum + each, user + system);
}

test("ui shows each change of six worktrees and three agents, and does nothing without changes", async () => {
  const { s, session, file } = await withAgents(...AGENTS);
  for (const name of ["d", "e"]) await s.ok("start", name, "--worktree", "-o", `Write ${name}`);
  for (const name of AGENTS)
    await session(
      { STAYS: file("end"), WRITES: file(`${name}-writes`) },
      ...["run", name, name, "--worktree", "--background", "-m", `Write ${name}`],
    );
  const trace = path.join(s.home, "trace");
  const ui = await startUi({ ...s, env: { ...s.env, GIT_TRACE2: trace } });
  const page = await followPage(ui);
  expect((await ui.ask("")).text).toContain("3 at work");
  expect((await s.json("status", "--all")).worktrees).toHaveLength(6);
  for (const [at, name] of ["one.txt", "two.txt"].entries())
    for (const [n, agent] of AGENTS.entries()) {
      await appendFile(file(`${agent}-writes`), `${name}\n`);
      const files = at === 0 ? "1 changed file" : "2 changed files";
      await page.next("worktrees", new RegExp(`<h3[^>]*>[^<]*-${agent}</h3>[^\n]*>${files}<`));
      await page.next("agents", new RegExp(`(?:wrote ${name}[^]*){${n + 1}}`));
    }
  // All agents write at the same time.
  for (const agent of AGENTS) await appendFile(file(`${agent}-writes`), "same.txt\n");
  await page.next("worktrees", /(?:>3 changed files<[\s\S]*){3}/);
  await page.next("conflicts", "same.txt");
  await untilQuiet(page);
  const asked = async () => (await s.read(trace)).split(" start ").length;
  const before = [await asked(), page.count()];
  const used = await usedBy(ui.child.pid);
  if (process.platform === "linux") expect(used).toBeGreaterThan(0);
  await untilQuiet(page);
  expect([await asked(), page.count()]).toEqual(before);
  expect((await usedBy(ui.child.pid)) - used).toBeLessThan(200);
  await s.write(file("end"), "");
  await page.next("agents", "0 at work");
}, 180_000);
