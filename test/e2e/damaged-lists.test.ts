/** A task list that a crash or a disk damaged is set aside and rebuilt, as context.json is. Hand edits stay hand edits. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const FOLDER = ".git/sessions/feature/login";
const OBJECTIVES = `${FOLDER}/objectives.md`;
const BLOCKERS = `${FOLDER}/blockers.md`;

async function recorded(): Promise<Scratch> {
  const repo = await scratch();
  await repo.ok("start", "feature/login", "-o", "Log in", "-o", "Log out\nof every device", "-o", "Docs");
  await repo.ok("objectives", "complete", "1");
  await repo.ok("objectives", "start", "2");
  await repo.ok("objectives", "edit", "3", "Write the docs");
  await repo.ok("blockers", "add", "Waiting for keys (#42)");
  await repo.ok("blockers", "add", "No test server");
  await repo.ok("blockers", "resolve", "2", "--note", "it is back");
  return repo;
}

const items = async (repo: Scratch) => {
  const { objectives, blockers } = await repo.json("status");
  return { objectives, blockers };
};

const aside = async (repo: Scratch) =>
  (await readdir(path.join(repo.root, FOLDER))).filter((name) => name.includes(".corrupt-"));

describe.each(["objectives", "blockers"])("%s.md", (list) => {
  const file = list === "objectives" ? OBJECTIVES : BLOCKERS;
  const DAMAGE: Record<string, (text: string) => string> = {
    "of NUL bytes": (text) => "\0".repeat(text.length),
    "with NUL bytes at its end": (text) => text.slice(0, 20) + "\0".repeat(text.length - 20),
    "cut in the middle of its last item": (text) => text.slice(0, -6),
    "cut in the middle of an item before others": (text) =>
      text.slice(0, text.indexOf(list === "objectives" ? " in" : " for")),
  };
  test.each(Object.keys(DAMAGE))(
    "%s is rebuilt with every item, and the damaged file is set aside",
    async (how) => {
      const repo = await recorded();
      const before = await items(repo);
      const damaged = DAMAGE[how]?.(await repo.read(file)) ?? "";
      await repo.write(file, damaged);
      expect(await items(repo)).toEqual(before);
      expect((await repo.json("status")).warnings.join()).toContain(`${list}.md is damaged`);
      expect((await repo.session("doctor")).stdout).toContain(`${list}.md is damaged`);
      // Reading wrote nothing.
      expect(await repo.read(file)).toBe(damaged);
      await repo.ok("note", "checked");
      expect(await items(repo)).toEqual(before);
      const [kept = ""] = await aside(repo);
      expect(kept).toMatch(`${list}.md.corrupt-`);
      expect(await repo.read(`${FOLDER}/${kept}`)).toBe(damaged);
      expect((await repo.json("status")).warnings.join()).not.toContain("is damaged");
    },
  );
});

test("an item of several lines that is cut in its second line is restored", async () => {
  const repo = await recorded();
  const before = await items(repo);
  const text = await repo.read(OBJECTIVES);
  await repo.write(OBJECTIVES, text.slice(0, text.indexOf("every")));
  expect(await items(repo)).toEqual(before);
});

test("the rebuilt list contains earlier edits by hand", async () => {
  const repo = await recorded();
  const text = await repo.read(OBJECTIVES);
  await repo.write(OBJECTIVES, `${text.replace("Log in", "Log in with a passkey")}- [ ] By hand\n`);
  await repo.ok("note", "noticed");
  const before = await items(repo);
  await repo.write(OBJECTIVES, "\0\0\0\0");
  expect((await items(repo)).objectives).toEqual(before.objectives);
});

test("a list is rebuilt together with a damaged context.json, and set aside once", async () => {
  const repo = await recorded();
  const before = (await items(repo)).objectives.map((each: { text: string }) => each.text);
  await repo.write(OBJECTIVES, "\0\0");
  expect((await repo.session("objectives", "complete", "99")).code).toBe(1);
  await repo.write(`${FOLDER}/context.json`, "\0\0");
  expect((await items(repo)).objectives.map((each: { text: string }) => each.text)).toEqual(before);
  await repo.ok("note", "checked");
  expect((await items(repo)).objectives.map((each: { text: string }) => each.text)).toEqual(before);
  expect((await aside(repo)).map((name) => name.split(".corrupt")[0]).sort()).toEqual([
    "context.json",
    "objectives.md",
  ]);
});

test("edits by hand without a final newline are kept: deleted, shortened and new items", async () => {
  const repo = await recorded();
  const text = await repo.read(OBJECTIVES);
  await repo.write(OBJECTIVES, text.replace(/\n- \[.\] obj-3.*\n$/, ""));
  expect((await items(repo)).objectives).toHaveLength(2);
  await repo.write(OBJECTIVES, `${text}- [ ] New one`);
  expect((await items(repo)).objectives.at(-1).text).toBe("New one");
  await repo.write(OBJECTIVES, `${text}- [ ] `);
  expect((await items(repo)).objectives).toHaveLength(3);
  await repo.write(OBJECTIVES, "# Objectives\n");
  expect((await items(repo)).objectives).toEqual([]);
  await repo.run("rm", [OBJECTIVES]);
  expect((await items(repo)).objectives).toEqual([]);
  expect(await aside(repo)).toEqual([]);
});
