import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { connectClient } from "../support/mcp-client.ts";
import { sampledChanges } from "../support/sampling.ts";
import { type Ran, type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

/** Whether this machine can mount a folder read-only, as sandboxes do. */
const MOUNTS = spawnSync("unshare", ["-m", "true"]).status === 0;
const ROOT = process.getuid?.() === 0;

/** A session on the branch work, with one objective. */
function started(): Promise<Scratch> {
  return scratch({ session: ["work", "-o", "One"] });
}

/** A command in a sandbox: the same user, and `.git` is a read-only file system. */
function sandboxed(here: Scratch, ...args: string[]): Promise<Ran> {
  const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
  return here.run("unshare", [
    "-m",
    "sh",
    "-c",
    script,
    path.join(here.root, ".git"),
    process.execPath,
    CLI,
    ...args,
  ]);
}

const spool = (here: Scratch) =>
  readdirSync(path.join(here.root, ".session/.spool")).filter((name) => name.endsWith(".json"));

const log = async (here: Scratch) =>
  (await here.read(".git/sessions/work/events.jsonl"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const texts = async (here: Scratch) =>
  (await here.json("objectives")).map(
    (each: { id: string; text: string; mark: string }) => `${each.id} ${each.text} ${each.mark}`,
  );

describe.skipIf(!MOUNTS || !ROOT)("with a read-only .git", () => {
  test("records go to the spool, are visible at once, and the next command outside applies them", async () => {
    const here = await started();
    const added = await sandboxed(here, "objectives", "add", "Two", "Number three");
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining("obj-3") });
    expect(added.stderr).toContain(
      "saved in .session/.spool, because .git is not writable (the file system is read-only)",
    );
    // What is in the spool can be named at once.
    expect((await sandboxed(here, "objectives", "start", "2")).code).toBe(0);
    expect((await sandboxed(here, "decisions", "add", "Use PKCE", "--rationale", "no secret")).code).toBe(0);
    expect((await sandboxed(here, "decisions", "add", "Use DPoP", "--supersedes", "1")).code).toBe(0);
    expect((await sandboxed(here, "blockers", "add", "Keys", "--link", "#4")).code).toBe(0);
    expect((await sandboxed(here, "blockers", "resolve", "1", "--note", "came")).code).toBe(0);
    expect((await sandboxed(here, "note", "Friday")).code).toBe(0);
    expect((await sandboxed(here, "verify", "true", "--run")).code).toBe(0);
    expect(await sandboxed(here, "objectives", "start", "9")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("there is no objective 9"),
    });
    expect(spool(here)).toHaveLength(8);
    const before = await here.read(".git/sessions/work/events.jsonl");
    const wanted = ["obj-1 One open", "obj-2 Two active", "obj-3 Number three open"];
    expect(await texts(here)).toEqual(wanted);
    expect((await sandboxed(here, "status")).stdout).toContain("Two");
    expect(await here.read(".git/sessions/work/events.jsonl")).toBe(before);
    expect(await here.git("status", "--porcelain")).toBe("");

    const note = await here.session("note", "outside");
    expect(note.stderr).toContain("applied from .session/.spool: 9 changes");
    expect(spool(here)).toEqual([]);
    expect(await texts(here)).toEqual(wanted);
    const brief = await here.json("brief");
    expect(brief.decisions.map((each: { id: string }) => each.id)).toEqual(["dec-2"]);
    expect((await here.json("blockers"))[0]).toMatchObject({ resolved: true, note: "came", link: "#4" });
    expect((await here.json("note", "list")).map((each: { text: string }) => each.text)).toEqual([
      "Friday",
      "outside",
    ]);
    expect((await log(here)).map((each) => each.type).slice(2)).toEqual([
      ...["objective.added", "objective.added", "objective.started", "decision.added", "decision.added"],
      ...["blocker.added", "blocker.resolved", "note", "verified", "note"],
    ]);
    await here.ok("undo");
    expect(await texts(here)).toEqual(wanted);
  });

  test("an MCP server outside shows them, and applies them before its own records", async () => {
    const here = await started();
    const { call } = await connectClient(here);
    await sandboxed(here, "objectives", "add", "Two");
    await sandboxed(here, "note", "Friday");
    const shown = (await call("session_status")).value.objectives.map((each: { text: string }) => each.text);
    expect(shown).toEqual(["One", "Two"]);
    expect(spool(here)).toHaveLength(2);
    const { objectives } = (await call("session_objectives", { action: "add", text: ["Three"] })).value;
    expect(objectives.map((each: { id: string; text: string }) => `${each.id} ${each.text}`)).toEqual([
      ...["obj-1 One", "obj-2 Two", "obj-3 Three"],
    ]);
    expect((await call("session_note", { text: "Monday" })).value).toMatchObject({ count: 2 });
    expect(spool(here)).toHaveLength(0);
  });

  test("an agent's hook applies them, for every branch", async () => {
    const here = await started();
    await sandboxed(here, "note", "on work");
    await here.ok("start", "other");
    await sandboxed(here, "note", "on other");
    const ran = await here.run(process.execPath, [CLI, "hook", "codex", "Stop"], {
      input: JSON.stringify({ cwd: here.root }),
    });
    expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(spool(here)).toEqual([]);
    expect((await log(here)).at(-1)).toMatchObject({ type: "note", text: "on work" });
    expect(await here.read(".git/sessions/other/events.jsonl")).toContain("on other");
  });

  test("items added outside meanwhile keep their numbers, and references from the spool stay correct", async () => {
    const here = await started();
    await sandboxed(here, "objectives", "add", "Inside");
    await sandboxed(here, "objectives", "complete", "2");
    await here.git("switch", "--quiet", "main");
    await here.git("worktree", "add", "--quiet", "../linked", "work");
    const linked = here.at("../linked");
    await linked.ok("objectives", "add", "Outside");
    await here.git("worktree", "remove", "../linked");
    await here.git("switch", "--quiet", "work");
    await here.ok("note", "now");
    expect(await texts(here)).toEqual(["obj-1 One open", "obj-2 Outside open", "obj-3 Inside done"]);
  });

  test("many writers in a sandbox and many readers outside apply each record once", async () => {
    const here = await started();
    const names = Array.from({ length: 8 }, (_, n) => `note ${n}`);
    await Promise.all(names.map((name) => sandboxed(here, "note", name)));
    expect(spool(here)).toHaveLength(8);
    await Promise.all([1, 2, 3, 4].map((n) => here.apart.ok("note", `outside ${n}`)));
    const notes = (await here.json("note", "list")).map((each: { text: string }) => each.text).sort();
    expect(notes).toEqual([...names, ..."1234".split("").map((n) => `outside ${n}`)].sort());
    expect(spool(here)).toEqual([]);
  });

  test("a command that cannot be spooled says so: a checkpoint, or an unwritable spool", async () => {
    const here = await started();
    await here.write("README.md", "changed\n");
    const refused = await sandboxed(here, "checkpoint", "-m", "fix: it");
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("in an agent's sandbox, call the MCP tool session_checkpoint"),
    });
    await here.write(".session/.spool", "in the way\n");
    const ran = await sandboxed(here, "note", "nowhere");
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining("the file system is read-only") });
  });

  test("a kill at any step of applying the spool loses and duplicates nothing", async () => {
    for (const at of sampledChanges(40)) {
      const here = await started();
      await sandboxed(here, "objectives", "add", "Two");
      await sandboxed(here, "note", "inside");
      const ran = await here.run(process.execPath, [CLI, "hook", "codex", "Stop"], {
        input: JSON.stringify({ cwd: here.root }),
        env: { NODE_OPTIONS: `--require "${FAULT}"`, FAULT: "kill", FAULT_AT: String(at) },
      });
      await here.ok("note", "after");
      expect(await texts(here), `killed at ${at}`).toEqual(["obj-1 One open", "obj-2 Two open"]);
      expect((await here.json("note", "list")).map((each: { text: string }) => each.text)).toEqual([
        "inside",
        "after",
      ]);
      expect(spool(here)).toEqual([]);
      if (ran.code === 0) return expect(at).toBeGreaterThan(5);
    }
  });
});

test.skipIf(!ROOT)("another user's .git without write permission uses the spool too", async () => {
  const here = await started();
  await here.run("chown", ["-R", "65534", path.dirname(here.root)]);
  await here.run("chmod", ["755", path.dirname(here.root), here.root]);
  const user = (...args: string[]) =>
    here.run("setpriv", ["--reuid=65534", "--clear-groups", process.execPath, CLI, ...args]);
  await here.run("chmod", ["-R", "a-w", path.join(here.root, ".git")]);
  const ran = await user("note", "kept");
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("(permission denied)") });
  expect(spool(here)).toHaveLength(1);
  // Root may write there, but what another user put down is not root's to take in.
  await here.run("git", ["config", "--global", "--add", "safe.directory", "*"]);
  expect((await here.session("note", "root")).stderr).toContain(
    ".session/.spool was not applied: it belongs to another user",
  );
  await here.run("chown", ["-R", "65534", path.dirname(here.root)]);
  await here.run("chmod", ["-R", "u+w", path.join(here.root, ".git")]);
  expect((await user("note", "after")).stderr).toContain("applied from .session/.spool: 1 change");
});

describe("a foreign spool", () => {
  const entry = (session: string, text: string) => ({
    ...{ schema: 1, id: "0123456789abcdef", at: "2026-01-01T00:00:00.000Z", session, branch: "work" },
    changes: [{ change: { do: "note", text } }],
  });
  const NAME = ".session/.spool/000000000000001-0123456789abcdef.json";
  const idOf = async (here: Scratch) => (await here.json("status")).session.id;
  const notes = async (here: Scratch) =>
    (await here.json("note", "list")).map((each: { text: string }) => each.text);

  test("tracked by git is reported and not applied", async () => {
    const here = await started();
    await here.write(NAME, JSON.stringify(entry(await idOf(here), "forged")));
    await here.git("add", "--force", NAME);
    await here.git("commit", "--quiet", "-m", "spool");
    const ran = await here.session("note", "mine");
    expect(ran).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("is tracked by git, so others wrote it"),
    });
    expect(await notes(here)).toEqual(["mine"]);
    expect(here.exists(NAME)).toBe(true);
  });

  test("behind a link is not followed", async () => {
    const here = await started();
    await here.write(
      `../elsewhere/${path.basename(NAME)}`,
      JSON.stringify(entry(await idOf(here), "forged")),
    );
    await here.run("mkdir", [".session"]);
    await here.run("ln", ["-s", "../../elsewhere", ".session/.spool"]);
    expect((await here.session("note", "mine")).stderr).toContain("it is behind a link");
    expect(await notes(here)).toEqual(["mine"]);
  });

  test("of another session, or invalid, is set aside and never deleted", async () => {
    const here = await started();
    await here.write(NAME, JSON.stringify(entry("000000000000", "of another")));
    expect((await here.session("note", "mine")).stderr).toContain(
      "not applied from .session/.spool: it is for the session 000000000000",
    );
    expect(await notes(here)).toEqual(["mine"]);
    expect(readdirSync(path.join(here.root, ".session/.spool"))).toEqual([`unfit-${path.basename(NAME)}`]);
  });

  test("with files that are no entries of ours is left alone", async () => {
    const here = await started();
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      '{"schema":1}',
      JSON.stringify({ ...entry(await idOf(here), "x"), changes: [{ change: { do: "run", command: "x" } }] }),
    ]) {
      await here.write(NAME, text);
      await here.ok("note", "mine");
      expect(await here.read(NAME)).toBe(text);
    }
    expect(new Set(await notes(here))).toEqual(new Set(["mine"]));
  });
});
