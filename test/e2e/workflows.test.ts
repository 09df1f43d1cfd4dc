import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { projectHistory } from "../support/project-history.ts";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const DOCS = await readFile("docs/workflows.md", "utf8");

/** The blocks of commands below a heading, as they stand in the docs. */
function blocks(heading: string): string[] {
  const section = DOCS.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
}

/** Returns the content for a "# write a and b" line: code, or a test of it. */
const writing = (line: string) =>
  line
    .replace(/^# write /, "")
    .split(" and ")
    .map((file) => {
      const text = file.includes("test/") ? 'test("it", () => {});' : "export const it = 1;";
      return `mkdir -p ${path.dirname(file)}; echo '${text}' > ${file}`;
    })
    .join("\n");

/** Types a block into a shell that stops at the first command which fails. */
async function typed(s: Scratch, block: string): Promise<string> {
  const lines = block.split("\n").map((line) => (line.startsWith("# write ") ? writing(line) : line));
  const program = `session() { '${process.execPath}' '${CLI}' "$@"; }\nset -ex\n${lines.join("\n")}`;
  const { code, stdout, stderr } = await s.run("sh", ["-c", program]);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Clones of a repository with this one's history. */
async function clones(...names: string[]): Promise<Scratch[]> {
  const s = await scratch({ repository: false });
  const up = await projectHistory(s);
  for (const name of names) await s.git("clone", "--quiet", "--shared", up, `../${name}`);
  return names.map((name) => s.at(`../${name}`));
}

test('every line of "daily work" in docs/workflows.md runs', async () => {
  const [s] = (await clones("mine")) as [Scratch];
  const [day = ""] = blocks("Daily work");
  await typed(s, day);
  expect(await s.git("log", "-1", "--format=%s", "origin/main")).toBe(
    "feat(text): greet by name, describe it",
  );
  const message = await s.git("log", "-1", "--format=%B", "origin/main");
  expect(message).toContain("* feat: greet by name\n* docs: describe the greeting\n");
  expect(message).toContain("dec-1: Greet in English only");
  expect(await s.git("status", "--porcelain")).toBe("");
  expect(await s.git("branch", "--format=%(refname:short)")).toBe("main");
});

test('every line of "context switching" in docs/workflows.md runs', async () => {
  const [s] = (await clones("mine")) as [Scratch];
  const [switching = "", worktree = ""] = blocks("Context switching");
  expect(await typed(s, switching)).toContain("?? src/text/search-titles.ts");
  expect(await s.git("log", "--format=%s", "origin/main..main")).toBe("fix: stop the crash");
  expect(await s.git("ls-tree", "-r", "--name-only", "main", "src/text")).not.toContain("search-titles");
  expect((await s.json("status")).session.branch).toBe("feature/search");
  expect(await typed(s, worktree)).toContain("docs: fix a typo");
  expect(await s.git("log", "--format=%s", "origin/main..main")).toBe(
    "docs: fix a typo\nfix: stop the crash",
  );
  expect(await s.git("worktree", "list")).not.toContain("fix-typo");
  await s.ok("switch", "feature/search");
  expect(await s.read("src/text/search-titles.ts")).toContain("it = 1");
});

test('every line of "team handoff" in docs/workflows.md runs', async () => {
  const [mine, theirs] = (await clones("mine", "theirs")) as [Scratch, Scratch];
  const [begin = "", finish = ""] = blocks("Team handoff");
  await typed(mine, begin);
  const said = await typed(theirs, finish);
  expect(said).toContain("Quote every field");
  expect(await theirs.git("log", "-1", "--format=%s", "origin/main")).toBe(
    "feat(text): write CSV, write JSON",
  );
  await mine.git("switch", "--quiet", "main");
  await mine.git("pull", "--quiet");
  const [decision] = await mine.json("decisions", "list", "--all");
  expect(decision).toMatchObject({ text: "Quote every field" });
});
