import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTasks, writeTasks } from "../../src/session/files/tasklist.ts";

test("the list parser reads every spelling of a task, and no other line", () => {
  const text =
    "- [ ] obj-1: a\n* [X] obj-2: b\n+ [>] c\n  - [-] obj-4: d\n- [~] e\n- [ ]\n- plain\n```\n- [ ] obj-9: in a fence\n```\n- [ ] blk-1: another kind\n";
  expect(parseTasks(text, "obj")).toEqual([
    { id: "obj-1", mark: "open", text: "a" },
    { id: "obj-2", mark: "done", text: "b" },
    { mark: "active", text: "c" },
    { id: "obj-4", mark: "dropped", text: "d" },
    { mark: "dropped", text: "e" },
    { mark: "open", text: "blk-1: another kind" },
  ]);
});

test("writing a list changes only the lines of changed items", () => {
  const before = "intro\n\n- [ ] obj-1: a\n   more of a\n- [x] obj-2: b   \n\nouttro without a line end";
  const after = writeTasks(before, "obj", [
    { id: "obj-1", mark: "open", text: "a\nmore of a" },
    { id: "obj-2", mark: "open", text: "b" },
    { id: "obj-3", mark: "open", text: "c" },
  ]);
  expect(after).toBe(
    "intro\n\n- [ ] obj-1: a\n   more of a\n- [ ] obj-2: b\n- [ ] obj-3: c\n\nouttro without a line end\n",
  );
});

const word = fc.stringMatching(/^[a-z][a-z #*[\]:-]{0,20}[a-z]$/);
const tasks = fc
  .array(
    fc.record({
      mark: fc.constantFrom("open", "active", "done", "dropped"),
      lines: fc.array(word, { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 6 },
  )
  .map((all) =>
    all.map((each, n) => ({ id: `obj-${n + 1}`, mark: each.mark as "open", text: each.lines.join("\n") })),
  );

test("a written list is read back, and writing it again changes no byte", () => {
  fc.assert(
    fc.property(tasks, fc.constantFrom("", "# Objectives\n", "# A\r\n\r\ntext\r\n"), (items, before) => {
      const text = writeTasks(before, "obj", items);
      expect(parseTasks(text, "obj")).toEqual(items);
      expect(writeTasks(text, "obj", items)).toBe(text);
      for (const line of before.split(/\r?\n/)) expect(text).toContain(line);
    }),
  );
});

test("a continuation line that looks like an item stays part of its item", () => {
  const texts = ["Port the list:\n- [ ] one\n- [x] obj-9: two", "a\n\\- [ ] b", "a\n  * [>] c\n\\\\+ [ ] d"];
  const items = texts.map((text, n) => ({ id: `obj-${n + 1}`, mark: "open" as const, text }));
  const text = writeTasks("", "obj", items);
  expect(parseTasks(text, "obj")).toEqual(items);
  expect(writeTasks(text, "obj", items)).toBe(text);
});
