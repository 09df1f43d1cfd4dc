import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";
import { inTerminal } from "../support/terminal.ts";

function started(): Promise<Scratch> {
  return scratch({ session: ["work", "-o", "One"] });
}

const OBJECTIVES = ".git/sessions/work/objectives.md";

test("objectives change state by id or number, and keep their ids", async () => {
  const s = await started();
  await s.ok("objectives", "add", "Two", "Three, with a comma");
  await s.ok("obj", "start", "2");
  await s.ok("objectives", "complete", "obj-1", "obj-2");
  await s.ok("objectives", "reopen", "1");
  await s.ok("objectives", "drop", "3");
  await s.ok("objectives", "edit", "1", "One, reworded");
  expect(await s.json("objectives")).toMatchObject([
    { id: "obj-1", mark: "open", text: "One, reworded" },
    { id: "obj-2", mark: "done", text: "Two" },
    { id: "obj-3", mark: "dropped", text: "Three, with a comma" },
  ]);
  expect(await s.ok("objectives", "list")).toContain("1 of 2 done");
  expect(await s.read(OBJECTIVES)).toBe(
    "# Objectives\n\n- [ ] obj-1: One, reworded\n- [x] obj-2: Two\n- [-] obj-3: Three, with a comma\n",
  );
});

test.skipIf(process.platform !== "linux")(
  "edit opens the editor on a terminal, and a failing editor changes nothing",
  async () => {
    const s = await started();
    const edit = ["objectives", "edit", "1"];
    const editor = await inTerminal(s, { EDITOR: "sed -i s/One/Eins/" }, ...edit);
    expect(editor.code, editor.stdout).toBe(0);
    expect((await s.json("objectives"))[0].text).toBe("Eins");
    for (const command of [
      edit,
      ["edit"],
      ["workspace", "open"],
      ["end", "--merge-to", "main", "--squash", "--edit"],
    ])
      expect(await s.session(...command), command[0]).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("there is no terminal for an editor"),
      });
    const failed = await inTerminal(s, { EDITOR: "false" }, ...edit);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain("the editor (false) ended with 1; nothing was changed");
    expect((await s.json("objectives"))[0].text).toBe("Eins");
  },
);

test("edits by hand win: new items get ids, other lines and line endings stay", async () => {
  const s = await started();
  await s.write(
    OBJECTIVES,
    "# Mine\r\n\r\nWhy we do this.\r\n\r\n- [x] obj-1: One, by hand\r\n- [ ] Written by hand\r\n      and more of it\r\n\r\n## Later\r\n\r\n- a plain list\r\n",
  );
  expect(await s.json("objectives")).toMatchObject([
    { id: "obj-1", mark: "done", text: "One, by hand" },
    { id: "obj-2", mark: "open", text: "Written by hand\nand more of it" },
  ]);
  await s.ok("objectives", "add", "By command");
  expect(await s.read(OBJECTIVES)).toBe(
    "# Mine\r\n\r\nWhy we do this.\r\n\r\n- [x] obj-1: One, by hand\r\n- [ ] obj-2: Written by hand\r\n      and more of it\r\n- [ ] obj-3: By command\r\n\r\n## Later\r\n\r\n- a plain list\r\n",
  );
  await s.run("rm", [OBJECTIVES]);
  expect(await s.json("objectives")).toEqual([]);
  await s.ok("objectives", "add", "After all");
  expect((await s.json("objectives"))[0].id).toBe("obj-4");
});

test("blockers have a link and a note, and a resolved one stays listed", async () => {
  const s = await started();
  await s.ok("blockers", "add", "Waiting on API keys", "--link", "#42");
  await s.ok("blockers", "add", "CI is red");
  await s.ok("blockers", "resolve", "2", "--note", "a flaky test");
  expect(await s.json("blockers")).toMatchObject([
    { id: "blk-1", resolved: false, text: "Waiting on API keys", link: "#42" },
    { id: "blk-2", resolved: true, note: "a flaky test" },
  ]);
  expect(await s.ok("status")).toContain("Waiting on API keys (#42)");
  expect(await s.ok("handoff")).toMatch(/blk-2: CI is red, after .*: a flaky test/);
});

test("decisions are pending until a commit carries them, again after a reset, and can be superseded", async () => {
  const s = await started();
  await s.ok(
    "decisions",
    "add",
    "REST",
    "--rationale",
    "known",
    "--alternatives",
    "GraphQL: new",
    "--alternatives",
    "RPC",
  );
  await s.ok("decisions", "add", "GraphQL", "--supersedes", "1");
  expect((await s.json("status")).pending).toEqual(["dec-1", "dec-2"]);
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "feat: x");
  expect((await s.json("status")).pending).toEqual([]);
  expect(await s.ok("decisions", "show", "1")).toMatch(
    /REST\nRationale: {4}known\nRejected: {5}GraphQL: new\nRejected: {5}RPC\nReplaced by: {2}dec-2\n/,
  );
  expect(await s.ok("brief")).not.toContain("dec-1: REST");
  await s.git("reset", "--quiet", "--hard", "HEAD~1");
  const status = await s.json("status");
  expect(status.pending).toEqual(["dec-1", "dec-2"]);
  expect(status.warnings.join()).toMatch(
    /dec-1, dec-2 are pending again: the commit that carried them \([0-9a-f]{8}\) is no longer on this branch/,
  );
  await s.write("README.md", "y\n");
  await s.ok("checkpoint", "-m", "feat: again");
  expect((await s.json("decisions")).map((each: { state: string }) => each.state)).toEqual([
    "committed",
    "committed",
  ]);
});

test("verify records a result, or runs the command and records it; notes appear in brief and handoff", async () => {
  const s = await started();
  await s.ok("verify", "clicked through the login", "--result", "passed");
  const failed = await s.session("verify", "exit 3", "--run");
  expect(failed.code).toBe(1);
  await s.ok("verify", "true", "--run");
  await s.ok("note", "The staging token expires on Friday");
  const brief = await s.json("brief");
  expect(
    brief.verified.map((each: { command: string; result: string }) => `${each.command}: ${each.result}`),
  ).toEqual(["true: passed", "exit 3: failed", "clicked through the login: passed"]);
  expect(brief.next).toContainEqual({
    what: "a check fails: exit 3",
    command: "session verify 'exit 3' --run",
  });
  // Next says it; the warnings do not say it again.
  expect(brief.warnings.join()).not.toContain("exit 3");
  expect(await s.ok("handoff")).toContain("The staging token expires on Friday");
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "feat: x");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Verified,valueonly)")).toContain(
    " - exit 3: failed",
  );
  await s.write("README.md", "y\n");
  expect((await s.json("brief")).verified[0].stale).toBe("1 commit and 1 uncommitted file since");
});

test("session.auto_checkpoint makes a checkpoint only when one is due", async () => {
  const s = await started();
  await s.write("README.md", "x\n");
  await s.ok("config", "set", "session.auto_checkpoint", "true");
  await s.ok("objectives", "add", "Two");
  expect(await s.git("rev-list", "--count", "HEAD")).toBe("1");
  await s.ok("config", "set", "session.checkpoint_interval", "0.001s");
  const { stderr } = await s.session("note", "time flies");
  expect(stderr).toContain("was due (session.auto_checkpoint)");
  expect(await s.git("log", "-1", "--format=%s %(trailers:key=Session-Label,valueonly)")).toContain(
    "docs: update README.md auto",
  );
});

test("damaged files are set aside or skipped, reported, and rebuilt", async () => {
  const s = await started();
  await s.ok("decisions", "add", "Keep me");
  await s.write(".git/sessions/work/context.json", '{"schema":1,"id":');
  await s.run("sh", ["-c", 'printf \'torn line\\n{"no":"event"}\\n\' >> .git/sessions/work/events.jsonl']);
  const status = await s.json("status");
  expect(status.warnings.join()).toMatch(/context\.json is damaged.*rebuilt/);
  expect((await s.session("doctor")).code).toBe(1);
  expect(await s.read(".git/sessions/work/context.json")).toBe('{"schema":1,"id":');
  await s.ok("objectives", "add", "Two");
  expect((await s.json("decisions"))[0].text).toBe("Keep me");
  expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual(["One", "Two"]);
  const names = (await s.run("ls", ["-A", ".git/sessions/work"])).stdout;
  expect(names).toMatch(/context\.json\.corrupt-/);
  expect((await s.json("doctor")).some((each: { says: string }) => each.says.includes("set aside"))).toBe(
    true,
  );
});

test("a record of a newer version is read but not written", async () => {
  const s = await started();
  const file = ".git/sessions/work/context.json";
  await s.write(file, (await s.read(file)).replace('"schema": 1', '"schema": 99'));
  expect(await s.json("objectives")).toHaveLength(1);
  const ran = await s.session("objectives", "add", "x");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("written by a newer session");
});

test("files of a session are private, and links at their paths are refused", async () => {
  const s = await started();
  const modes = (
    await s.run("sh", ["-c", "stat -c '%a %n' .git/sessions .git/sessions/work .git/sessions/work/*"])
  ).stdout;
  for (const line of modes.trim().split("\n")) expect(line).toMatch(/^(700 .*(sessions|work)|600 .*)$/);
  await s.run("sh", [
    "-c",
    "mkdir ../elsewhere && rm -rf .git/sessions && ln -s ../../elsewhere .git/sessions",
  ]);
  const ran = await s.session("start", "other");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/sessions is not a regular file or folder/);
  expect((await s.run("ls", ["-A", "../elsewhere"])).stdout).toBe("");
});

test("reading commands write nothing", async () => {
  const s = await started();
  await s.write("README.md", "x\n");
  const listing = async () => (await s.run("sh", ["-c", "find . -printf '%p %T@ %s\\n' | sort"])).stdout;
  const before = await listing();
  for (const command of [
    ["status"],
    ["brief"],
    ["handoff"],
    ["objectives"],
    ["blockers"],
    ["decisions"],
    ["decisions", "list", "--all"],
    ["list"],
    ["config", "list"],
    ["doctor"],
    ["trailers"],
  ]) {
    expect((await s.session(...command)).code, command.join(" ")).toBe(0);
  }
  expect(await listing()).toBe(before);
});
