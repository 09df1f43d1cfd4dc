/** Prompts at a terminal, how to leave them, and errors of `-C`. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

const QUESTIONS = [
  { until: "[Y/n]", args: ["init"] },
  { until: "Delete 1 session? [y/N]", args: ["delete", "old"] },
  { until: "Delete 1 session? [y/N]", args: ["delete", "work", "--force", "--confirm"] },
  { until: "Delete 1 session? [y/N]", args: ["cleanup", "--days", "0"] },
  { until: "[y/n]", args: ["verify", "npm test"] },
  { until: "Switch to", args: ["switch"] },
] as const;

test.each(["stop", "end"])("%s at any prompt changes nothing and exits with 130", async (keys) => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.ok("start", "third", "--no-switch");
  await s.ok("start", "old", "--no-switch");
  await s.git("switch", "--quiet", "old");
  await s.ok("end");
  await s.git("switch", "--quiet", "work");
  const sessions = await s.ok("list", "--all", "--json");
  const before = await s.fingerprint();
  await Promise.all(
    QUESTIONS.map(async ({ until, args }) => {
      const { code, stdout } = await runAtTerminal(s, { keys, until }, ...args);
      expect({ code, stdout }, args.join(" ")).toMatchObject({ code: 130 });
      expect(stdout).toContain(until);
      expect(stdout).not.toMatch(/unexpected|at .*:\d+/);
    }),
  );
  expect(await s.fingerprint()).toBe(before);
  expect(await s.ok("list", "--all", "--json")).toBe(sessions);
  expect(s.exists(".session")).toBe(false);
});

test("the interruption of a later question names what was changed", async () => {
  const s = await scratch({ session: ["one"] });
  await s.ok("start", "two", "--from", "main");
  const { code, stdout } = await runAtTerminal(
    s,
    { keys: "y\r,until=Two is active,stop", until: "End it first?" },
    ...["archive", "one", "two"],
  );
  expect(code).toBe(130);
  expect(stdout).toContain("error: interrupted after one; nothing else was changed");
  expect(stdout).not.toContain("yy");
  const listed = await s.json("list", "--all");
  expect(listed.map((each: { state: string }) => each.state).sort()).toEqual(["active", "archived"]);
});

test("the interruption of the last question of init changes nothing, and keys appear once", async () => {
  const s = await scratch();
  const keys = "y\r,y\r,until=Commit these,stop";
  const { stdout } = await runAtTerminal(s, { keys, until: "Write them? [Y/n]" }, "init");
  expect(stdout).toContain("Commit these files as well?");
  expect(stdout).not.toContain("yy");
  expect(s.exists(".session") || s.exists(".git/hooks/commit-msg")).toBe(false);
});

test("the option -y answers every prompt", async () => {
  const s = await scratch({ session: ["work"] });
  await s.ok("init", "-y", "--no-hooks");
  await s.git("switch", "--quiet", "main");
  expect(await s.ok("delete", "work", "-y")).toContain("Deleted");
  expect(await s.session("cleanup", "--days", "0", "-y")).toMatchObject({ code: 0 });
  for (const command of ["init", "delete", "cleanup"]) {
    const help = await s.ok(command, "--help");
    expect(help).toContain("-y, --yes");
  }
});

test("session -C reports whether the path is missing, a file, or no repository", async () => {
  const s = await scratch();
  await mkdir(path.join(s.home, "plain"));
  const said = async (folder: string, env = {}) => {
    const ran = await s.run(process.execPath, [path.resolve("dist/cli.js"), "-C", folder, "status"], { env });
    expect(ran.code).not.toBe(0);
    return ran.stderr;
  };
  expect(await said("nowhere")).toBe(`error: there is no folder: ${s.root}/nowhere\n`);
  expect(await said("README.md")).toBe(`error: this is a file, not a folder: ${s.root}/README.md\n`);
  const plain = path.join(s.home, "plain");
  expect(await said(plain)).toBe(`error: ${plain} is not in a git repository\nhint: git init\n`);
  expect(await said(".", { PATH: plain })).toBe(
    "error: git was not found on PATH; install git 2.30 or newer from https://git-scm.com/downloads\n",
  );
});

test("rename, tag, meta and share use this branch's session if none is named", async () => {
  const s = await scratch({ session: ["work"] });
  await s.ok("start", "other", "--no-switch");
  await s.git("init", "--quiet", "--bare", "../remote.git");
  await s.git("remote", "add", "origin", "../remote.git");
  expect(await s.ok("rename", "Google login")).toContain("Google login");
  expect(await s.ok("tag", "auth", "web")).toBe("auth\nweb\n");
  expect(await s.ok("tag")).toBe("auth\nweb\n");
  expect(await s.ok("tag", "web", "--remove")).toBe("auth\n");
  await s.ok("meta", "issue", "42");
  expect(await s.ok("meta", "issue")).toBe("42\n");
  expect(await s.ok("meta")).toBe("issue=42\n");
  // A session that is named is still meant.
  expect((await s.session("tag", "other")).stderr).toBe("No tags.\n");
  await s.ok("meta", "other", "issue", "7");
  expect(await s.ok("meta", "other", "issue")).toBe("7\n");
  expect((await s.session("rename", "other")).stderr).toContain(
    "missing required argument 'title': other is a session",
  );
  const { id } = (await s.json("status")).session;
  expect((await s.session("share")).stderr).toContain(`Google login (${id}) is shared with origin`);
  expect((await s.session("share", "origin")).stderr).toContain("is already shared");
  expect((await s.session("share", "--undo")).stderr).toContain("Stopped sharing");
  await s.git("switch", "--quiet", "main");
  expect((await s.session("tag", "web")).stderr).toContain("there is no session on main");
  // Three words name a session.
  expect(await s.session("meta", "nobody", "issue", "7")).toMatchObject({ code: 3 });
});
