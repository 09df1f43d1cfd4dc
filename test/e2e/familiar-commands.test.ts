import { expect, test } from "vitest";
import { CLI, scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

test("archive offers to end a session that is still active", async () => {
  const s = await scratch({ session: ["fix/a"] });
  const refused = await s.session("archive", "fix/a");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
  expect((await s.json("list"))[0]).toMatchObject({ state: "active" });
  const asked = await runAtTerminal(s, { keys: "y,enter", until: "[y/N]" }, "archive", "fix/a");
  expect(asked.stdout).toContain("is active. End it first?");
  expect((await s.json("list", "--all"))[0]).toMatchObject({ state: "archived" });
});

test("one command ends, tags and archives several sessions, or none if a name is unknown", async () => {
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

test("an export on a terminal goes to a file named after the session, otherwise to standard output", async () => {
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

test("help lists aliases as aliases, and completion offers them only after a letter", async () => {
  const s = await scratch();
  expect((await s.ok("history", "--help")).replace(/\s+/g, " ")).toContain("Other names: --limit (--count)");
  expect(await s.ok("start", "--help")).toContain("Aliases: new, create");
  expect(await s.ok("completion", "words", "")).not.toContain("create");
  expect(await s.ok("completion", "words", "cr")).toBe("create\talias of start\n");
});

test("resume and continue pass a prompt to the session's last agent; without one, they print how to start an agent", async () => {
  const s = await scratch({ session: ["fix/a"] });
  const none = await s.session("resume", "fix/a", "Go on");
  expect(none).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('session run <agent> fix/a -m "..."'),
  });
  const own = '{ agents: { mine: { command: [/bin/echo, "{prompt}"] } } }';
  await s.write("../home/.config/session/config.yaml", own);
  expect((await s.session("run", "mine", "-m", "One")).stdout).toMatch(/One\n$/);
  expect((await s.apart.session("resume", "fix/a", "Two")).stdout).toMatch(/Two\n$/);
  expect(await s.ok("log", "--events")).toMatch(/run:end +mine run \w+ exit 0/);
  expect((await s.apart.session("chat", "-s", "fix/a", "Three")).stdout).toMatch(/Three\n$/);
});

const said = (...texts: string[]) =>
  texts.map((content, at) => ({
    ...{ role: at % 2 === 0 ? "user" : "assistant", content },
    timestamp: `2026-01-05T10:0${at}:0${at % 2}Z`,
  }));

test("lists show messages, files, models and prompts, and sort by them", async () => {
  const s = await scratch({ session: ["one"] });
  await s.write("a.txt", "a\n");
  await s.write("b.txt", "b\n");
  await s.ok("checkpoint", "-A", "-m", "feat: two files");
  await s.ok("end");
  await s.git("switch", "--quiet", "main");
  await s.ok("start", "two", "--no-switch");
  await s.write(
    "../talk.json",
    JSON.stringify(said("First question", "Answer", "Second question", "Answer")),
  );
  await s.ok("transcript", "import", "../talk.json", "--session", "two");
  const started = JSON.stringify({ session_id: "x", model: "model-9" });
  await s.git("switch", "--quiet", "two");
  await s.run(process.execPath, [CLI, "hook", "claude", "SessionStart"], { input: started });
  expect(await s.json("list", "--sort", "messages")).toMatchObject([
    {
      ...{ branch: "two", message_count: 4, file_count: null, first_message: "First question" },
      ...{ last_prompt: "Second question", agent: "claude", provider: "anthropic", model: "model-9" },
    },
    { branch: "one", message_count: 0, file_count: 2, last_prompt: null },
  ]);
  expect(await s.json("list", "--sort", "files")).toMatchObject([{ branch: "one" }, { branch: "two" }]);
  expect(await s.json("list", "--sort", "created", "--reverse")).toMatchObject([{ branch: "one" }, {}]);
  expect(await s.json("list", "--provider", "anthropic", "--model", "model-9")).toHaveLength(1);
  expect(await s.ok("list", "--wide")).toMatch(/\t4\t.*Second question/);
  await s.ok("end", "two");
  expect(await s.json("list", "--provider", "anthropic")).toMatchObject([
    { branch: "two", model: "model-9" },
  ]);
  expect(await s.json("search", "Second", "--provider", "anthropic")).toHaveLength(1);
  expect(await s.json("search", "Second", "--provider", "openai")).toEqual([]);
  expect(await s.ok("stats", "two")).toMatch(
    /Messages\t2 of the user, 2 of the assistant\nResponse time\t61s/,
  );
  expect((await s.json("stats", "two")).transcripts).toMatchObject({ response: 61 });
});

const PLAIN_LISTS = `feat(pay): Take cards

Session-Objectives:
- [x] Form for cards
- [▶] Charge a card (this commit)
- [ ] Refunds (next)

Decisions:
- Keep no card numbers
  Rationale: Nothing can leak then

Session-Time: 2h 15m
`;

test("resume and start adopt a branch whose commits list objectives without a session id", async () => {
  const s = await scratch();
  await s.git("switch", "--quiet", "-c", "feature/pay");
  await s.git("commit", "--quiet", "--allow-empty", "-m", PLAIN_LISTS);
  await s.git("clone", "--quiet", ".", "../other");
  expect((await s.json("resume", "feature/pay")).from).toBe("commits");
  const objectives = [
    { id: "obj-1", mark: "done", text: "Form for cards" },
    { id: "obj-2", mark: "active", text: "Charge a card (this commit)" },
    { id: "obj-3", mark: "open", text: "Refunds (next)" },
  ];
  expect(await s.json("objectives")).toMatchObject(objectives);
  const { id } = (await s.json("status")).session;
  expect((await s.json("status")).warnings).toEqual([]);
  await s.write("a.txt", "a\n");
  await s.ok("checkpoint", "-A", "-m", "feat: refunds", "--complete", "3");
  expect(await s.git("log", "-1", "--format=%B")).toContain(" - dec-1: Keep no card numbers");
  const other = s.at("../other");
  await other.git("switch", "--quiet", "feature/pay");
  expect((await other.json("status")).session.id).toBe(id);
  await other.ok("start", "feature/pay", "-o", "Receipts");
  expect(await other.json("objectives")).toMatchObject([...objectives, { text: "Receipts" }]);
  expect(await other.json("decisions")).toMatchObject([{ text: "Keep no card numbers" }]);
});

test("a commit that only lists decisions starts no session", async () => {
  const s = await scratch();
  await s.git("switch", "--quiet", "-c", "feature/pay");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "docs: minutes\n\nDecisions:\n- Meet on Mondays");
  expect((await s.session("resume", "feature/pay")).code).toBe(3);
  await s.ok("start", "feature/pay");
  expect(await s.json("decisions")).toEqual([]);
});

test("a duplicate objective or decision is recorded with a notice", async () => {
  const s = await scratch({ session: ["work", "-o", "Log in"] });
  const again = await s.session("objectives", "add", "log  in");
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("obj-1 has the same text") });
  await s.ok("decisions", "add", "Use JWT");
  expect((await s.session("decisions", "add", "Use JWT")).stderr).toContain("dec-1 has the same text");
  expect((await s.session("decisions", "add", "Use PASETO")).stderr).toBe("");
});
