import { describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const FILE = ".session/templates/sessions/bugfix.yaml";
const BUGFIX = `# For what is broken.
objectives:
  - Reproduce it in a test
  - "Fix it: the smallest change"
tags: [bug, urgent]
checklist:
  - Changelog has a line
  - Tried on Windows
base: main
`;

async function withTemplate(text = BUGFIX): Promise<Scratch> {
  const s = await scratch();
  await s.write(FILE, text);
  return s;
}

describe("start --template", () => {
  test("begins at the template's base with its objectives, tags and checklist, and adds the given ones", async () => {
    const s = await withTemplate();
    const main = await s.git("rev-parse", "main");
    await s.git("switch", "--quiet", "-c", "other");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "elsewhere");
    await s.ok("start", "fix/crash", "--template", "bugfix", "-o", "Tell the reporter", "--tag", "ios");
    expect(await s.git("rev-parse", "HEAD")).toBe(main);
    expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual([
      "Reproduce it in a test",
      "Fix it: the smallest change",
      "Tell the reporter",
    ]);
    const { session, checklist } = await s.json("status");
    expect(session).toMatchObject({ baseBranch: "main", tags: ["bug", "urgent", "ios"] });
    expect(checklist).toEqual([
      { text: "Changelog has a line", state: "open" },
      { text: "Tried on Windows", state: "open" },
    ]);
  });

  test("lets --from win over the template's base, and adopts an existing branch", async () => {
    const s = await withTemplate(BUGFIX.replace("base: main", "base: nowhere"));
    await s.git("branch", "old");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "second");
    await s.ok("start", "from", "--template", "bugfix", "--from", "HEAD");
    expect(await s.git("log", "-1", "--format=%s")).toBe("second");
    await s.ok("start", "old", "--template", "bugfix");
    expect(await s.git("log", "-1", "--format=%s")).toBe("commit 0");
  });

  test("uses the remote's branch as base in a fresh clone", async () => {
    const s = await withTemplate();
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "template");
    await s.git("switch", "--quiet", "-c", "develop");
    await s.git("clone", "--quiet", ".", "../clone");
    const clone = s.at("../clone");
    await clone.ok("start", "fix/crash", "--template", "bugfix");
    expect(await clone.git("rev-parse", "HEAD")).toBe(await s.git("rev-parse", "main"));
    expect((await clone.json("status")).session.baseBranch).toBe("main");
  });

  test("shows the checklist in status and handoff, verify checks it, and end names open entries", async () => {
    const s = await withTemplate();
    await s.ok("start", "fix/crash", "--template", "bugfix");
    await s.ok("objectives", "complete", "1", "2");
    await s.git("add", "--all");
    await s.ok("checkpoint", "-m", "fix: it");
    expect((await s.json("status")).next[0]).toEqual({
      what: "check: Changelog has a line, and 1 more",
      command: "session verify 'Changelog has a line' --result passed",
    });
    await s.ok("verify", "changelog has a line", "--result", "passed");
    await s.ok("verify", "Tried on Windows", "--result", "failed");
    expect(await s.ok("status")).toMatch(
      /Checklist {2}1 of 2 checked\n {2}passed Changelog has a line\n {2}failed Tried on Windows/,
    );
    expect(await s.ok("handoff")).toMatch(
      /## Checklist\n\n- `Changelog has a line`: passed\n- `Tried on Windows`: failed/,
    );
    const ended = await s.session("end", "--json");
    expect(JSON.parse(ended.stdout).unchecked).toEqual(["Tried on Windows"]);
    expect(ended.stderr).toContain("warning: not checked: Tried on Windows");
    await s.ok("resume");
    expect((await s.json("status")).checklist).toHaveLength(2);
  });

  test("restores the checklist of a damaged record, and from an export", async () => {
    const s = await withTemplate();
    await s.ok("start", "fix/crash", "--template", "bugfix");
    const { checklist } = await s.json("status");
    await s.write(".git/sessions/fix/crash/context.json", "{");
    await s.ok("note", "goes on");
    expect((await s.json("status")).checklist).toEqual(checklist);
    await s.ok("verify", "Tried on Windows", "--result", "failed");
    await s.ok("export", "@", "-o", "../out.json");
    await s.ok("end");
    await s.git("init", "--quiet", "../fresh");
    const fresh = s.at("../fresh");
    await fresh.ok("import", "-i", "../out.json");
    expect(await fresh.ok("handoff", "fix/crash")).toMatch(
      /## Checklist\n\n- `Changelog has a line`: open\n- `Tried on Windows`: failed/,
    );
  });

  test("refuses an unknown template, and a branch with a session", async () => {
    const s = await withTemplate();
    const unknown = await s.session("start", "x", "--template", "bugfx");
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain('no template "bugfx"');
    expect(unknown.stderr).toContain("did you mean bugfix?");
    for (const name of ["../../../etc/passwd", "", ".hidden", "a/b", "nul"])
      expect((await s.session("start", "x", "--template", name)).code, name).toBe(2);
    expect(await s.git("branch", "--format=%(refname:short)")).toBe("main");
    await s.ok("start", "x");
    const again = await s.session("start", "x", "--resume", "--template", "bugfix");
    expect(again.stderr).toContain("the session already exists: --template was not applied");
    expect(await s.json("objectives")).toEqual([]);
  });
});

describe("a hostile template", () => {
  test.each([
    ["objectives: One", '1:13: objectives must be a list: "- " and a text on each line'],
    ["objectivs:\n  - One", '1:1: unknown key "objectivs"; did you mean "objectives"?'],
    ["tags:\n  - ok\n  - 42", "3:5: tags holds texts, not 42: put it in quotes"],
    ["tags: ['a,b']", "1:8: tags holds texts, and a tag has no comma"],
    ["objectives:\n  - Decide: which", "2:5: objectives holds texts, not a map or a list: put it in quotes"],
    ["checklist:\n  - |\n    a\n    b", "2:5: checklist holds texts, of one line each"],
    ['tags: ["a\\eb"]', "1:8: tags holds texts, without control characters"],
    ["base: [a]", "1:7: base must be the name of a branch, not a map or a list: put it in quotes"],
    ["base: nowhere", '1:7: there is no branch "nowhere"'],
    ["base: --upload-pack=x", '1:7: there is no branch "--upload-pack=x"'],
    ["base: main~1", '1:7: there is no branch "main~1"'],
    ["- One", "1:1: keys such as objectives: are expected here"],
    ["tags: [a]\ntags: [b]", "2:1: Map keys must be unique"],
    ["tags: [a", "1:9: "],
    ["tags: []\n---\ntags: []", "2:1: a second YAML document begins; session templates must be one document"],
    ["<<<<<<< HEAD\ntags: []\n", "1:1: an unresolved merge conflict"],
    [`objectives:\n${"- x\n".repeat(101)}`, "102:3: objectives has 101 items; at most 100 are read"],
    [`tags: ${"[".repeat(5000)}`, "this is nested too deeply for session templates"],
    [`tags: ["${"x".repeat(20_000)}"]`, "characters is too long for session templates"],
  ])("an invalid template is refused with its place, and nothing starts: %j", async (text, message) => {
    const s = await withTemplate(text);
    const before = await s.fingerprint();
    const ran = await s.session("start", "x", "--template", "bugfix");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(`error: ${FILE}:`);
    expect(ran.stderr.split("\n").length).toBeLessThan(5);
    expect(await s.fingerprint()).toBe(before);
  });

  test("with multiplying aliases is refused, and every problem is named", async () => {
    const bomb = `objectives:\n  - &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]\n  - &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n  - &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n  - [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
    const s = await withTemplate(`${bomb}x: 1\n`);
    const { error } = JSON.parse((await s.session("start", "x", "--template", "bugfix", "--json")).stdout);
    expect(error.code).toBe("bad-template");
    expect(error.message).toContain(":2:");
    expect(error.details).toContain(`${FILE}:6:1: unknown key "x"`);
  });

  test("that is a link, a pipe or a large file is refused", async () => {
    const s = await withTemplate();
    await s.run("sh", ["-c", `rm ${FILE}; ln -s /etc/passwd ${FILE}`]);
    const linked = await s.session("start", "x", "--template", "bugfix");
    expect(linked).toMatchObject({ code: 1 });
    expect(linked.stderr).toContain("is not a regular file");
    await s.run("sh", ["-c", `rm ${FILE}; mkfifo ${FILE}`]);
    expect((await s.session("start", "x", "--template", "bugfix")).stderr).toContain("is not a regular file");
    await s.run("sh", ["-c", `rm ${FILE}; head -c 100000 /dev/zero > ${FILE}`]);
    expect((await s.session("start", "x", "--template", "bugfix")).stderr).toContain("100000 bytes");
    expect(await s.json("templates")).toMatchObject([{ name: "bugfix", objectives: [] }]);
    await s.run("sh", [
      "-c",
      "mv .session/templates/sessions ../away; ln -s ../../../away .session/templates/sessions",
    ]);
    for (const command of [["start", "x", "--template", "bugfix"], ["templates"]])
      expect((await s.session(...command)).stderr).toContain("is not a folder");
    expect(await s.git("branch", "--format=%(refname:short)")).toBe("main");
  });
});

describe("templates", () => {
  test("save makes a template from a session, and start makes the same session from it", async () => {
    const s = await withTemplate();
    await s.ok("start", "fix/one", "--template", "bugfix", "-o", "yes", "-o", "# no comment: 'x' \\ \"y\"");
    await s.ok("objectives", "add", "two\nlines", "dropped");
    await s.ok("objectives", "drop", "6");
    await s.ok("objectives", "complete", "1");
    const { file, template } = await s.json("templates", "save", "fix/one", "again");
    expect(file).toBe(".session/templates/sessions/again.yaml");
    await s.ok("start", "fix/two", "--template", "again");
    expect((await s.json("objectives")).map((each: { text: string }) => each.text)).toEqual(
      template.objectives,
    );
    expect(template).toMatchObject({
      objectives: [
        "Reproduce it in a test",
        "Fix it: the smallest change",
        "yes",
        "# no comment: 'x' \\ \"y\"",
        "two\nlines",
      ],
      tags: ["bug", "urgent"],
      checklist: ["Changelog has a line", "Tried on Windows"],
      base: "main",
    });
    const listed = await s.json("templates", "list");
    expect(listed).toMatchObject([
      { name: "again", problems: [] },
      { name: "bugfix", problems: [] },
    ]);
    expect(await s.ok("templates")).toContain("bugfix  2 objectives · 2 to check · bug, urgent · from main");
  });

  test("save replaces nothing without --force, and writes through no link", async () => {
    const s = await withTemplate();
    await s.ok("start", "work", "-o", "One");
    const refused = await s.session("templates", "save", "@", "bugfix");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain(
      "the template bugfix already exists\nhint: session templates save @ bugfix --force\n",
    );
    expect(await s.read(FILE)).toBe(BUGFIX);
    await s.ok("templates", "save", "@", "bugfix", "--force");
    expect(await s.read(FILE)).toContain("objectives:\n  - One\n");
    await s.run("sh", ["-c", `echo mine > ../mine; rm ${FILE}; ln -s ../../../../mine ${FILE}`]);
    await s.ok("templates", "save", "@", "bugfix", "--force");
    expect(await s.read("../mine")).toBe("mine\n");
    await s.run("sh", ["-c", "rm -r .session; mkdir ../else; ln -s ../else .session"]);
    expect((await s.session("templates", "save", "@", "x")).stderr).toContain("is not a folder");
    expect((await s.run("ls", ["-A", "../else"])).stdout).toBe("");
    expect((await s.session("templates", "save", "nobody", "x")).code).toBe(3);
  });

  test("list without templates is empty, and list names invalid templates", async () => {
    const s = await withTemplate("tags: [1]\n");
    expect(await s.ok("templates")).toContain(`! ${FILE}:1:8: tags holds texts, not 1: put it in quotes`);
    await s.run("rm", ["-r", ".session"]);
    expect(await s.json("templates")).toEqual([]);
    expect(await s.session("template", "list")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "No templates yet.\nhint: session templates save <session> <name>\n",
    });
  });
});
