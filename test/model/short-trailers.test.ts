/** Records that name only changes: the history gives the same record as with full ones. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CheckpointRecord, Objective, ObjectiveMark } from "../../src/session/session.ts";
import { readCommits } from "../../src/trailers/checkpoints.ts";
import { committedItems, shortRecord, withWholeLists } from "../../src/trailers/complete-lists.ts";
import { mergeRecords } from "../../src/trailers/merge-records.ts";
import { renderBlock } from "../../src/trailers/write.ts";

const ID = "k3f9qzm2x7ab";
const EMPTY = { blockers: [], decisions: [], verified: [], impact: [], id: ID };

const change = fc.record({
  item: fc.integer({ min: 1, max: 6 }),
  mark: fc.constantFrom<ObjectiveMark>("open", "active", "done", "dropped"),
  text: fc.constantFrom("One", "Two\nwith a line", "Three (#4)", "… 3 more (session show)"),
  full: fc.boolean(),
});

test("short and full records of a linear history give each commit's complete lists, and so does its squash", () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      const items = new Map<string, Objective>();
      const commits: {
        oid: string;
        parents: string[];
        committed: number;
        authored: number;
        message: string;
      }[] = [];
      const expected: Objective[][] = [];
      for (const [at, { item, mark, text, full }] of changes.entries()) {
        items.set(`obj-${item}`, { id: `obj-${item}`, mark, text });
        const whole: CheckpointRecord = { ...EMPTY, objectives: [...items.values()] };
        const told = committedItems(readCommits(commits.toReversed()), ID);
        const record = full ? { ...whole, minutes: at } : shortRecord(whole, told);
        const parents = at === 0 ? [] : [`c${at - 1}`];
        const message = `feat: ${at}\n\n${renderBlock(record)}`;
        commits.push({ oid: `c${at}`, parents, committed: at, authored: at, message });
        expected.push(whole.objectives as Objective[]);
      }
      const byId = (one: Objective, other: Objective) => (one.id < other.id ? -1 : 1);
      const read = readCommits(commits.toReversed()).toReversed();
      for (const [at, { record }] of read.entries()) {
        expect([...(record?.objectives ?? [])].sort(byId)).toEqual([...(expected[at] ?? [])].sort(byId));
        expect(record?.more).toBeUndefined();
      }
      // Each message by itself, as a squash of all of them has it.
      const alone = commits.flatMap((each) => readCommits([{ ...each, parents: [] }])[0]?.record ?? []);
      const squashed = mergeRecords(alone);
      expect([...squashed.objectives].sort(byId)).toEqual([...items.values()].sort(byId));
      expect(squashed.more).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

test("without the earlier commits a short record is marked as incomplete", () => {
  const objectives = ["One", "Two", "Three"].map((text, n) => ({
    id: `obj-${n + 1}`,
    mark: "open" as const,
    text,
  }));
  const before = { ...EMPTY, objectives };
  const commit = { oid: "a", parents: [], committed: 1, authored: 1, message: `a\n\n${renderBlock(before)}` };
  const told = committedItems(readCommits([commit]), ID);
  const [one, ...others] = objectives;
  const after: CheckpointRecord = {
    ...EMPTY,
    objectives: [{ ...(one as Objective), mark: "done" }, ...others],
  };
  const message = `b\n\n${renderBlock(shortRecord(after, told))}`;
  const [shallow] = readCommits([{ ...commit, oid: "b", parents: ["a"], message }]);
  expect(shallow?.record).toMatchObject({
    objectives: [{ id: "obj-1", mark: "done" }],
    more: { objectives: 2 },
  });
});

const commitOfDag = fc.record({
  session: fc.constantFrom("a", "b", "c", undefined),
  item: fc.integer({ min: 1, max: 4 }),
  mark: fc.constantFrom<ObjectiveMark>("open", "done"),
  full: fc.boolean(),
  /** Distances to the parents; a distance beyond the first commit is a gap in the history. */
  parents: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 2 }),
});

/** Returns a record that names one objective: of all (`full`), or of four. */
function recordOf(
  id: string,
  { item, mark, full }: { readonly item: number; readonly mark: ObjectiveMark; readonly full: boolean },
): CheckpointRecord {
  const objectives: Objective[] = [{ id: `obj-${item}`, text: `Part ${item}`, mark, added: "" }];
  return {
    ...{ id, objectives, blockers: [], decisions: [], verified: [], impact: [] },
    ...(full ? { minutes: 1 } : { more: { objectives: 3, blockers: 1 } }),
  };
}

test("the lists of a session do not depend on the commits of other sessions", () => {
  fc.assert(
    fc.property(fc.array(commitOfDag, { minLength: 1, maxLength: 30 }), (made) => {
      const commits = made.map(({ session, parents, ...change }, at) => {
        const commit = { oid: `c${at}`, parents: parents.map((each) => `c${at - each}`), authored: at };
        if (session === undefined) return { commit };
        return { commit, record: recordOf(session, change) };
      });
      const newestFirst = [...commits].reverse();
      const all = withWholeLists(newestFirst);
      for (const id of ["a", "b", "c"]) {
        const alone = newestFirst.map(({ commit, record }) =>
          record?.id === id ? { commit, record } : { commit },
        );
        const whole = withWholeLists(alone);
        const of = (some: readonly { record?: CheckpointRecord }[]) =>
          some.map(({ record }) => (record?.id === id ? record : undefined));
        expect(of(all)).toEqual(of(whole));
        expect(committedItems(newestFirst, id)).toEqual(committedItems(alone, id));
      }
    }),
    { numRuns: 1000 },
  );
});

test("the lists at a commit are those of its ancestors, whatever other branches changed", () => {
  fc.assert(
    fc.property(fc.array(commitOfDag, { minLength: 1, maxLength: 30 }), (made) => {
      const commits = made.map(({ session = "a", parents, ...change }, at) => {
        const below = parents.map((each) => Math.max(0, at - each));
        const commit = {
          oid: `c${at}`,
          parents:
            at === 0 ? [] : [...new Set(below.length === 0 ? [at - 1] : below)].map((each) => `c${each}`),
          authored: at,
        };
        return { commit, record: recordOf(session, change) };
      });
      const newestFirst = [...commits].reverse();
      for (const { commit, record } of withWholeLists(newestFirst)) {
        const reached = new Set([commit.oid]);
        const ancestors = newestFirst.filter((each) => {
          if (reached.has(each.commit.oid)) for (const parent of each.commit.parents) reached.add(parent);
          return reached.has(each.commit.oid);
        });
        const told = committedItems(ancestors, record.id ?? "");
        expect(shortRecord(record, told).objectives).toEqual([]);
        expect(record.objectives.map((each) => each.id).sort()).toEqual(Object.keys(told).sort());
      }
    }),
    { numRuns: 1000 },
  );
});
