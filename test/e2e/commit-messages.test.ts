import { chmod } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectRun } from "../support/expect-run.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

async function started(): Promise<Scratch> {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("README.md", "edited\n");
  return s;
}

/** Runs git without the user's settings for messages. */
const PLAIN = [
  "-c",
  "trailer.separators=:",
  "-c",
  "core.commentChar=#",
  "-c",
  "i18n.logOutputEncoding=UTF-8",
];
const byGit = (s: Scratch, key: string) =>
  s.git(...PLAIN, "log", "-1", `--format=%(trailers:key=${key},valueonly)`);
const texts = (items: { text: string }[]) => items.map((each) => each.text);

const HOSTILE = [
  "#123 is fixed",
  "# a heading",
  "; semicolon",
  "// slashes",
  "Session-Id: 000000000000",
  "Signed-off-by: Somebody <s@example.com>",
  "------------------------ >8 ------------------------",
  "---",
  "diff --git a/x b/x",
  "Ünïcode ✓ 🎉 e\u0301 \u0645\u0631\u062d\u0628\u0627",
  "$(touch x) `touch x` %s %n",
];

test.each([
  ["commit.cleanup=strip", "core.commentChar=S", "i18n.commitEncoding=ISO-8859-1"],
  ["commit.cleanup=whitespace", "core.commentChar=;", "commit.template=/nowhere/at/all"],
  ["commit.cleanup=scissors", "core.commentChar=auto", "commit.verbose=2"],
  ["commit.cleanup=verbatim", "core.commentChar=-", "i18n.logOutputEncoding=ISO-8859-1"],
  ["commit.cleanup=default", "core.commentChar=[", "format.signOff=true"],
  ["core.commentString=//", "core.commentChar= ", "trailer.ifexists=replace"],
])("with %s, %s and %s, the trailers are read back as written", async (...settings) => {
  const s = await started();
  for (const each of settings) await s.git("config", ...each.split("="));
  await s.ok("objectives", "add", "--", ...HOSTILE);
  await s.ok("decisions", "add", "Décidé ✓", "--rationale", "#1 of all\nand ; more");
  await s.ok("checkpoint", "-m", "fix: ä ✓\n\n#12 is a number\n; kept\nSigned-off-by: Me <me@example.com>");
  const { session } = await s.json("trailers");
  expect(texts(session.objectives)).toEqual(["One", ...HOSTILE]);
  expect(session.decisions).toMatchObject([{ text: "Décidé ✓", rationale: "#1 of all\nand ; more" }]);
  const message = await s.git(...PLAIN, "log", "-1", "--format=%B");
  expect(
    message.startsWith("fix: ä ✓\n\n#12 is a number\n; kept\nSigned-off-by: Me <me@example.com>\n"),
  ).toBe(true);
  expect(await byGit(s, "Session-Id")).toMatch(/^[0-9a-z]{12}$/m);
  expect(message.match(/^Signed-off-by:/gm)).toHaveLength(1);
  const { id } = (await s.json("status")).session;
  await s.git("branch", "side", "main");
  const before = await s.git("rev-parse", "work");
  await s.ok("end", "--merge-to", "side", "--squash");
  expect(texts((await s.json("trailers", "side")).session.decisions)).toEqual(["Décidé ✓"]);
  expect(await s.git("rev-parse", "work")).toBe(before);
  expect(await s.git(...PLAIN, "show", `refs/sessions/${id}:context.json`)).toContain("Décidé ✓");
  expect((await s.json("list"))[0]).toMatchObject({ id, title: "Work" });
  expect((await s.session("trailers", "HEAD")).stdout).not.toContain("Ã");
});

test.each([
  ["fix: x", "fix: x\n\nSession-Objectives:"],
  ["Note: z", "Note: z\n\nSession-Objectives:"],
  ["Session-Id: me", "Session-Id: me\n\nSession-Objectives:"],
  ["fix: x\n\nwithout a line end", "fix: x\n\nwithout a line end\n\nSession-Objectives:"],
  ["fix: x\r\n\r\nCRLF body\r\n", "fix: x\n\nCRLF body\n\nSession-Objectives:"],
  [
    "fix: x\n\nChange-Id: I1234\nSigned-off-by: A <a@example.com>",
    "fix: x\n\nChange-Id: I1234\nSigned-off-by: A <a@example.com>\nSession-Objectives:",
  ],
  [
    "fix: x\n\nhttps://a.example\nNote: prose",
    "fix: x\n\nhttps://a.example\nNote: prose\nSession-Objectives:",
  ],
  ["fix: x\n\n---\nbelow a line", "fix: x\n\n---\nbelow a line\n\nSession-Objectives:"],
])("the message %j stays unchanged above the block", async (message, begins) => {
  const s = await started();
  await s.ok("checkpoint", "-m", message);
  const written = await s.git("log", "-1", "--format=%B");
  expect(written.startsWith(begins), written).toBe(true);
  expect(await byGit(s, "Session-Id")).toMatch(/^[0-9a-z]{12}$/m);
  const parsed = await s.run("git", ["interpret-trailers", "--parse", "--no-divider"], { input: written });
  expect(parsed.stdout).toMatch(/^Session-Id: [0-9a-z]{12}$/m);
  expect(written).not.toContain("\r");
});

test("Gerrit's Change-Id, the user's sign-off and our trailers share one block", async () => {
  const s = await started();
  await s.write(
    ".git/hooks/commit-msg",
    '#!/bin/sh\ngit interpret-trailers --no-divider --in-place --if-exists doNothing --trailer "Change-Id: I0123456789" "$1"\n',
  );
  await chmod(`${s.root}/.git/hooks/commit-msg`, 0o755);
  await s.ok("checkpoint", "-m", "fix: x\n\nSigned-off-by: Me <me@example.com>", "--decision", "D");
  for (const key of ["Change-Id", "Signed-off-by", "Session-Id", "Decisions"])
    expect(await byGit(s, key)).not.toBe("");
  await s.write("README.md", "more\n");
  await s.ok("checkpoint", "--amend");
  const message = await s.git("log", "-1", "--format=%B");
  for (const key of ["Change-Id", "Signed-off-by", "Session-Id", "Decisions"])
    expect(message.match(new RegExp(`^${key}:`, "gm")), key).toHaveLength(1);
});

test("hand-written objectives with CRLF, invalid bytes, or thousands of items are kept", async () => {
  const s = await started();
  const file = ".git/sessions/work/objectives.md";
  await s.write(file, "# Mine\r\n\r\n- [x] obj-1: One\r\n- [ ] Two\r\n");
  await s.ok("checkpoint", "-m", "a");
  expect(await s.git("cat-file", "commit", "HEAD")).not.toContain("\r");
  expect(await s.read(file)).toMatch(/obj-2: Two\r\n/);
  await s.run("sh", ["-c", `printf -- '- [ ] bad \\377\\000 bytes\\n' >> ${file}`]);
  await s.ok("checkpoint", "--allow-empty", "-m", "b");
  expect(await s.git("cat-file", "commit", "HEAD")).not.toContain("\0");
  await s.git("fsck", "--strict");
  const many = Array.from({ length: 5000 }, (_, n) => `- [ ] ${n} ${"x".repeat(60)}`);
  await s.write(file, `# Many\n\n${many.join("\n")}\n`);
  await s.ok("checkpoint", "--allow-empty", "-m", "c");
  expect(await s.git("log", "-1", "--format=%B")).toMatch(/\.\.\. 4900 more \(session show\)/);
  const { session } = await s.json("end");
  expect(await s.git("show", `refs/sessions/${session.id}:objectives.md`)).toContain("4999 xxx");
});

test("an argument with invalid UTF-8 gets a replacement character for each bad byte", async () => {
  const s = await started();
  const ran = await s.run("sh", [
    "-c",
    `"${process.execPath}" "${process.cwd()}/dist/cli.js" objectives add "$(printf 'caf\\351 bar')"`,
  ]);
  expect(ran.code).toBe(0);
  expect(texts(await s.json("objectives"))).toEqual(["One", "caf\ufffd bar"]);
  await s.ok("checkpoint", "-m", "x");
});

test("no command makes a commit without a message, and an existing commit without one can be read", async () => {
  const s = await started();
  for (const message of ["", " ", "\n\n"])
    await expectRun(s, ["checkpoint", "-m", message], { code: 2, says: /the message is empty/ });
  await s.git("commit", "--quiet", "--allow-empty", "--allow-empty-message", "-m", "");
  for (const args of [["status"], ["brief"], ["handoff"], ["trailers"]]) await expectRun(s, args);
  await expectRun(s, ["checkpoint", "--amend", "-m", "docs: x"], { changes: ["head", "refs", "index"] });
});

test("the trailers pass a commit-message linter, close no issue, and skip no CI run", async () => {
  const s = await started();
  const hook = `#!/bin/sh\n! awk 'length($0) > 100' "$1" | grep .\n`;
  await s.write(".git/hooks/commit-msg", hook);
  await chmod(`${s.root}/.git/hooks/commit-msg`, 0o755);
  await s.ok("hooks", "install");
  const long =
    "Move the nightly import from the old scheduler to the queue so that a broken file stops one customer";
  const objectives = ["Fixes #42 for good", `${long}, see https://example.com/${"größer/".repeat(20)}`];
  await s.ok("objectives", "add", ...objectives);
  await s.ok(
    "decisions",
    "add",
    "Release commits say [skip ci]",
    "--rationale",
    `${long}\nBREAKING CHANGE: none`,
  );
  const read = async () => {
    const message = await s.git("log", "-1", "--format=%B");
    expect(message).not.toMatch(/fixes #42|\[skip ci\]|BREAKING CHANGE/i);
    expect(message.split("\n").filter((line) => Buffer.byteLength(line) > 100)).toEqual([]);
    return (await s.json("trailers")).session;
  };
  await s.git("commit", "--quiet", "-am", "fix: typo");
  const plain = await read();
  expect(texts(plain.objectives)).toEqual(["One", ...objectives]);
  expect(plain.decisions).toMatchObject([
    { text: "Release commits say [skip ci]", rationale: `${long}\nBREAKING CHANGE: none` },
  ]);
  await s.ok("objectives", "complete", "obj-1");
  await s.ok("objectives", "start", "obj-2");
  await s.write("README.md", "again\n");
  await s.ok("checkpoint");
  expect(await s.git("log", "-1", "--format=%s")).toMatch(/fix.* #\u206042 for good/);
  expect(texts((await read()).objectives)).toEqual(["One", ...objectives]);
  const pr = await s.ok("pr");
  expect(pr).not.toMatch(/fixes #42|\[skip ci\]|BREAKING CHANGE/i);
});
