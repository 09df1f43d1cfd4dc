/** What the program prints on terminals of several widths, in a pipe, in a locale without UTF-8, and with --quiet. */
import path from "node:path";
import { expect, test } from "vitest";
import { runWithin } from "../../src/main.ts";
import { widthOf } from "../../src/terminal/table.ts";
import { surroundingsOf } from "../support/run-environment.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const LONG =
  "Let people sign in with the identity provider of their own company, including the second factor";

async function worked(): Promise<Scratch> {
  const s = await scratch({ session: ["feature/login", "-o", LONG, "-o", "Two\nlines"] });
  await s.ok(
    "decisions",
    "add",
    `Use PKCE. ${LONG}`,
    "--rationale",
    "The RFC recommends it for every client",
  );
  await s.ok("blockers", "add", `Waiting for the client id. ${LONG}`);
  await s.ok("note", `Mind the gap. ${LONG}`);
  await s.write("README.md", "changed\n");
  await s.ok(
    "checkpoint",
    "-m",
    "feat: Add the form with validation, remembered state and keyboard navigation",
  );
  return s;
}

/** Runs a line on a terminal of a width in columns, without color. */
async function onTerminal(s: Scratch, columns: number, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const given = surroundingsOf({
    cwd: s.root,
    env: { ...s.env, NO_COLOR: "1", ...env, COLUMNS: `${columns}` },
  });
  const surroundings = { ...given.surroundings, isTerminal: (at: number) => at === 1 };
  const code = await runWithin(surroundings, ["--no-pager", ...args]);
  expect(code, given.stderr()).toBe(0);
  return given.stdout().trimEnd().split("\n");
}

const SCREENS = [
  ...[["status"], ["log"], ["show"], ["list"], ["decisions"], ["objectives"], ["blockers"]],
  ...[["note", "list"], ["why", "README.md"], ["search", "client"], ["undo", "--list"], ["stats"]],
];

test.each([40, 80, 120])("screens wrap at words on %i columns", async (columns) => {
  const s = await worked();
  for (const args of SCREENS)
    for (const line of await onTerminal(s, columns, args))
      if (!/^\s*(?:hint: |session |git )/.test(line))
        expect(widthOf(line), `${args.join(" ")}: ${line}`).toBeLessThanOrEqual(columns);
});

test("a wrapped objective goes on below its text, and a text of several lines shows the first", async () => {
  const s = await worked();
  const lines = await onTerminal(s, 60, ["objectives"]);
  expect(lines).toEqual([
    "Objectives  0 of 2 done",
    "○ obj-1 Let people sign in with the identity provider of",
    "        their own company, including the second factor",
    "○ obj-2 Two …",
  ]);
});

test("in a pipe a table is tab-separated and nothing is wrapped", async () => {
  const s = await worked();
  expect((await s.ok("list")).trimEnd().split("\t")).toHaveLength(7);
  expect(await s.ok("objectives")).toContain(LONG);
});

test("a locale without UTF-8 gets ASCII symbols and unchanged user text", async () => {
  const s = await worked();
  await s.ok("objectives", "add", "Größe … prüfen");
  for (const env of [{ LC_ALL: "C" }, { LC_ALL: "", LANG: "POSIX" }])
    for (const args of SCREENS) {
      const text = (await onTerminal(s, 80, args, env)).join("\n");
      const rest = text.replaceAll("Größe … prüfen", "");
      expect(rest, args.join(" ")).toMatch(/^[\x09\x0a\x20-\x7e]*$/);
    }
  expect((await onTerminal(s, 80, ["objectives"], { LC_ALL: "C" })).join("\n")).toContain("Größe … prüfen");
});

test("the option --quiet prints the id of the created or changed item, and no sentence", async () => {
  const s = await scratch();
  const quiet = async (...args: string[]) => {
    const { stdout, stderr, code } = await s.session(...args, "--quiet");
    // Only a warning is said, without a hint.
    expect([code, stderr.replace(/^warning: .*\n/gm, "")], args.join(" ")).toEqual([0, ""]);
    return stdout;
  };
  const id = await quiet("start", "work", "-o", "One");
  expect(id).toMatch(/^\w{12}\n$/);
  expect(await quiet("objectives", "add", "Two")).toBe("obj-2\n");
  expect(await quiet("objectives", "complete", "1", "2")).toBe("obj-1\nobj-2\n");
  expect(await quiet("decisions", "add", "Use PKCE")).toBe("dec-1\n");
  expect(await quiet("blockers", "add", "Waiting")).toBe("blk-1\n");
  expect(await quiet("blockers", "resolve", "1")).toBe("blk-1\n");
  for (const args of [
    ["note", "Mind"],
    ["tag", "api"],
    ["meta", "ticket", "P-1"],
    ["config", "set", "display.verbose", "false"],
  ])
    expect(await quiet(...args), args.join(" ")).toBe("");
  expect(await quiet("checkpoint", "--allow-empty", "-m", "feat: x")).toBe(
    `${await s.git("rev-parse", "HEAD")}\n`,
  );
  expect(await quiet("rename", "@", "Work")).toBe(id);
  expect(await quiet("undo")).toBe(id);
  expect(await quiet("pause")).toBe(id);
  expect(await quiet("resume")).toBe(id);
  expect(await quiet("end")).toBe(id);
  expect(await quiet("archive", "work")).toBe(id);
  expect(await quiet("unarchive", "work")).toBe(id);
  expect(await quiet("delete", "work", "--yes")).toBe(id);
  expect(await quiet("restore", id.trim())).toBe(id);
  expect(await quiet("cleanup", "--yes")).toBe("");
});

test("the option --quiet prints the data of reading commands, and nothing if nothing was found", async () => {
  const s = await worked();
  for (const args of SCREENS) {
    const { stdout, stderr } = await s.session(...args, "--quiet");
    expect([args.join(" "), stderr]).toEqual([args.join(" "), ""]);
    expect(stdout, args.join(" ")).not.toBe("");
  }
  for (const args of [
    ["history"],
    ["search", "nowhere"],
    ["templates"],
    ["restore"],
    ["transcript"],
    ["workspace"],
  ])
    expect(await s.session(...args, "--quiet"), args.join(" ")).toMatchObject({
      stdout: "",
      stderr: "",
      code: 0,
    });
});

test("--quiet prints the ids of what was sent or received, and no sentence", async () => {
  const s = await scratch();
  const remote = path.join(s.home, "remote.git");
  await s.git("init", "--quiet", "--bare", "--initial-branch=main", remote);
  await s.git("remote", "add", "origin", remote);
  await s.git("push", "--quiet", "--set-upstream", "origin", "main");
  await s.ok("start", "work", "-o", "One");
  const id = `${(await s.json("show", "work")).session.id}\n`;
  await s.git("push", "--quiet", "--set-upstream", "origin", "work");
  const quiet = async (at: Scratch, ...args: string[]) => {
    const { stdout, stderr, code } = await at.session(...args, "--quiet");
    expect([code, stderr], args.join(" ")).toEqual([0, ""]);
    return stdout;
  };
  expect(await quiet(s, "push")).toBe(id);
  expect(await quiet(s, "push")).toBe("");
  expect(await quiet(s, "share", "@")).toBe(id);
  expect(await quiet(s, "export", "-o", "../whole.json")).toBe("../whole.json\n");
  const clone = s.at(path.join(s.home, "clone"));
  await s.git("clone", "--quiet", remote, clone.root);
  expect(await quiet(clone, "pull")).toBe(id);
  expect(await quiet(clone, "pull")).toBe("");
  expect(await quiet(clone, "sync")).toBe("");
  const other = s.at(path.join(s.home, "other"));
  await s.git("clone", "--quiet", remote, other.root);
  expect(await quiet(other, "pull", id.trim())).toBe(id);
  expect(await quiet(other, "hooks", "install")).toBe("");
  expect(await quiet(other, "hooks", "uninstall")).toBe("");
  expect(await quiet(other, "uninit", "--yes")).toBe("");
});
