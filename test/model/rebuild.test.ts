/** A session's context out of its log: whatever was saved comes back, with nothing but the log and `.clone.json`. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { contextOf, parseContext } from "../../src/session/context.ts";
import {
  eventAt,
  eventOf,
  parseEvents,
  type SessionEvent,
  startedEvent,
} from "../../src/session/events/events.ts";
import { cloneText, missingEvents, rebuildFromEvents } from "../../src/session/events/rebuild.ts";
import { newSession, type SessionContext } from "../../src/session/state.ts";
import { mergeRecords } from "../../src/sharing/merge/records.ts";
import { anyEdits, applyEdits, type Edit, eventsOf, type Files, newRecord } from "../support/record-edits.ts";

const contextIn = (files: Files) => parseContext(files.get("context.json") ?? "");

/** Edits whose events say all that they do: none that a person makes in the Markdown files, or that a test makes up. */
const told = anyEdits.map((all) =>
  all.filter((each: Edit) => !["state", "by hand", "take out", "prose"].includes(each.do)),
);

test("the log rebuilds the context after any sequence of changes", () => {
  fc.assert(
    fc.property(fc.array(anyEdits, { maxLength: 4 }), (all) => {
      const files = applyEdits(newRecord(), all.flat(), 0, 1);
      expect(rebuildFromEvents(eventsOf(files))).toEqual(contextIn(files));
    }),
    { numRuns: 300 },
  );
});

test("every edit is described by the events of its command", () => {
  fc.assert(
    fc.property(told, (all) => {
      const events = eventsOf(applyEdits(newRecord(), all, 0, 1));
      expect(events.filter((each) => each.type === "context.noted")).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("after a merge of two clones, the log and .clone.json rebuild the context", () => {
  fc.assert(
    fc.property(anyEdits, anyEdits, anyEdits, (before, one, other) => {
      const base = applyEdits(newRecord(), before, 0, 1);
      const { files } = mergeRecords(base, applyEdits(base, one, 1, 10), applyEdits(base, other, 2, 10));
      const [events, context] = [eventsOf(files), contextIn(files)];
      const here = context && JSON.parse(cloneText(events, context));
      expect(rebuildFromEvents(events, here)).toEqual(context);
    }),
    { numRuns: 200 },
  );
});

const time = fc.date({ noInvalidDate: true }).map((each) => each.toISOString());
const word = fc.string({ maxLength: 6 });
const oid = fc.stringMatching(/^[0-9a-f]{40}$/);
const keyed = <T>(value: fc.Arbitrary<T>) => fc.dictionary(word, value, { maxKeys: 3 });

/** A context with anything in it that a file may hold. */
const anyContext = fc
  .record(
    {
      title: word,
      base: fc.record({ branch: word, commit: oid }, { requiredKeys: [] }),
      state: fc.constantFrom("active", "paused", "ended", "archived"),
      ...{ created: time, ended: time, author: word, parent: word, summary: word, shared: time },
      ...{ tags: fc.array(word), checklist: fc.array(word), meta: keyed(word), coverage: fc.nat(100) },
      ...{ tip: oid, checkpointed: time, committed: keyed(oid), dropped: keyed(oid) },
      decisions: fc.array(fc.record({ id: fc.constant("dec-1"), text: word, alternatives: fc.array(word) })),
      notes: fc.array(fc.record({ text: word, added: time })),
      items: fc.dictionary(fc.constantFrom("obj-1", "blk-2"), fc.record({ added: time, mark: word })),
      work: fc.record({ commit: oid, files: fc.nat(9), at: time }),
      own: fc.record({ words: fc.array(word), events: fc.nat(9) }),
      "a key of a newer version": fc.oneof(word, keyed(word), fc.array(word)),
    },
    { requiredKeys: [] },
  )
  .map((given) => {
    const { context } = newSession({ id: "k3f9qzm2x7ab", branch: "x", base: {}, now: "2026-01-01" });
    return contextOf({ ...context, ...given }) as SessionContext;
  });

test("a completed log rebuilds any context, except values that git gives", () => {
  fc.assert(
    fc.property(fc.array(anyContext, { minLength: 1, maxLength: 4 }), fc.boolean(), (contexts, began) => {
      const at = "2026-01-01T00:00:00.000Z";
      let log: readonly SessionEvent[] = began ? [startedEvent(contexts[0] as SessionContext)] : [];
      for (const context of contexts) {
        log = [...log, ...missingEvents(log, [eventAt(at, "session.paused")], context, at)];
        const lines = log.map((each) => JSON.stringify(each)).join("\n");
        const { tip: _tip, told: _told, ...expected } = context;
        expect(rebuildFromEvents(parseEvents(lines).events, JSON.parse(cloneText(log, context)))).toEqual(
          expected,
        );
      }
    }),
    { numRuns: 300 },
  );
});

test("keys of this clone only are never in the log", () => {
  const { context } = newSession({ id: "k3f9qzm2x7ab", branch: "x", base: {}, now: "2026-01-01" });
  const own = { words: ["mine"], events: 0 };
  const log = missingEvents([], [], { ...context, own, tip: "a".repeat(40) }, "2026-01-01");
  expect(JSON.stringify(log)).not.toMatch(/mine|aaaa/);
  const forged = eventAt("2026-01-02", "context.noted", { set: { own, work: { commit: "b".repeat(40) } } });
  expect(rebuildFromEvents([...log, forged])).toEqual({ ...context, dropped: {} });
});

test("a log of an older version rebuilds what it records", () => {
  const events = [
    { at: "2026-01-01T10:00:00.000Z", type: "session.started", id: "k3f9qzm2x7ab", ref: "refs/heads/a/bc" },
    { at: "2026-01-01T10:01:00.000Z", type: "objective.added", id: "obj-2", text: "Two" },
    { at: "2026-01-01T10:02:00.000Z", type: "objective.completed", id: "obj-2" },
    { at: "2026-01-01T10:03:00.000Z", type: "session.shared" },
    { at: "2026-01-01T10:04:00.000Z", type: "of a newer version", id: 7 },
  ].flatMap((each) => eventOf(each) ?? []);
  expect(rebuildFromEvents(events)).toMatchObject({
    ...{ title: "Bc", created: "2026-01-01T10:00:00.000Z", shared: "2026-01-01T10:03:00.000Z" },
    items: {
      "obj-2": { added: "2026-01-01T10:01:00.000Z", finished: "2026-01-01T10:02:00.000Z", mark: "done" },
    },
    last: { obj: 2, blk: 0, dec: 0 },
  });
  expect(rebuildFromEvents(events.slice(1))).toBeUndefined();
});

test("an unknown or incomplete event is kept unchanged", () => {
  for (const raw of [
    { at: "2026-01-01", type: "session.teleported", to: "mars" },
    { at: "2026-01-01", type: "note", words: "no text" },
    { at: "2026-01-01", type: "constructor" },
  ])
    expect(eventOf(raw)).toEqual({ at: raw.at, type: "unknown", raw });
  expect(eventOf({ at: "2026-01-01", type: "session.resumed", by: 7, more: [1] })).toEqual({
    ...{ at: "2026-01-01", type: "session.resumed", more: [1] },
  });
});
