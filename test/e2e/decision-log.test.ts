/** `.session/decision-log.md` has every decision that the commits of the branch carry, whatever committed it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { missingIn, orderedLog } from "../../src/trailers/decision-log.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

const LOG = ".session/decision-log.md";

async function project(): Promise<Scratch & { id: string }> {
  const repo = await scratch();
  await repo.ok("init");
  await repo.git("add", "--all");
  await repo.git("commit", "--quiet", "-m", "chore: init");
  await repo.ok("start", "feature/login", "-o", "Log in");
  return Object.assign(repo, { id: (await repo.json("status")).session.id as string });
}

/** A commit of stock git, without a hook, that carries a decision. */
async function plain(repo: { id: string } & Scratch, n: number, text: string) {
  await repo.git(
    ...["commit", "--quiet", "--allow-empty", "-m"],
    `feat: plain ${n}\n\nDecisions:\n - dec-${n}: ${text}\n   Rationale: it is simple\nSession-Id: ${repo.id}\n`,
  );
}

const inLog = async (repo: Scratch) =>
  [...(await repo.read(LOG)).matchAll(/\*\*(.*)\*\*.*\/(dec-\d+), (.*)\)$/gm)].map((each) => each.slice(1));

test("a checkpoint logs the decisions of plain commits, and no decision twice", async () => {
  const repo = await project();
  await plain(repo, 1, "Use PKCE");
  await repo.write("a.txt", "a\n");
  await repo.git("add", "a.txt");
  await repo.ok("checkpoint", "-m", "feat: a", "--decision", "Keep tokens in the keychain");
  const wanted = [
    ["Use PKCE", "dec-1", "feature/login"],
    ["Keep tokens in the keychain", "dec-2", "feature/login"],
  ];
  expect(await inLog(repo)).toEqual(wanted);
  expect(await repo.git("show", `HEAD:${LOG}`)).toContain("**Use PKCE** Rationale: it is simple.");
  await repo.write("b.txt", "b\n");
  await repo.git("add", "b.txt");
  await repo.ok("checkpoint", "-m", "feat: b");
  expect(await repo.git("show", "--name-only", "--format=", "HEAD")).toBe("b.txt");
  expect(await inLog(repo)).toEqual(wanted);
});

test.each(["tracked", "new", "staged"])(
  "the preview and the report of a checkpoint count the %s log",
  async (state) => {
    const repo = await project();
    if (state === "new") await repo.git("rm", "--quiet", "--cached", LOG);
    if (state === "new") await repo.git("commit", "--quiet", "-m", "chore: no log");
    await repo.write("README.md", "changed\n");
    if (state === "staged") await repo.git("add", "README.md");
    const line = ["checkpoint", "-m", "feat: a", "--decision", "Use PKCE"];
    const preview = await repo.json(...line, "--dry-run");
    const made = await repo.json(...line);
    expect(made).toMatchObject({ leftOut: [], message: preview.message });
    expect(preview.files).toEqual(expect.arrayContaining(made.files));
    const paths = (await repo.git("show", "--name-only", "--format=", "HEAD")).split("\n");
    expect(paths.sort()).toEqual([LOG, "README.md"]);
    expect(made.message).toContain("Changed: 2 files");
  },
);

test("end logs missing decisions before it merges", async () => {
  const repo = await project();
  await plain(repo, 1, "Use PKCE");
  await repo.ok("end", "--merge-to", "main");
  expect(await repo.git("show", `main:${LOG}`)).toContain("**Use PKCE**");
  expect(await repo.git("status", "--porcelain")).toBe("");
});

test("doctor names missing decisions, and decisions log adds them in order", async () => {
  const repo = await project();
  await plain(repo, 1, "Use PKCE");
  await plain(repo, 2, "Keep tokens in the keychain");
  const found = async () => (await repo.session("doctor")).stdout;
  expect(await found()).toMatch(
    `${LOG} lacks 2 of 2 decisions that commits carry: ${repo.id}/dec-1, ${repo.id}/dec-2\n    hint: session decisions log`,
  );
  await repo.write(LOG, `${await repo.read(LOG)}Written by hand.\n`);
  expect(await repo.json("decisions", "log")).toEqual({
    path: LOG,
    carried: 2,
    added: [`${repo.id}/dec-1`, `${repo.id}/dec-2`],
    changed: true,
  });
  expect((await inLog(repo)).map((each) => each[1])).toEqual(["dec-1", "dec-2"]);
  expect(await repo.read(LOG)).toContain("Written by hand.");
  expect(await found()).toMatch(/decision log {2}2 decisions/);
  expect((await repo.json("decisions", "log")).changed).toBe(false);
});

test("a decision with a reverted commit is not logged again", async () => {
  const repo = await project();
  await repo.write("a.txt", "a\n");
  await repo.git("add", "a.txt");
  await repo.ok("checkpoint", "-m", "feat: a", "--decision", "Use PKCE");
  await repo.git("revert", "--no-edit", "HEAD");
  await repo.write("b.txt", "b\n");
  await repo.git("add", "b.txt");
  await repo.ok("checkpoint", "-m", "feat: b");
  expect(await inLog(repo)).toEqual([]);
  expect((await repo.json("decisions", "log")).changed).toBe(false);
});

test("without a .session folder there is no decision log, and decisions log says how to make one", async () => {
  const repo = await scratch();
  const { code, stderr } = await repo.session("decisions", "log");
  expect(code).toBe(1);
  expect(stderr).toMatch(/session init/);
});

test("decision log entries are sorted by day and then by commit; existing lines stay unchanged, also with \\r\\n", () => {
  const decision = (id: string, added: string) => ({
    session: "aaaaaaaaaaaa",
    decision: { id, text: `Text of ${id}`, alternatives: [], added },
  });
  const log = [
    "# Decision log",
    "",
    "Head.",
    "",
    "- 2026-03-02 **Edited by hand** (aaaaaaaaaaaa/dec-2, feature\\_x)",
    "A remark.",
    "- 2026-03-01 **Of an older clone** (bbbbbbbbbbbb/dec-9, main)",
    "",
  ].join("\r\n");
  const all = [
    decision("dec-1", "2026-03-02T10:00:00Z"),
    decision("dec-2", "2026-03-02T11:00:00Z"),
    decision("dec-3", "2026-02-01T11:00:00Z"),
  ];
  const after = orderedLog(log, "main", all);
  expect(after.split("\r\n")).toEqual([
    ...["# Decision log", "", "Head.", ""],
    "- 2026-02-01 **Text of dec-3** (aaaaaaaaaaaa/dec-3, feature\\_x)",
    "- 2026-03-01 **Of an older clone** (bbbbbbbbbbbb/dec-9, main)",
    "- 2026-03-02 **Text of dec-1** (aaaaaaaaaaaa/dec-1, feature\\_x)",
    "- 2026-03-02 **Edited by hand** (aaaaaaaaaaaa/dec-2, feature\\_x)",
    ...["", "A remark.", ""],
  ]);
  expect(orderedLog(after, "main", all)).toBe(after);
  expect(missingIn(after, all)).toEqual([]);
});

test("this repository's own log has each decision once", () => {
  const log = readFileSync(new URL("../../.session/decision-log.md", import.meta.url), "utf8");
  const keys = [...log.matchAll(/\((\w+\/dec-\d+), /g)].map((each) => each[1]);
  expect(keys.length).toBeGreaterThanOrEqual(16);
  expect(new Set(keys).size).toBe(keys.length);
});
