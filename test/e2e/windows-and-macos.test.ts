/** Behavior of Windows and macOS, simulated on Linux. */
import { spawnSync } from "node:child_process";
import { rename } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { onPath } from "../../src/agents/installations.ts";
import { within } from "../../src/surroundings.ts";
import { surroundingsOf } from "../support/run-environment.ts";
import { CLI, scratch } from "../support/scratch.ts";

describe("a file system that treats two names as one", () => {
  test.each([
    ["ignores case", "Fix/Login", "fix/login"],
    ["composes letters", "fix/caf\u00e9", "fix/cafe\u0301"],
  ])("%s: keeps the other branch's session", async (_what, one, other) => {
    const s = await scratch();
    await s.ok("start", one, "-o", "Of the first");
    const [{ id }] = await s.json("list");
    await s.git("switch", "--quiet", "main");
    await s.git("switch", "--quiet", "-c", other);
    // Such a file system finds the folder of the first under the name of the second.
    const found = await s.json("workspace", "path").catch(() => undefined);
    expect(found).toBeDefined();
    const folderOf = (branch: string) => path.join(s.root, ".git/sessions", branch);
    const parent = path.dirname(folderOf(one));
    if (path.dirname(folderOf(other)) !== parent) await rename(parent, path.dirname(folderOf(other)));
    if (s.exists(path.join(path.dirname(folderOf(other)), path.basename(one))))
      await rename(path.join(path.dirname(folderOf(other)), path.basename(one)), folderOf(other));
    // The folder is that of a session of another branch: it is neither shown as this one's, nor replaced.
    expect((await s.session("note", "of the second")).code).not.toBe(0);
    await s.session("start", other, "-o", "Of the second");
    const all = await s.json("list", "--all");
    expect(all.map((each: { id: string }) => each.id)).toContain(id);
    expect(JSON.stringify(await s.json("show", id))).toContain("Of the first");
  });
});

test("with core.autocrlf, lists that people edit may have CRLF", async () => {
  const s = await scratch();
  await s.git("config", "core.autocrlf", "true");
  await s.ok("init", "--yes");
  const crlf = async (file: string) => s.write(file, (await s.read(file)).replace(/\r?\n/g, "\r\n"));
  await crlf(".session/config.yaml");
  await crlf(".session/decision-log.md");
  await s.ok("start", "task", "-o", "One", "-o", "Two");
  await crlf(".git/sessions/task/objectives.md");
  const objectives = ".git/sessions/task/objectives.md";
  await s.write(objectives, (await s.read(objectives)).replace("[ ] obj-1", "[x] obj-1"));
  expect((await s.json("objectives")).map((each: { mark: string }) => each.mark)).toEqual(["done", "open"]);
  expect((await s.json("doctor")).find((each: { name: string }) => each.name === "settings").state).toBe(
    "ok",
  );
  await s.ok("decisions", "add", "Use A");
  await s.write("a.txt", "one\r\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  const message = await s.git("log", "-1", "--format=%B");
  expect(message).toContain("dec-1: Use A");
  expect(message).not.toContain("\r");
  await s.write("message.txt", "fix: b\r\n\r\nWith CRLF.\r\n");
  await s.git("commit", "--quiet", "--allow-empty", "--file", "message.txt");
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Id,valueonly)")).toMatch(/^\w{12}/);
});

test.each(["claude.cmd", "claude.exe", "claude.bat"])("on Windows an agent is found as %s", async (name) => {
  const s = await scratch({ repository: false });
  await s.write(`bin/${name}`, "");
  await s.run("chmod", ["755", `bin/${name}`]);
  const { surroundings } = surroundingsOf({ cwd: s.root, env: { PATH: path.join(s.root, "bin") } });
  const here = () => within(surroundings, () => onPath("claude"));
  expect(here()).toBe(false);
  const platform = vi.spyOn(process, "platform", "get").mockReturnValue("win32");
  try {
    expect(here()).toBe(true);
  } finally {
    platform.mockRestore();
  }
});

const MOUNTS = spawnSync("unshare", ["-m", "true"]).status === 0;

test.skipIf(!MOUNTS)(
  "without /proc and ps commands work the same, and a dead process does not hold a session",
  async () => {
    const s = await scratch({ session: ["task", "-o", "One"] });
    await s.write(
      ".git/sessions/task/.lock",
      JSON.stringify({
        ...{ pid: 999_999_999, host: (await s.run("hostname", [])).stdout.trim(), started: null },
        ...{ token: "dead", at: "2026-01-01T00:00:00.000Z" },
      }),
    );
    const session = `'${process.execPath}' '${CLI}'`;
    const script = `mount -t tmpfs none /proc && ${session} note "no proc" && ${session} status --json`;
    const ran = await s.run("unshare", ["-m", "sh", "-c", script]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(JSON.parse(ran.stdout.slice(ran.stdout.indexOf("{"))).objectives).toHaveLength(1);
    expect(await s.read(".git/sessions/task/events.jsonl")).toContain("no proc");
  },
);

test("a path with a drive letter and backslashes is a path, not a session name", async () => {
  const s = await scratch({ session: ["task", "-o", "One"] });
  await s.git("remote", "add", "origin", "C:\\work\\up.git");
  const pushed = await s.session("push", "C:\\work\\up.git");
  expect([pushed.code, pushed.stderr.includes("no session")]).toEqual([1, false]);
});
