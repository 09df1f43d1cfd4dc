import { chmod, rm, symlink, utimes } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { expectRun, expectWholeSession } from "../support/expect-run.ts";
import { repositoryState } from "../support/repository-state.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

function started(): Promise<Scratch> {
  return scratch({ commits: 3, session: ["work", "-o", "One"] });
}

const edit = (s: Scratch) => () => s.write("README.md", "edited\n");

test.each([
  ["a split index", "core.splitIndex", "true"],
  ["an untracked cache", "core.untrackedCache", "true"],
  ["index version 4", "index.version", "4"],
  ["many files", "feature.manyFiles", "true"],
  ["no stat data to trust", "core.trustctime", "false"],
])("a whole session works with %s", async (_what, key, value) => {
  const s = await scratch({ commits: 3 });
  await s.git("config", key, value);
  await s.git("update-index", ...(key === "core.splitIndex" ? ["--split-index"] : ["--refresh"]));
  await s.git("reset", "--quiet", "--hard");
  await expectWholeSession(s, edit(s));
});

test("pause and resume see a change of the same size, made in the same moment as the index", async () => {
  const s = await started();
  // git compares only size and time, and both stay the same.
  await s.git("config", "core.checkStat", "minimal");
  await s.git("config", "core.trustctime", "false");
  const moment = Math.floor(Date.now() / 1000) - 100;
  const inThatMoment = (file: string) => utimes(path.join(s.root, file), moment, moment);
  const before = await s.read("README.md");
  const edited = before.replace(/./g, "x");
  await inThatMoment("README.md");
  await s.git("update-index", "--refresh");
  await s.write("README.md", edited);
  await inThatMoment("README.md");
  await inThatMoment(".git/index");
  await s.ok("pause");
  expect(await s.read("README.md")).toBe(before);
  await inThatMoment("README.md");
  await s.git("update-index", "--refresh");
  await inThatMoment(".git/index");
  await s.ok("resume", "work");
  expect(await s.read("README.md")).toBe(edited);
});

test("reading commands neither run a core.fsmonitor program nor leave a daemon", async () => {
  const s = await started();
  await s.write("../bin/monitor", `#!/bin/sh\necho ran >> "${s.home}/ran"\nprintf '/\\0'\n`);
  await chmod(`${s.root}/../bin/monitor`, 0o755);
  await s.git("config", "core.fsmonitor", `${s.root}/../bin/monitor`);
  await s.write("README.md", "x\n");
  for (const args of [
    ["status"],
    ["brief"],
    ["handoff"],
    ["list"],
    ["doctor"],
    ["decisions", "list", "--all"],
  ])
    await s.ok(...args);
  // What the test itself asked of git may have run it: only what the program did counts.
  expect(s.exists(`${s.home}/ran`)).toBe(false);
});

test("intent-to-add entries are kept, and committed only if named", async () => {
  const s = await started();
  await s.write("later.txt", "later\n");
  await s.git("add", "--intent-to-add", "later.txt");
  await s.write("README.md", "staged\n");
  await s.git("add", "README.md");
  await expectRun(s, ["checkpoint", "-m", "docs: staged"], { changes: ["head", "refs"] });
  expect(await s.git("status", "--porcelain")).toBe(" A later.txt");
  await expectRun(s, ["checkpoint", "--amend", "--staged", "--decision", "D"], { changes: ["head", "refs"] });
  expect(await s.git("status", "--porcelain")).toBe(" A later.txt");
  await expectRun(s, ["checkpoint", "-m", "feat: later"], { changes: ["head", "refs", "index"] });
  expect(await s.git("show", "--name-status", "--format=", "HEAD")).toBe("A\tlater.txt");
});

test("a refused commit of new files restores the previous intent-to-add entries", async () => {
  const s = await started();
  await s.write("mine.txt", "mine\n");
  await s.git("add", "--intent-to-add", "mine.txt");
  await s.write("new.txt", "new\n");
  await s.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
  await chmod(`${s.root}/.git/hooks/pre-commit`, 0o755);
  await expectRun(s, ["checkpoint", "-A", "-m", "x"], { code: 1 });
  expect(await s.git("status", "--porcelain")).toBe(" A mine.txt\n?? new.txt");
});

test("modes, links and type changes are committed", async () => {
  const s = await started();
  await s.write("run.sh", "#!/bin/sh\n");
  await symlink("README.md", `${s.root}/link`);
  await symlink("/nowhere/at/all", `${s.root}/dangling`);
  await s.write("was-file", "x\n");
  await s.write("folder/inside", "x\n");
  await s.ok("checkpoint", "-A", "-m", "feat: all kinds");
  await chmod(`${s.root}/run.sh`, 0o755);
  await rm(`${s.root}/link`);
  await s.write("link", "now a file\n");
  await rm(`${s.root}/was-file`);
  await symlink("run.sh", `${s.root}/was-file`);
  await rm(`${s.root}/dangling`);
  await rm(`${s.root}/folder`, { recursive: true });
  await s.write("folder", "a file in the place of a folder\n");
  await rm(`${s.root}/file-2.txt`);
  await s.write("file-2.txt/inside", "a folder in the place of a file\n");
  const { files } = await repositoryState(s);
  await s.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n");
  await chmod(`${s.root}/.git/hooks/pre-commit`, 0o755);
  await expectRun(s, ["checkpoint", "-A", "-m", "x"], { code: 1 });
  await rm(`${s.root}/.git/hooks/pre-commit`);
  await expectRun(s, ["checkpoint", "-m", "feat: what is tracked"], { changes: ["head", "refs", "index"] });
  expect((await s.git("status", "--porcelain")).split("\n")).toEqual([" D file-2.txt", "?? folder"]);
  await expectRun(s, ["checkpoint", "-A", "-m", "feat: other kinds"], { changes: ["head", "refs", "index"] });
  expect((await repositoryState(s)).files).toBe(files);
  expect(await s.git("status", "--porcelain")).toBe("");
  const modes = (await s.git("ls-tree", "-r", "HEAD")).split("\n").map((line) => line.replace(/ .*\t/, " "));
  expect(modes).toEqual([
    "100644 README.md",
    "100644 file-1.txt",
    "100644 file-2.txt/inside",
    "100644 folder",
    "100644 link",
    "100755 run.sh",
    "120000 was-file",
  ]);
});

test.each(["--assume-unchanged", "--skip-worktree"])("%s is neither committed nor forgotten", async (bit) => {
  const s = await started();
  await s.write("file-1.txt", "local settings\n");
  await s.git("update-index", bit, "file-1.txt");
  await s.write("README.md", "x\n");
  for (const how of [["README.md"], ["-A"], []]) {
    await s.write("README.md", `${how}\n`);
    await expectRun(s, ["checkpoint", ...how, "-m", "docs: x"], { changes: ["head", "refs", "index"] });
    expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe("README.md");
  }
  await expectRun(s, ["end"], { changes: ["snapshots"] });
  expect(await s.git("ls-files", "-v", "file-1.txt")).toBe(
    bit === "--skip-worktree" ? "S file-1.txt" : "h file-1.txt",
  );
  expect(await s.read("file-1.txt")).toBe("local settings\n");
});

test("a staged submodule pointer is committed, never the submodule's changes, and its own session is separate", async () => {
  const s = await scratch();
  await s.git("clone", "--quiet", ".", "../lib");
  await s.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../lib", "lib");
  await s.git("commit", "--quiet", "-m", "submodule");
  await s.ok("start", "work", "-o", "Outer");
  const lib = s.at("lib");
  await lib.write("README.md", "dirty\n");
  await s.write("README.md", "x\n");
  await expectRun(s, ["checkpoint", "-m", "docs: x"], { changes: ["head", "refs", "index"] });
  expect(await s.git("show", "--name-only", "--format=", "HEAD")).toBe("README.md");
  await lib.ok("start", "inner");
  await lib.ok("checkpoint", "-m", "docs: inside");
  expect(lib.exists("../.git/modules/lib/sessions/inner/context.json")).toBe(true);
  await expectRun(s, ["checkpoint", "-m", "x"], { code: 1, says: /nothing to commit/ });
  await s.git("add", "lib");
  await expectRun(s, ["checkpoint", "-m", "feat: newer lib"], { changes: ["head", "refs"] });
  expect(await s.git("rev-parse", "HEAD:lib")).toBe(await lib.git("rev-parse", "HEAD"));
  await expectRun(s, ["end"], { changes: ["snapshots"] });
  expect((await lib.json("status")).session.state).toBe("active");
});

test("filtered files, such as LFS, are committed through the filter and not counted by content", async () => {
  const s = await started();
  await s.git("config", "filter.big.clean", "sed s/large/pointer/");
  await s.git("config", "filter.big.smudge", "sed s/pointer/large/");
  await s.git("config", "filter.big.required", "true");
  await s.write(".gitattributes", "*.bin filter=big diff=big -text\n");
  await s.git("config", "diff.big.textconv", "false");
  await s.git("config", "diff.big.command", "false");
  await s.write("a.bin", "large\n");
  await expectRun(s, ["checkpoint", "-A", "-m", "feat: big"], { changes: ["head", "refs", "index"] });
  expect(await s.git("show", "--no-textconv", "HEAD:a.bin")).toBe("pointer");
  expect(await s.read("a.bin")).toBe("large\n");
  expect(await s.git("status", "--porcelain")).toBe("");
  await expectRun(s, ["brief"], { says: /a\.bin/ });
  await expectRun(s, ["end"], { changes: ["snapshots"] });
});
