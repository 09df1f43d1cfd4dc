import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Failure } from "../../src/session/failure.ts";
import { type Change, type Condition, JOURNAL, readThrough } from "../../src/store/journal/journal.ts";
import type { Lock } from "../../src/store/journal/lock.ts";
import {
  commitFiles,
  pendingCondition,
  prepareChange,
  recoverJournal,
  settleJournal,
} from "../../src/store/journal/transaction.ts";
import { codeOf, emptyFolder } from "./temporary-folder.ts";

const lock: Lock = { check: async () => {} };
const lost: Lock = {
  check: async () => {
    throw new Failure("lock-lost", "gone");
  },
};
const condition: Condition = {
  ...{ ref: "refs/heads/x", before: null, amend: false, id: "t05ac9gpehvy" },
  layout: { added: [] },
};

const NAMES = ["context.json", "objectives.md", "events.jsonl"] as const;

/** A session's folder as it was, and a change of it. */
async function begun(log = "before\n"): Promise<string> {
  const folder = await emptyFolder();
  await writeFile(path.join(folder, "context.json"), "old");
  await writeFile(path.join(folder, "events.jsonl"), log);
  return folder;
}

const CHANGE: Change = {
  write: new Map([
    ["context.json", "new"],
    ["objectives.md", "made ä"],
  ]),
  append: { name: "events.jsonl", text: "after ✓\n" },
};
const OLD = { "context.json": "old", "events.jsonl": "before\n" };
const NEW = { "context.json": "new", "objectives.md": "made ä", "events.jsonl": "before\nafter ✓\n" };

const seen = async (folder: string) => Object.fromEntries(await readThrough(folder, NAMES));

/** The files themselves, without the journal. */
async function onDisk(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), "utf8")])),
  );
}

test("a transaction writes all files, appends, and leaves nothing else", async () => {
  const folder = await begun();
  await commitFiles(folder, lock, CHANGE);
  expect(await onDisk(folder)).toEqual(NEW);
  expect(await seen(folder)).toEqual(NEW);
});

test("a writer that lost the lock writes nothing", async () => {
  const folder = await begun();
  await prepareChange(folder, lock, CHANGE, condition);
  const before = await onDisk(folder);
  for (const action of [
    () => commitFiles(folder, lost, CHANGE),
    () => prepareChange(folder, lost, CHANGE, condition),
    () => settleJournal(folder, lost, true),
    () => settleJournal(folder, lost, false),
  ])
    expect(await codeOf(action())).toBe("lock-lost");
  expect(await onDisk(folder)).toEqual(before);
  const other = await begun();
  await writeFile(path.join(other, JOURNAL), JSON.stringify({ write: { "context.json": "new" } }));
  expect(await codeOf(recoverJournal(other, lost))).toBe("lock-lost");
  expect(await readFile(path.join(other, "context.json"), "utf8")).toBe("old");
});

describe("while the new files are written to the disk", () => {
  /** A lock that does something at its second check, when the new files are staged and nothing is decided. */
  const thenDo = (action: () => Promise<void>): Lock => {
    let checks = 0;
    return { check: async () => (++checks === 2 ? action() : undefined) };
  };

  test("a lock that is lost leaves the old files and nothing else", async () => {
    const folder = await begun();
    expect(await codeOf(commitFiles(folder, thenDo(lost.check), CHANGE))).toBe("lock-lost");
    expect(await onDisk(folder)).toEqual(OLD);
  });

  test("a line that a user adds is kept", async () => {
    const folder = await begun();
    const file = path.join(folder, "objectives.md");
    await writeFile(file, "one\n");
    const change: Change = {
      write: new Map([["objectives.md", "one\ntwo\n"]]),
      seen: new Map([["objectives.md", "one\n"]]),
    };
    await commitFiles(
      folder,
      thenDo(() => writeFile(file, "zero\none\n")),
      change,
    );
    expect(await readFile(file, "utf8")).toBe("zero\none\ntwo\n");
    expect(Object.keys(await onDisk(folder))).toEqual(["context.json", "events.jsonl", "objectives.md"]);
  });

  test("a file in the place of a folder leaves the old files and nothing else", async () => {
    const folder = await begun();
    await writeFile(path.join(folder, ".undo"), "a file");
    const change: Change = { write: new Map([...CHANGE.write, [".undo/000001.json", "{}"]]) };
    expect(await codeOf(commitFiles(folder, lock, change))).toBe("unsafe-file");
    expect(await onDisk(folder)).toEqual({ ...OLD, ".undo": "a file" });
  });
});

describe("an interrupted transaction", () => {
  test("reads as done after the decision, the next command finishes it, and finishing twice equals once", async () => {
    const steps = fc.record({
      written: fc.subarray(["context.json", "objectives.md"]),
      // How much of the appended text reached the disk; more than all of it is somebody else's half line.
      torn: fc.nat({ max: Buffer.byteLength("after ✓\n") }),
      temp: fc.boolean(),
      times: fc.integer({ min: 1, max: 3 }),
      log: fc.constantFrom("", "before\n", "ä ✓\n", "no line end"),
    });
    await fc.assert(
      fc.asyncProperty(steps, async ({ written, torn, temp, times, log }) => {
        const folder = await begun(log);
        const journal = {
          write: Object.fromEntries(CHANGE.write),
          append: { ...CHANGE.append, at: Buffer.byteLength(log) },
        };
        await writeFile(path.join(folder, JOURNAL), JSON.stringify(journal));
        for (const name of written) await writeFile(path.join(folder, name), CHANGE.write.get(name) ?? "");
        const bytes = Buffer.from("after ✓\n").subarray(0, torn);
        await writeFile(path.join(folder, "events.jsonl"), Buffer.concat([Buffer.from(log), bytes]));
        if (temp) await writeFile(path.join(folder, ".tmp-999999999-x"), "half");
        const done = { ...NEW, "events.jsonl": `${log}after ✓\n` };
        expect(await seen(folder)).toEqual(done);
        for (let n = 0; n < times; n++) await recoverJournal(folder, lock);
        const { ".tmp-999999999-x": _temp, ...files } = await onDisk(folder);
        expect(files).toEqual(done);
        expect(await seen(folder)).toEqual(done);
      }),
      { numRuns: 60 },
    );
  });

  test("may be interrupted again while it is finished", async () => {
    const folder = await begun();
    const journal = { write: Object.fromEntries(CHANGE.write), append: { ...CHANGE.append, at: 7 } };
    // Everything was done but the removal of the journal.
    await commitFiles(folder, lock, CHANGE);
    await writeFile(path.join(folder, JOURNAL), JSON.stringify(journal));
    await recoverJournal(folder, lock);
    expect(await onDisk(folder)).toEqual(NEW);
  });

  test.each([
    ["torn", JSON.stringify({ write: Object.fromEntries(CHANGE.write) }).slice(0, 20)],
    ["empty", ""],
    ["a list", "[]"],
    ["without a change", "{}"],
    ["naming a file elsewhere", JSON.stringify({ write: { "../../config": "[alias] x = !y" } })],
    ["appending elsewhere", JSON.stringify({ write: {}, append: { name: "/etc/passwd", text: "x", at: 0 } })],
    ["moving elsewhere", JSON.stringify({ write: {}, move: { kept: "../../../..", back: false } })],
  ])("with a journal that is %s decides nothing", async (_what, text) => {
    const folder = await begun();
    await writeFile(path.join(folder, JOURNAL), text);
    expect(await seen(folder)).toEqual(OLD);
    await recoverJournal(folder, lock);
    expect(await seen(folder)).toEqual(OLD);
    expect(await pendingCondition(folder)).toBeUndefined();
    await commitFiles(folder, lock, CHANGE);
    expect(await onDisk(folder)).toEqual(NEW);
  });
});

describe("a transaction that waits for a commit", () => {
  test("changes nothing, and no recovery decides it", async () => {
    const folder = await begun();
    await prepareChange(folder, lock, CHANGE, condition);
    expect(await pendingCondition(folder)).toEqual(condition);
    for (let n = 0; n < 2; n++) {
      expect(await seen(folder)).toEqual(OLD);
      await recoverJournal(folder, lock);
    }
    expect(await pendingCondition(folder)).toEqual(condition);
  });

  test.each([
    [true, NEW],
    [false, OLD],
  ])("is settled by %s, also twice", async (happened, expected) => {
    const folder = await begun();
    await prepareChange(folder, lock, CHANGE, condition);
    await settleJournal(folder, lock, happened);
    expect(await onDisk(folder)).toEqual(expected);
    await settleJournal(folder, lock, happened);
    expect(await onDisk(folder)).toEqual(expected);
    expect(await pendingCondition(folder)).toBeUndefined();
  });
});

describe("a concurrent reader", () => {
  test("sees each of a hundred changes whole", async () => {
    const folder = await begun();
    const change = (n: number): Change => ({
      write: new Map([
        ["context.json", `${n}`],
        ["objectives.md", `${n}`],
      ]),
      append: { name: "events.jsonl", text: `${n}\n` },
    });
    await commitFiles(folder, lock, change(0));
    let going = true;
    const writes = (async () => {
      for (let n = 1; n <= 100; n++) await commitFiles(folder, lock, change(n));
      going = false;
    })();
    while (going) {
      const files = await seen(folder);
      expect(files["objectives.md"]).toBe(files["context.json"]);
      expect(files["events.jsonl"]?.trim().split("\n").at(-1)).toBe(files["context.json"]);
      await new Promise(setImmediate);
    }
    await writes;
  });
});

describe("an interrupted move", () => {
  const ALL = ["objectives.md", "handoff.md", "events.jsonl", "context.json"];

  // It has left its branch's folder only when all of it has.
  test.each([false, true])(
    "at any step (back: %s) leaves one session, in its branch's folder",
    async (back) => {
      for (let moved = 0; moved <= ALL.length; moved++) {
        const root = await emptyFolder();
        const folder = path.join(root, "feature", "x");
        const kept = path.join(root, ".kept", "t05ac9gpehvy");
        await mkdir(folder, { recursive: true });
        await mkdir(kept, { recursive: true });
        const [from, to] = back ? [kept, folder] : [folder, kept];
        for (const name of ALL) await writeFile(path.join(from, name), `the ${name}`);
        await mkdir(path.join(from, "workspace"));
        await writeFile(
          path.join(folder, JOURNAL),
          JSON.stringify({ write: {}, move: { kept: "../../.kept/t05ac9gpehvy", back } }),
        );
        for (const name of ALL.slice(0, moved)) await rename(path.join(from, name), path.join(to, name));
        expect(Object.keys(await seen(folder)).sort()).toEqual([...NAMES].sort());
        for (let n = 0; n < 2; n++) await recoverJournal(folder, lock);
        expect((await readdir(folder)).sort()).toEqual([...ALL, "workspace"].sort());
        expect(await readdir(kept)).toEqual([]);
      }
    },
  );
});
