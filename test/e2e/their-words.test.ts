import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

test("a session that has not ended is ended before it is archived, if somebody agrees", async () => {
  const s = await scratch({ session: ["fix/a"] });
  const refused = await s.session("archive", "fix/a");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes ends it first") });
  expect((await s.json("list"))[0]).toMatchObject({ state: "active" });
  const asked = await runAtTerminal(s, { keys: "y,enter", until: "[y/N]" }, "archive", "fix/a");
  expect(asked.stdout).toContain("is active. End it first?");
  expect((await s.json("list", "--all"))[0]).toMatchObject({ state: "archived" });
});

test("several sessions are ended, tagged and archived by one command, or none where a name means none", async () => {
  const s = await scratch({ session: ["fix/a"] });
  await s.ok("start", "fix/b", "--no-switch");
  expect((await s.session("tag", "old", "--on", "fix/a", "fix/none")).code).toBe(3);
  expect((await s.json("tag", "fix/a")) as string[]).toEqual([]);
  expect(await s.json("tag", "old", "small", "--on", "fix/a", "fix/b")).toMatchObject([
    { branch: "fix/a", tags: ["old", "small"] },
    { branch: "fix/b", tags: ["old", "small"] },
  ]);
  expect((await s.session("end", "fix/a", "fix/none")).code).toBe(3);
  expect(await s.json("end", "fix/a", "fix/b")).toMatchObject([
    { session: { state: "ended" } },
    { session: { state: "ended" } },
  ]);
  expect(await s.json("archive", "fix/a", "fix/b")).toMatchObject([{ changed: true }, { changed: true }]);
  expect(await s.json("list")).toEqual([]);
});

test("an export at a terminal goes to a file of the session's name, elsewhere to standard output", async () => {
  const s = await scratch({ session: ["fix/a"] });
  const [{ id }] = await s.json("list");
  const shown = await runAtTerminal(s, { keys: "", until: "Written to" }, "export");
  expect(shown.stdout).toContain(`Written to session-${id}.json`);
  expect(JSON.parse(await s.read(`session-${id}.json`)).sessions[0].id).toBe(id);
  expect(JSON.parse(await s.ok("export", "-o", "-"))).toMatchObject({ sessions: [{ id }] });
  const missing = await s.session("export", "-f", "no/where/x.json");
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("no/where does not exist") });
  expect(missing.stderr).toContain("mkdir -p");
});

test("aliases are in help as aliases, and complete only once a letter is typed", async () => {
  const s = await scratch();
  expect((await s.ok("history", "--help")).replace(/\s+/g, " ")).toContain(
    "Aliases: --limit <n> alias of --count",
  );
  expect(await s.ok("start", "--help")).toContain("Aliases: new, create");
  expect(await s.ok("completion", "words", "")).not.toContain("create");
  expect(await s.ok("completion", "words", "cr")).toBe("create\talias of start\n");
});

test("a prompt behind resume and continue goes to the session's last agent, or says how one is started", async () => {
  const s = await scratch({ session: ["fix/a"] });
  const none = await s.session("resume", "fix/a", "Go on");
  expect(none).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('session run <agent> fix/a -m "…"'),
  });
  const own = '{ agents: { mine: { command: [/bin/echo, "{prompt}"] } } }';
  await s.write("../home/.config/session/config.yaml", own);
  expect((await s.session("run", "mine", "-m", "One")).stdout).toMatch(/One\n$/);
  expect((await s.apart.session("resume", "fix/a", "Two")).stdout).toMatch(/Two\n$/);
  expect((await s.apart.session("chat", "-s", "fix/a", "Three")).stdout).toMatch(/Three\n$/);
});
