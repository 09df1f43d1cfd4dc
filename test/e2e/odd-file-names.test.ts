import { readdirSync, renameSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expectRun } from "../support/expect-run.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

async function started(): Promise<Scratch> {
  const s = await scratch({ session: ["work", "-o", "One"] });
  return s;
}

/** A file whose name is any bytes. */
function put(s: Scratch, name: Buffer, text: string): void {
  writeFileSync(Buffer.concat([Buffer.from(`${s.root}/`), name]), text);
}

const committed = async (s: Scratch) =>
  (await s.run("sh", ["-c", "git show -z --name-only --format= HEAD | od -An -c"])).stdout.replace(
    /\s+/g,
    " ",
  );

const LATIN = Buffer.from("caf\xe9.txt", "latin1");
const OTHER = Buffer.from("na\xefve \xff.ts", "latin1");

test("file names with invalid UTF-8 are committed unchanged: tracked, new, named and staged", async () => {
  const s = await started();
  put(s, LATIN, "a\n");
  await expectRun(s, ["checkpoint", "-A", "-m", "feat: new"], { changes: ["head", "refs", "index"] });
  expect(await committed(s)).toBe(" c a f 351 . t x t \\0 ");
  put(s, LATIN, "b\n");
  put(s, OTHER, "// TODO: later\n");
  await s.write("plain.txt", "x\n");
  await expectRun(s, ["status"], { says: /3 |1 changed/ });
  await expectRun(s, ["brief"], { says: /caf/ });
  await expectRun(s, ["checkpoint", "-m", "feat: tracked"], { changes: ["head", "refs", "index"] });
  expect(await committed(s)).toBe(" c a f 351 . t x t \\0 ");
  const { files } = await s.json("checkpoint", "-A", "-m", "feat: all");
  expect(files).toHaveLength(2);
  expect(await s.git("status", "--porcelain")).toBe("");
  put(s, LATIN, "c\n");
  await s.run("sh", ["-c", "git add caf*"]);
  await expectRun(s, ["checkpoint", "-m", "feat: staged"], { changes: ["head", "refs"] });
  renameSync(
    Buffer.concat([Buffer.from(`${s.root}/`), LATIN]),
    Buffer.concat([Buffer.from(`${s.root}/`), OTHER, Buffer.from("2")]),
  );
  await expectRun(s, ["checkpoint", "-A", "-m", "feat: moved"], { changes: ["head", "refs", "index"] });
  expect(await s.git("status", "--porcelain")).toBe("");
  await expectRun(s, ["end"], { changes: ["snapshots"] });
});

test("a refused commit of such names leaves the index unchanged", async () => {
  const s = await started();
  put(s, LATIN, "a\n");
  await s.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
  await s.run("chmod", ["+x", ".git/hooks/pre-commit"]);
  await expectRun(s, ["checkpoint", "-A", "-m", "x"], { code: 1 });
  expect(await s.git("status", "--porcelain")).toBe('?? "caf\\351.txt"');
});

const ODD = [
  "new\nline",
  "tab\there",
  ' "quoted" ',
  "back\\slash",
  ":(exclude)a",
  ":",
  "-f",
  "--all",
  "*",
  "[a]",
  "#",
  "\x1b[31mred",
];

test("file names with newlines, quotes, wildcards and option syntax are committed", async () => {
  const s = await started();
  for (const name of ODD) await s.write(name, "// TODO: later\n");
  await expectRun(s, ["checkpoint", "-A", "-m", "feat: odd"], { changes: ["head", "refs", "index"] });
  for (const name of ODD) {
    await s.write("README.md", `not ${name}\n`);
    await s.write(name, "changed\n");
    await expectRun(s, ["checkpoint", "-m", "feat: one of them", "--", `./${name}`], {
      changes: ["head", "refs", "index"],
    });
    expect(await s.git("show", "-z", "--name-only", "--format=", "HEAD")).toBe(`${name}\0`);
  }
  const brief = await expectRun(s, ["brief"]);
  expect(brief.stdout).not.toContain("\x1b");
  const { message } = await s.json("checkpoint", "--dry-run");
  expect(message).not.toContain("\x1b");
  for (const name of ODD) await s.run("rm", ["--", name]);
  await expectRun(s, ["checkpoint", "-m", "feat: gone"], { changes: ["head", "refs", "index"] });
  expect(readdirSync(s.root).sort()).toEqual([".git", "README.md"]);
});

test.each([
  ["core.autocrlf", "true"],
  ["core.eol", "crlf"],
])("with %s=%s the decision log keeps its line endings", async (key, value) => {
  const s = await scratch();
  await s.ok("init", "--yes");
  await s.git("config", key, value);
  await s.git("config", "core.safecrlf", "true");
  await s.write(".gitattributes", "* text\n*.txt text eol=lf\n");
  await s.git("-c", "core.safecrlf=false", "add", "--all");
  await s.git("commit", "--quiet", "-m", "begin");
  await s.run("sh", ["-c", "rm -r .session && git checkout .session"]);
  expect(await s.read(".session/decision-log.md")).toMatch(/\r\n/);
  await s.ok("start", "work", "-o", "One");
  for (const text of ["First", "Second"])
    await expectRun(s, ["checkpoint", "-m", "docs: decide", "--decision", text], {
      changes: ["head", "refs", "index", "files"],
    });
  expect(await s.read(".session/decision-log.md")).not.toMatch(/[^\r]\n/);
  expect(await s.git("show", "HEAD:.session/decision-log.md")).not.toContain("\r");
  expect(await s.git("status", "--porcelain")).toBe("");
});

test("with attributes on .session, files are read unchanged, and a snapshot holds their bytes", async () => {
  const s = await scratch();
  await s.ok("init", "--yes");
  await s.git("config", "filter.shout.clean", "tr a-z A-Z");
  await s.git("config", "filter.shout.smudge", "cat");
  await s.write(".gitattributes", "* ident export-ignore\n*.md filter=shout\n");
  await s.write("context.json", "$Id$\n");
  await s.run("sh", ["-c", "printf '* export-ignore ident filter=shout\\n' > .git/info/attributes"]);
  await s.git("add", ".session");
  await s.git("commit", "--quiet", "-m", "begin");
  await s.ok("start", "work", "-o", "Objective with $Id$ in it");
  await s.ok("checkpoint", "-m", "docs: decide", "--decision", "Small letters");
  const { session } = await s.json("end");
  const snapshot = await s.git("show", `refs/sessions/${session.id}:objectives.md`);
  expect(snapshot).toContain("obj-1: Objective with $Id$ in it");
  expect((await s.git("ls-tree", "--name-only", `refs/sessions/${session.id}`)).split("\n")).toContain(
    "context.json",
  );
  await s.run("rm", ["-rf", ".git/sessions"]);
  await s.ok("resume", session.id);
  expect((await s.json("objectives"))[0].text).toBe("Objective with $Id$ in it");
});

test.each([".gitignore", ".git/info/exclude"])(
  "if %s excludes .session, init warns and decisions are still recorded",
  async (file) => {
    const s = await scratch();
    await s.write(file, ".session\n");
    await s.git("add", ":/");
    await s.run("git", ["commit", "--quiet", "-m", "ignore"]);
    const ran = await s.session("init", "--yes");
    expect(ran.stdout + ran.stderr).toMatch(/\.session is ignored/);
    await expectRun(s, ["start", "work", "-o", "One"], { changes: ["head", "refs"] });
    await expectRun(s, ["checkpoint", "-m", "x"], { code: 1, says: /nothing to commit/ });
    await s.write("README.md", "x\n");
    await expectRun(s, ["checkpoint", "-m", "docs: x", "--decision", "First"], {
      changes: ["head", "refs", "index"],
    });
    await s.write("README.md", "y\n");
    await s.git("add", "README.md");
    await expectRun(s, ["checkpoint", "-m", "docs: y", "--decision", "Second"], {
      changes: ["head", "refs"],
    });
    expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe("README.md");
    expect((await s.json("decisions", "list", "--all")).map((each: { state: string }) => each.state)).toEqual(
      ["committed", "committed"],
    );
  },
);

test("on a case-insensitive file system the second of Work and work is refused, and the first stays unchanged", async () => {
  const s = await started();
  await s.git("branch", "Work");
  // What such a file system does: the folder that is asked for as `Work` is that of `work`.
  await s.run("mv", [".git/sessions/work", ".git/sessions/Work"]);
  await s.git("switch", "--quiet", "Work");
  for (const args of [
    ["status"],
    ["note", "x"],
    ["checkpoint", "--allow-empty", "-m", "x"],
    ["start", "Work"],
    ["end"],
  ])
    await expectRun(s, args, { code: 3, says: /the session stored for Work belongs to the branch work/ });
  await s.run("mv", [".git/sessions/Work", ".git/sessions/work"]);
  await s.git("switch", "--quiet", "work");
  expect(await s.json("objectives")).toMatchObject([{ text: "One" }]);
});
