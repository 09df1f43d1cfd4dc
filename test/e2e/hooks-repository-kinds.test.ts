/** Hooks in linked worktrees, submodules, SHA-256 repositories, subfolders, and under a hostile configuration. */
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const trailers = (repo: Scratch, commit = "HEAD") => repo.git("log", "-1", "--format=%(trailers)", commit);
const commit = (repo: Scratch, ...args: string[]) => repo.git("commit", "--quiet", "--allow-empty", ...args);

test("each worktree's commits carry the session of its own branch", async () => {
  const repo = await scratch({ session: ["first", "-o", "In the main worktree"] });
  await repo.ok("hooks", "install");
  await repo.git("worktree", "add", "--quiet", "-b", "second", "../linked", "main");
  const linked = repo.at("../linked");
  await linked.ok("start", "second", "-o", "In the linked one");
  await linked.ok("decisions", "add", "Only here");
  await commit(linked, "-m", "linked");
  await commit(repo, "-m", "main worktree");
  expect(await trailers(linked)).toContain("In the linked one");
  expect(await trailers(linked)).toContain("dec-1: Only here");
  expect(await trailers(repo)).toContain("In the main worktree");
  expect(await trailers(repo)).not.toContain("Only here");
  await commit(linked, "--amend", "-m", "linked, amended");
  expect(await trailers(linked)).toContain("dec-1: Only here");
  await commit(linked, "-m", "and on");
  expect(await trailers(linked)).not.toContain("Only here");
  expect(await linked.json("decisions", "list", "--all")).toMatchObject([
    { text: "Only here", state: "committed" },
  ]);
});

test("two worktrees may have a commit editor open at once", async () => {
  const repo = await scratch({ session: ["first", "-o", "In the main worktree"] });
  await repo.ok("hooks", "install");
  await repo.git("worktree", "add", "--quiet", "-b", "second", "../linked", "main");
  const linked = repo.at("../linked");
  await linked.ok("start", "second", "-o", "In the linked one");
  const typed = (wait: number) => ({ GIT_EDITOR: `sh -c 'sleep ${wait}; echo typed > "$1"' --` });
  const ran = await Promise.all([
    repo.run("git", ["commit", "--quiet", "--allow-empty"], { env: typed(0.2) }),
    linked.run("git", ["commit", "--quiet", "--allow-empty"], { env: typed(0.8) }),
  ]);
  expect(ran.map((each) => each.code)).toEqual([0, 0]);
  expect(await trailers(repo)).toContain("In the main worktree");
  expect(await trailers(linked)).toContain("In the linked one");
});

test("a submodule's commits carry the submodule's session", async () => {
  const inner = await scratch();
  const repo = await scratch();
  await repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.root, "lib");
  await repo.ok("start", "outside", "-o", "Of the superproject");
  const lib = repo.at("lib");
  await lib.ok("start", "inside", "-o", "Of the submodule");
  await lib.ok("hooks", "install");
  await commit(lib, "-m", "one");
  await commit(repo, "-m", "no hooks here");
  expect(await trailers(lib)).toContain("Of the submodule");
  expect(await trailers(repo)).toBe("");
});

test("hooks work from a subfolder and with paths on the command line", async () => {
  const repo = await scratch({ session: ["work", "-o", "One"] });
  await repo.ok("hooks", "install");
  await repo.write("deep/er/a.txt", "a\n");
  await repo.write("deep/b.txt", "b\n");
  await repo.git("add", "--all");
  await repo.at("deep/er").git("commit", "--quiet", "-m", "one file", "a.txt");
  expect(await trailers(repo)).toContain("obj-1: One");
  expect(await repo.git("show", "--format=", "--name-only")).toBe("deep/er/a.txt");
  expect(await repo.git("status", "--porcelain")).toBe("A  deep/b.txt");
});

test("hooks work in a SHA-256 repository: commits, amends, fixups and resets", async () => {
  const repo = await scratch({ repository: false });
  await repo.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main");
  await commit(repo, "-m", "first");
  await repo.ok("start", "work", "-o", "One");
  await repo.ok("hooks", "install");
  await repo.ok("decisions", "add", "Use A");
  await commit(repo, "-m", "one");
  await commit(repo, "--amend", "-m", "one, amended");
  expect(await trailers(repo)).toContain("dec-1: Use A");
  await repo.ok("decisions", "add", "Use B");
  await commit(repo, "-m", "two");
  const env = { GIT_SEQUENCE_EDITOR: "sed -i 2s/pick/fixup/", GIT_EDITOR: "true" };
  expect((await repo.run("git", ["rebase", "-i", "--keep-empty", "main"], { env })).code).toBe(0);
  expect(await trailers(repo)).toMatch(/dec-1: Use A\n - dec-2: Use B/);
  await repo.git("reset", "--quiet", "--hard", "main");
  await commit(repo, "-m", "again");
  expect(await trailers(repo)).toMatch(/dec-1: Use A\n - dec-2: Use B/);
});

test("a hostile global configuration does not affect the hooks", async () => {
  const repo = await scratch();
  await appendFile(
    path.join(repo.home, "gitconfig"),
    [
      '[core]\n\tcommentChar = ";"\n\tabbrev = 4\n\tautocrlf = true\n\tquotePath = true',
      '[trailer]\n\tseparators = "#"\n\tifmissing = doNothing\n\twhere = start',
      '[trailer "session-id"]\n\tkey = X\n\tcommand = touch pwned',
      "[commit]\n\tcleanup = strip\n\tverbose = true\n\tstatus = false",
      "[log]\n\tshowSignature = true\n\tdecorate = full\n\tdate = relative\n\tfollow = true",
      "[color]\n\tui = always\n[format]\n\tpretty = oneline\n[rebase]\n\tautosquash = true\n\tabbreviateCommands = true",
      "[i18n]\n\tcommitEncoding = ISO-8859-1\n[status]\n\tshort = true\n[merge]\n\tlog = true\n",
    ].join("\n"),
  );
  await repo.ok("start", "work", "-o", "Öne");
  await repo.ok("hooks", "install");
  await repo.ok("decisions", "add", "Use Ä");
  await commit(repo, "-m", "one");
  await commit(repo, "--amend", "-m", "one, amended");
  await repo.ok("objectives", "add", "Zwö");
  const env = { GIT_EDITOR: `sh -c 'cp "$1" ../seen; { echo typed; cat ../seen; } > "$1"' --` };
  expect(await repo.run("git", ["commit", "--quiet", "--allow-empty"], { env })).toMatchObject({ code: 0 });
  const found = await repo.json("decisions", "list", "--all");
  expect(found).toMatchObject([
    { text: "Use Ä", state: "committed", commit: await repo.git("rev-parse", "HEAD~1") },
  ]);
  expect(repo.exists("pwned")).toBe(false);
  for (const [at, said] of [
    ["HEAD", "obj-2: Zwö"],
    ["HEAD~1", "obj-1: Öne"],
  ] as const)
    expect(await repo.git("log", "-1", "--encoding=UTF-8", "--format=%B", at)).toMatch(
      new RegExp(`\\n\\nSession-Objectives:\\n - \\[ \\] ${said}\\n[\\s\\S]*Session-Id: \\w+\\n$`),
    );
});

test("hooks work for the first commit of an unborn branch", async () => {
  const repo = await scratch({ commits: 0, session: ["main", "-o", "From nothing"] });
  await repo.ok("hooks", "install");
  await commit(repo, "-m", "root");
  expect(await trailers(repo)).toContain("obj-1: From nothing");
});

test("hooks work on a detached HEAD and during a bisect", async () => {
  const repo = await scratch({ commits: 3, session: ["work", "-o", "One"] });
  await repo.ok("hooks", "install");
  await repo.git("bisect", "start", "HEAD", "HEAD~2");
  await commit(repo, "-m", "while bisecting");
  expect(await trailers(repo)).toBe("");
  await repo.git("bisect", "reset");
  await commit(repo, "-m", "back");
  expect(await trailers(repo)).toContain("obj-1: One");
});
