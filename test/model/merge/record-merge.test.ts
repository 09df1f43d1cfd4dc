import fc from "fast-check";
import { expect, test } from "vitest";
import { mergeRecords } from "../../../src/sharing/merge/records.ts";
import {
  anyEdits,
  applyEdits,
  type Edit,
  eventsOf,
  type Files,
  newRecord,
  stateOf,
} from "../../support/record-edits.ts";

/** A record that three devices went on from. */
const three = (only: (edit: Edit) => boolean = () => true) =>
  fc.record({ before: anyEdits, a: anyEdits, b: anyEdits, c: anyEdits }).map(({ before, a, b, c }) => {
    const base = applyEdits(newRecord(), before.filter(only), 0, 1);
    return {
      base,
      a: applyEdits(base, a.filter(only), 1, 20),
      b: applyEdits(base, b.filter(only), 2, 20),
      c: applyEdits(base, c.filter(only), 3, 20),
    };
  });

const merge = (base: Files | undefined, ours: Files, theirs: Files) => mergeRecords(base, ours, theirs).files;
const plain = (files: Files) => Object.fromEntries([...files].sort());

test("merging two records gives the same result whichever side is named first", () => {
  fc.assert(
    fc.property(three(), fc.boolean(), ({ base, a, b }, isKnown) => {
      const before = isKnown ? base : undefined;
      const [one, other] = [mergeRecords(before, a, b), mergeRecords(before, b, a)];
      expect(plain(one.files)).toEqual(plain(other.files));
      expect(one.notes).toEqual(other.notes);
    }),
    { numRuns: 200 },
  );
});

test("merging keeps a change of one side byte for byte, and two equal sides give the same record", () => {
  fc.assert(
    fc.property(three(), ({ base, a }) => {
      expect(plain(merge(base, a, base))).toEqual(plain(a));
      expect(plain(merge(base, a, a))).toEqual(plain(a));
      expect(plain(merge(undefined, a, a))).toEqual(plain(a));
    }),
    { numRuns: 200 },
  );
});

/** Lines between the items may stand at several places that are as good; that is where the same line can come twice. */
const isWords = ({ do: what }: Edit) => what !== "prose" && what !== "workspace" && what !== "take out";

/** Items that both added at one place of a list may stand in another order there. */
function unordered(files: Files) {
  const lines = (files.get("objectives.md") ?? "").split("\n").sort();
  return { ...plain(files), "objectives.md": lines };
}

test("merging records again changes nothing", () => {
  fc.assert(
    fc.property(three(isWords), ({ base, a, b }) => {
      const merged = merge(base, a, b);
      for (const side of [a, b]) {
        expect(unordered(merge(base, merged, side))).toEqual(unordered(merged));
        expect(plain(merge(side, merged, side))).toEqual(plain(merged));
      }
    }),
    { numRuns: 200 },
  );
});

test("three devices get the same merged record in any order", () => {
  fc.assert(
    fc.property(three(), ({ base, a, b, c }) => {
      const orders = [
        merge(base, merge(base, a, b), c),
        merge(base, a, merge(base, b, c)),
        merge(base, merge(base, a, c), b),
      ];
      const [first, ...others] = orders.map(contentOf);
      for (const each of others) expect(each).toEqual(first);
    }),
    { numRuns: 200 },
  );
});

/** Returns the items without numbers and order. */
function contentOf(files: Files) {
  const { context, objectives, blockers } = stateOf(files);
  const parts = (text: string) => text.split("\n(or) ").sort();
  return {
    objectives: objectives.map(({ text, mark }) => [parts(text), mark]).sort(),
    blockers: blockers.map(({ text, resolved, note }) => [text, resolved, note && parts(note)]).sort(),
    decisions: context.decisions.map(({ text, rationale }) => [text, rationale]).sort(),
    notes: context.notes.map((each) => each.text).sort(),
    verified: context.verified.map((each) => each.command).sort(),
    tags: [...context.tags].sort(),
    state: context.state,
    title: context.title,
    meta: context.meta,
    events: eventsOf(files).map(({ type, at }) => `${at} ${type}`),
    checkpoints: (files.get("checkpoints.jsonl") ?? "").split("\n").sort(),
  };
}

test("merging records loses no added item, and no item that both sides still have", () => {
  fc.assert(
    fc.property(three(), fc.boolean(), ({ base, a, b }, isKnown) => {
      const merged = mergeRecords(isKnown ? base : undefined, a, b).files;
      const [was, one, other, now] = [base, a, b, merged].map(textsIn);
      for (const [kind, texts] of Object.entries(one ?? {})) {
        const before = was?.[kind] ?? [];
        const its = other?.[kind] ?? [];
        for (const text of new Set([...texts, ...its])) {
          const isKept = !before.includes(text) || (texts.includes(text) && its.includes(text));
          if (isKept) expect(now?.[kind], `${kind}: ${text}`).toContain(text);
        }
      }
    }),
    { numRuns: 300 },
  );
});

/** Everything that somebody can miss. */
function textsIn(files: Files): Record<string, string[]> {
  const { context, objectives, blockers } = stateOf(files);
  // Two versions of a text become one; a missing text is nothing to miss.
  const parts = (text = "") => (text === "" ? [] : text.split("\n(or) "));
  const workspace = [...files].filter(([name]) => name.startsWith("workspace/"));
  return {
    objectives: objectives.flatMap(({ text }) => parts(text)),
    blockers: blockers.flatMap(({ text, note }) => [...parts(text), ...parts(note)]),
    decisions: context.decisions.flatMap(({ text }) => parts(text)),
    rationales: context.decisions.flatMap(({ rationale }) => parts(rationale)),
    notes: context.notes.map(({ text, added }) => `${added} ${text}`),
    verified: context.verified.map(({ command, added }) => `${added} ${command}`),
    tags: [...context.tags],
    keys: Object.keys(context.meta),
    events: eventsOf(files).map(({ at, type }) => `${at} ${type}`),
    workspace: workspace.flatMap(([, text]) => text.split("\n")),
    checkpoints: (files.get("checkpoints.jsonl") ?? "").split("\n"),
    prose: (files.get("objectives.md") ?? "").split("\n").filter((line) => !line.startsWith("- [")),
  };
}

test("an id names one item, each decision names the one it replaces, and no number is reused", () => {
  fc.assert(
    fc.property(three(isWords), fc.boolean(), ({ base, a, b }, isKnown) => {
      const merged = mergeRecords(isKnown ? base : undefined, a, b).files;
      const { context, objectives, blockers } = stateOf(merged);
      const ids = [...objectives, ...blockers, ...context.decisions].map((each) => each.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const side of [a, b]) {
        const before = stateOf(side).context;
        for (const kind of ["obj", "blk", "dec"] as const)
          expect(context.last[kind]).toBeGreaterThanOrEqual(before.last[kind]);
        for (const { text, added, supersedes } of before.decisions) {
          const target = before.decisions.find((each) => each.id === supersedes);
          const now = context.decisions.find((each) => each.text === text && each.added === added);
          if (target && now)
            expect(context.decisions.find((each) => each.id === now.supersedes)?.text).toBe(target.text);
        }
      }
      const named = eventsOf(merged).flatMap((each) => (each.type === "objective.added" ? [each] : []));
      for (const { id, text } of named) {
        const item = objectives.find((each) => each.id === id);
        const wasEdited = eventsOf(merged).some((each) => each.type === "objective.edited");
        if (item && !wasEdited) expect(item.text).toBe(text);
      }
    }),
    { numRuns: 200 },
  );
});

test("keys such as `constructor` are data and reach no other object", () => {
  const context = (at: string) =>
    `{"schema":1,"id":"k3f9qzm2x7ab","ref":"refs/heads/x","title":"X","state":"active","created":"2026-01-01T00:00:00.000Z",
    "meta":{"__proto__":"p${at}","constructor":"c${at}","toString":"t"},"tags":["__proto__","constructor"],
    "notes":[{"text":"n","added":"2026-01-01T00:00:00.000Z","__proto__":{"polluted":1}}],
    "__proto__":{"polluted":1,"archived":true},"constructor":{"prototype":{"polluted":1}}}`;
  const files = (at: string): Files =>
    new Map([
      ["context.json", context(at)],
      [
        "events.jsonl",
        `{"at":"2026-01-0${at}T00:00:00.000Z","type":"note","text":"n","__proto__":{"polluted":1}}\n`,
      ],
      ["checkpoints.jsonl", `{"commit":"${"a".repeat(40)}","__proto__":{"polluted":1},"constructor":1}\n`],
    ]);
  const merged = merge(files("1"), files("2"), files("3"));
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  const { meta, tags, ...rest } = JSON.parse(merged.get("context.json") ?? "");
  expect(meta.constructor).toMatch(/^c[23]$/);
  expect(tags).toContain("__proto__");
  expect("polluted" in rest || "archived" in rest).toBe(false);
  expect(plain(merged)).toEqual(plain(merge(files("1"), files("3"), files("2"))));
});
