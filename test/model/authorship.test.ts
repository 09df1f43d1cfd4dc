import { expect, test } from "vitest";
import { authorshipOf, inheritedWords, localWords } from "../../src/session/authorship.ts";
import { parseContext } from "../../src/session/context.ts";
import { addBlocker } from "../../src/session/edits/blockers.ts";
import { addDecision } from "../../src/session/edits/decisions.ts";
import { addNote } from "../../src/session/edits/notes.ts";
import { addObjective } from "../../src/session/edits/objectives.ts";
import { eventAt, eventOf } from "../../src/session/events/events.ts";
import { newSession } from "../../src/session/state.ts";

const at = "2026-01-01T00:00:00.000Z";
const added = (id: string, text: string) => eventAt(at, "objective.added", { id, text });
const here = eventAt(at, "session.started", { id: "0123456789ab", ref: "refs/heads/x" });
const imported = eventAt(at, "session.imported");
const resumed = eventAt(at, "session.resumed", { from: "snapshot" });

/** A session with one text of each kind. */
function written() {
  let state = newSession({ id: "0123456789ab", branch: "x", base: {}, now: at, title: "Title" });
  [state] = addObjective(state, "Objective", at);
  [state] = addBlocker(state, "Blocker", "#1", at);
  [state] = addDecision(state, { text: "Decision", rationale: "Because", alternatives: ["Other"] }, at);
  return addNote(state, "Note", at)[0];
}

test("all text is this clone's own if nothing came from another clone", () => {
  const own = authorshipOf(undefined, [here, added("obj-1", "Mine")]);
  expect([own.wrote("Mine"), own.wrote("by hand"), own.from]).toEqual([true, true, undefined]);
});

test.each([
  [imported, "import"],
  [resumed, "snapshot"],
])("only text written after %j is this clone's own", (event, from) => {
  const own = authorshipOf(undefined, [added("obj-1", "Theirs, perhaps"), event, added("obj-2", "Mine")]);
  expect([own.wrote("Theirs, perhaps"), own.wrote("Mine"), own.from]).toEqual([false, true, from]);
});

test("each new item is this clone's own after another clone's record came in", () => {
  const events = [
    resumed,
    added("obj-1", "Objective"),
    eventAt(at, "blocker.added", { id: "blk-1", text: "Blocker", link: "#1" }),
    eventAt(at, "blocker.resolved", { id: "blk-1", note: "Solved" }),
    eventAt(at, "decision.added", {
      decision: { id: "dec-1", text: "Decision", rationale: "Because", alternatives: ["Other"] },
    }),
    eventAt(at, "note", { text: "Note" }),
    eventAt(at, "session.renamed", { title: "Title", from: "their title" }),
    eventAt(at, "session.ended", { summary: "Summary" }),
    eventOf({ at, type: "agent", text: "what a program said" }) ?? here,
  ];
  const own = authorshipOf(undefined, events);
  for (const words of "Objective Blocker #1 Solved Decision Because Other Note Title Summary".split(" "))
    expect([words, own.wrote(words)]).toEqual([words, true]);
  expect(["their title", "what a program said"].filter(own.wrote)).toEqual([]);
});

test("a merged log does not show authorship, so earlier items are kept as own", () => {
  const state = written();
  const before = localWords({ state, events: [here, added("obj-1", "Objective")] }, 4);
  expect(before.words).toEqual(
    expect.arrayContaining(["Title", "Objective", "Blocker", "#1", "Decision", "Because", "Other", "Note"]),
  );
  const merged = [here, added("obj-1", "Objective"), resumed];
  const own = authorshipOf(before, [...merged, added("obj-2", "Theirs"), added("obj-3", "Mine")]);
  expect(["Objective", "Theirs", "Mine"].map(own.wrote)).toEqual([true, false, true]);
  expect(own.from).toBeUndefined();
  // A record that came in whole afterwards takes the place of all that.
  const whole = authorshipOf(before, [...merged, here, imported, added("obj-4", "New")]);
  expect(["Objective", "New"].map(whole.wrote)).toEqual([false, true]);
});

test("merging twice keeps the items written before, between and after", () => {
  const one = localWords({ state: written(), events: [here] }, 3);
  const state = { ...written(), context: { ...written().context, title: "Between", own: one } };
  const events = [here, here, here, eventAt(at, "session.renamed", { title: "Between" })];
  const two = localWords({ state, events }, 9);
  expect(["Objective", "Between", "Theirs"].map(authorshipOf(two, events).wrote)).toEqual([
    true,
    true,
    false,
  ]);
});

test("items copied from another session stay as foreign as they were in it", () => {
  const state = written();
  expect(inheritedWords({ state, events: [here] }, undefined)).toEqual({});
  const foreign = { state, events: [imported, added("obj-1", "Objective")] };
  expect(inheritedWords(foreign, "Mine")).toEqual({ own: { words: ["Objective", "Mine"], events: 0 } });
});

test("the saved authorship is read back, and invalid data is ignored", () => {
  const context = { ...written().context, own: { words: ["a"], events: 2, from: "snapshot" } };
  expect(parseContext(JSON.stringify(context))?.own).toEqual(context.own);
  for (const own of [null, "a", { words: "a" }, { words: [1, {}], events: "2" }])
    expect(parseContext(JSON.stringify({ ...context, own }))).not.toHaveProperty("own");
});
