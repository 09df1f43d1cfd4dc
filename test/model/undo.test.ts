import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChangeRecord, nextToRedo, nextToUndo, undoneNow } from "../../src/session/undo.ts";

/** States are numbers: each change makes a new one, and `before` is looked up beside the records. */
function play(steps: readonly ("change" | "undo" | "redo")[]) {
  const records: ChangeRecord[] = [];
  const before = new Map<number, number>();
  let state = 0;
  let fresh = 0;
  let past: number[] = [];
  let future: number[] = [];
  for (const step of steps) {
    const n = records.length + 1;
    const record = (more: object) => {
      records.push({ n, at: "", what: step, before: null, ...more });
      before.set(n, state);
    };
    if (step === "change") {
      record({});
      past.push(state);
      future = [];
      state = ++fresh;
    }
    if (step === "undo") {
      const target = nextToUndo(records);
      expect(target === undefined).toBe(past.length === 0);
      if (!target) continue;
      record({ undoes: target.n });
      future.push(state);
      state = before.get(target.n) ?? -1;
      expect(state).toBe(past.pop());
    }
    if (step === "redo") {
      const target = nextToRedo(records);
      expect(target === undefined).toBe(future.length === 0);
      if (!target) continue;
      record({ redoes: target.n });
      past = [...past, state];
      state = before.get(target.n) ?? -1;
      expect(state).toBe(future.pop());
    }
  }
  return records;
}

test("undo and redo behave as two stacks", () => {
  const step = fc.constantFrom("change" as const, "undo" as const, "redo" as const);
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => void play(steps)));
});

test("the currently undone changes are known after any undo and redo", () => {
  expect([...undoneNow(play(["change", "change", "undo", "undo", "redo"]))]).toEqual([2]);
  expect([...undoneNow(play(["change", "undo", "redo"]))]).toEqual([]);
});
