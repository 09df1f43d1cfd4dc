/** Command lines that people and models type from memory: each does what is meant, or names the right line. */
import { expect, test } from "vitest";
import { addCommand, entryOf } from "../../src/cli/command.ts";
import { ThrowingCommand } from "../../src/cli/commander.ts";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { MEANT } from "../../src/cli/corrections.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const begun = () => scratch({ session: ["work", "-o", "One", "-o", "Two"] });

async function record(s: Scratch) {
  const all = {
    objectives: ["objectives"],
    blockers: ["blockers"],
    decisions: ["decisions"],
    notes: ["note", "list"],
  };
  const read = Object.entries(all).map(async ([name, words]) => [name, await s.json(...words)]);
  return Object.fromEntries(await Promise.all(read));
}

test("a mistyped command line with one possible meaning runs, once", async () => {
  const s = await begun();
  await s.write("README.md", "changed\n");
  for (const line of [
    ["decision", "Use Postgres"],
    ["decisions", "Use Redis", "--why", "it is there"],
    ["decisions", "add", "Use PKCE", "--why=no secret", "--alternatives", "implicit flow", "device code"],
    ["decisions", "add", "Use", "SQLite", "--rationale", "one file"],
    ["note", "add", "One note"],
    ["note", "-m", "Two notes"],
    ["block", "on keys"],
    ["block", "later"],
    ["unblock", "1"],
    ["todo", "Three"],
    ["objectives", "add", "Four", "thing", "unquoted"],
    ["objectives", "add", "Five", "six seven"],
    ["objectives", "Eight thing"],
    ["done", "1"],
    ["objectives", "check", "2"],
    ["complete", "obj-3"],
    ["commit", "-m", "feat: y"],
  ])
    await s.ok(...line);
  const { objectives, blockers, decisions, notes } = await record(s);
  expect(objectives.map(({ text, mark }: Record<string, string>) => `${mark} ${text}`)).toEqual([
    ...["done One", "done Two", "done Three", "open Four thing unquoted", "open Five", "open six seven"],
    "open Eight thing",
  ]);
  expect(blockers).toMatchObject([
    { text: "on keys", resolved: true },
    { text: "later", resolved: false },
  ]);
  expect(decisions).toMatchObject([
    { text: "Use Postgres" },
    { text: "Use Redis", rationale: "it is there" },
    { text: "Use PKCE", rationale: "no secret", alternatives: ["implicit flow", "device code"] },
    { text: "Use SQLite", rationale: "one file" },
  ]);
  expect(notes.map((each: { text: string }) => each.text)).toEqual(["One note", "Two notes"]);
  expect(await s.git("log", "-1", "--format=%s")).toBe("feat: y");

  expect(await s.json("decisions", "dec-2")).toMatchObject({ text: "Use Redis" });
  const brief = await s.ok("brief");
  expect(await s.ok("context")).toBe(brief);
  expect(await s.ok("prime")).toBe(brief);
  expect(Buffer.byteLength(await s.ok("brief", "--tokens", "300"))).toBeLessThanOrEqual(1200);
  expect(await s.json("list", "--active")).toMatchObject([{ branch: "work" }]);
  expect((await s.session("verify", "npm", "test", "--passed")).stdout).toContain("passed: npm test");
  await s.write("README.md", "changed again\n");
  expect(await s.json("save", "--dry-run")).toMatchObject({ commit: null, files: [{ path: "README.md" }] });
});

test('a verb before tags or values, as in "tag add x", is neither a tag nor a key', async () => {
  const s = await begun();
  await s.ok("tag", "add", "security");
  await s.ok("tag", "add", "api", "later");
  await s.ok("tag", "remove", "later");
  expect(await s.json("tag", "list")).toEqual(["security", "api"]);
  await s.ok("meta", "set", "issue", "42");
  expect((await s.ok("meta", "get", "issue")).trim()).toBe("42");
  expect(await s.json("meta", "list")).toEqual({ issue: "42" });
  await s.ok("tag", "@", "add");
  expect(await s.json("tag")).toContain("add");
});

test("a mistyped command line with several meanings records nothing, and the error names a correct line", async () => {
  const s = await begun();
  const before = await record(s);
  const fingerprint = await s.fingerprint();
  for (const [line, hint] of [
    [["decision", "x"], "session decisions add x"],
    [["blockers", "keys"], "session blockers add keys"],
    [["decisions", "add", "Use A", "--alternatives", "a", "b"], "--alternatives a --alternatives b"],
    [["decisions", "add", "Use", "A", "--why", "no", "secret"], "session decisions add <text>"],
    [["decisions", "list all"], "session decisions add 'list all'"],
    [["objectives", "don", "1"], "session objectives done 1"],
    [["objectives", "1"], "session objectives list|add|complete"],
    [["objectives", "update", "1", "--status", "done"], "session objectives list|add|complete"],
    [["decisions", "search", "x"], "session search <words...> --in decisions"],
    [["status", "--bogus"], "session help status"],
    [["objectives", "Third", "thing", "unquoted"], "session objectives add 'Third thing unquoted'"],
    [["note", "remember", "the milk"], "session note add 'remember the milk'"],
    [["blockers", "resolve"], "session blockers resolve <blocker...>"],
    [["verify", "npm", "test"], "session verify 'npm test' --run"],
    [["verify", "npm test"], "session verify 'npm test' --run"],
    [["verify", "npm", "test", "a b"], "session verify <command>"],
    [["checkpoint", "feat: x"], "session checkpoint -m 'feat: x'"],
    [["checkpoint", "-a", "-m", "feat: x"], 'session checkpoint -A -m "..."'],
    [["handoff", "--to", "codex"], "session run <agent>"],
    [["brief", "--max-token", "800"], "session brief --max-tokens 800"],
    [["chekpoint"], "session checkpoint"],
    [["add", "x"], "session objectives add"],
    [["finish"], "session end"],
    [["stop"], "session pause\nsession end"],
    [["abort"], "session undo"],
    [["quit"], "session pause\nsession end"],
    [["hotfix", "x"], "session start <branch>"],
    [["merge", "main"], "session end --merge-to <branch>"],
    [["comit"], "session checkpoint"],
    [["objectives", "ad"], "session objectives add"],
    [["config", "gett", "x"], "session config get x"],
    [["frobnicate"], "session help --all"],
    [["constructor"], "session help --all"],
    [["objectives", "constructor", "1"], "session objectives add 'constructor 1'"],
  ] as const) {
    const said = await s.session(...line);
    expect([said.code, said.stdout], line.join(" ")).toEqual([line[1] === "feat: x" ? 1 : 2, ""]);
    expect(said.stderr, line.join(" ")).toMatch(/^error: .*\n(hint: session .*\n)+$/);
    expect(said.stderr).toContain(hint.replaceAll("\n", "\nhint: "));
    const { error } = JSON.parse((await s.session(...line, "--json")).stdout);
    expect(error.hint, line.join(" ")).toContain(hint);
  }
  expect(await record(s)).toEqual(before);
  expect(await s.fingerprint()).toBe(fingerprint);
});

test("end -m without a commit uses the message as the summary", async () => {
  const s = await begun();
  const ended = await s.session("end", "-m", "Login works");
  expect(ended).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("the message of -m became the summary"),
  });
  expect(await s.ok("handoff", "work")).toContain("Login works");
});

test("each row of the correction tables suggests a line that the program accepts", async () => {
  for (const [path, rows] of Object.entries(MEANT))
    for (const [wrong, right] of Object.entries(rows)) {
      const words = [...path.split(" "), ...right.split(" ")].filter((each) => each !== "");
      const entry = entryOf(COMMANDS, words[0]);
      if (!entry) throw new Error(`${path} ${wrong}: there is no ${words[0]}`);
      const [, ...rest] = words;
      let command = addCommand(new ThrowingCommand("session"), await entry.load());
      const known = () => [
        ...command.commands.flatMap((each) => [each.name(), ...each.aliases()]),
        ...command.options.flatMap(({ long, short }) => [long, short]),
      ];
      if (path === "") expect(entryOf(COMMANDS, wrong), wrong).toBeUndefined();
      for (const word of rest) {
        const isAdded = !path.split(" ").includes(word);
        if (isAdded && path !== "") expect(known(), path).not.toContain(wrong);
        if (isAdded && !/^(passed|failed|active|paused|ended|archived)$/.test(word))
          expect(known(), `${path} ${wrong}`).toContain(word);
        command = (command.commands.find((each) => each.name() === word) as typeof command) ?? command;
      }
    }
});

test("one help page lists every call an agent needs, in at most 1200 tokens", async () => {
  const s = await begun();
  const page = await s.ok("agent-help");
  expect(await s.ok("help", "--agents")).toBe(page);
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1200 * 4);
  const { calls } = await s.json("agent-help");
  expect(calls.length).toBeGreaterThan(20);
  for (const { call } of calls) expect(page).toContain(call);
  for (const call of [
    "decisions add <text> [--rationale <text>] [--alternatives <text>]...",
    "--result passed|failed",
  ])
    expect(page).toContain(call);
});
