import fc from "fast-check";
import { expect, test } from "vitest";
import {
  decodeAnswer,
  decodeHistory,
  encodeAnswer,
  encodeHistory,
} from "../../src/insight/counting/encode.ts";
import { type History, historyBuilder, type ScannedCommit } from "../../src/insight/counting/history.ts";
import { historyNumbers } from "../../src/insight/counting/numbers.ts";
import { patternsOf } from "../../src/insight/counting/patterns.ts";
import { byPeriod, packDays, unpackDays } from "../../src/insight/counting/periods.ts";

const decode = (bytes: string) => Buffer.from(bytes, "latin1").toString("utf8");
const numbers = (history: History, filter = {}) => historyNumbers(history, filter, decode);
const patterns = (history: History, filter = {}) => patternsOf(history, filter, decode);

const file = fc.record({
  path: fc.constantFrom("src/a.ts", "src/b.ts", "test/a.test.ts", "README.md", "x\ny\t.txt", "gr\xc3\xbcn.c"),
  added: fc.nat(50),
  removed: fc.nat(50),
});
const session = fc.constantFrom("aaaaaaaaaaaa", "bbbbbbbbbbbb");
const record = fc.record({
  id: session,
  objectives: fc.array(
    fc.record({
      id: fc.nat(4).map((n) => `obj-${n + 1}`),
      mark: fc.constantFrom("open" as const, "done" as const),
      text: fc.constant("x"),
    }),
    { maxLength: 3 },
  ),
  decisions: fc.array(
    fc.record({
      id: fc.nat(4).map((n) => `dec-${n + 1}`),
      text: fc.constant("x"),
      alternatives: fc.constant([]),
    }),
    { maxLength: 3 },
  ),
  blockers: fc.constant([]),
  verified: fc.constant([]),
  impact: fc.constant([]),
});
const commits = fc
  .array(
    fc.record({
      merge: fc.boolean(),
      author: fc.constantFrom("1".repeat(16), "2".repeat(16), "3".repeat(16)),
      time: fc.oneof(fc.constant(0), fc.integer({ min: 1_700_000_000, max: 1_702_000_000 })),
      zone: fc.constantFrom(0, 330, -480, 825, -30),
      subject: fc.constantFrom("feat: x", "fix: y", "other", "docs(a)!: z"),
      files: fc.uniqueArray(file, { maxLength: 4, selector: (each) => each.path }),
      record: fc.option(record, { nil: undefined }),
    }),
    { maxLength: 25 },
  )
  .map((all) =>
    all.map(
      ({ record: said, ...each }, at): ScannedCommit => ({
        ...each,
        files: each.merge ? [] : each.files,
        oid: at.toString(16).padStart(40, "0"),
        ...(said === undefined ? {} : { record: said }),
      }),
    ),
  );

function built(some: readonly ScannedCommit[]): History {
  const builder = historyBuilder(20);
  for (const each of some) builder.add(each);
  return builder.build();
}

const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);

test("the columns of a history hold the commits' values", () => {
  fc.assert(
    fc.property(commits, (all) => {
      const found = numbers(built(all));
      const files = all.flatMap((each) => each.files);
      expect(found).toMatchObject({
        commits: all.length,
        merges: all.filter((each) => each.merge).length,
        added: sum(files.map((each) => each.added)),
        removed: sum(files.map((each) => each.removed)),
        testAdded: sum(files.filter((each) => each.path.startsWith("test/")).map((each) => each.added)),
        codeRemoved: sum(files.filter((each) => /^src|c$/.test(each.path)).map((each) => each.removed)),
        fileChanges: files.length,
        files: new Set(files.map((each) => each.path)).size,
        authors: new Set(all.map((each) => each.author)).size,
        undated: all.filter((each) => each.time === 0).length,
        checkpoints: all.filter((each) => each.record).length,
      });
      const said = (of: (each: NonNullable<ScannedCommit["record"]>) => string[]) =>
        new Set(all.flatMap((each) => (each.record ? of(each.record) : []))).size;
      expect(found.decisions).toBe(said(({ id, decisions }) => decisions.map((each) => `${id}/${each.id}`)));
      expect(found.objectives).toBe(
        said(({ id, objectives }) =>
          objectives.flatMap((each) => (each.mark === "done" ? [`${id}/${each.id}`] : [])),
        ),
      );
    }),
  );
});

test("days, weeks and months add up to the total, and hours to the dated commits", () => {
  fc.assert(
    fc.property(commits, (all) => {
      const dated = all.filter((each) => each.time > 0);
      const whole = numbers(built(dated));
      for (const period of ["day", "week", "month"] as const) {
        const parts = byPeriod(whole.days, period);
        for (const key of ["commits", "merges", "added", "codeAdded", "checkpoints", "decisions"] as const)
          expect(sum(parts.map((each) => each[key])), `${period} ${key}`).toBe(whole[key]);
        expect(sum(parts.flatMap((each) => Object.values(each.types)))).toBe(whole.commits - whole.merges);
      }
      expect(sum(whole.hours.flat())).toBe(dated.length);
      expect(unpackDays(JSON.parse(JSON.stringify(packDays(whole.days))))).toEqual(whole.days);
    }),
  );
});

test("a commit's day follows the author's own time zone", () => {
  const at = Date.parse("2024-03-31T23:30:00Z") / 1000;
  const one = { oid: "0".repeat(40), merge: false, author: "1", subject: "x", files: [] };
  const days = [0, 60, -60].map((zone, n) => ({ ...one, oid: `${n}`.repeat(40), time: at, zone }));
  const found = numbers(built(days));
  expect(found.days.map(({ day, commits: count }) => [day, count])).toEqual([
    ["2024-03-31", 2],
    ["2024-04-01", 1],
  ]);
  // A Sunday, 22:30 and 23:30; a Monday, 0:30.
  expect([found.hours[6]?.[22], found.hours[6]?.[23], found.hours[0]?.[0]]).toEqual([1, 1, 1]);
  expect(byPeriod(found.days, "week").map((each) => each.from)).toEqual(["2024-03-25", "2024-04-01"]);
  expect(byPeriod(found.days, "month").map((each) => each.from)).toEqual(["2024-03-01", "2024-04-01"]);
});

test("a filter counts the same as a history of only those commits", () => {
  fc.assert(
    fc.property(commits, fc.integer({ min: 1_700_000_000, max: 1_702_000_000 }), (all, cut) => {
      const author = "2".repeat(16);
      const plain = all.map(({ record: _, ...each }) => each);
      const some = plain.filter((each) => each.time >= cut && each.author === author);
      const filter = { since: cut * 1000, author };
      const [one, other] = [numbers(built(plain), filter), numbers(built(some))];
      expect({ ...one, hot: [] }).toEqual({ ...other, hot: [] });
      const late = numbers(built(plain), { until: cut * 1000 });
      expect(late.commits).toBe(plain.filter((each) => each.time > 0 && each.time <= cut).length);
      expect(numbers(built(plain), { author: "nobody" }).commits).toBe(0);
    }),
  );
});

test("adding and removing commits gives the same numbers as counting the remaining commits", () => {
  fc.assert(
    fc.property(commits, fc.nat(25), fc.func(fc.boolean()), (all, split, drop) => {
      const [old, fresh] = [all.slice(0, split), all.slice(split)];
      const gone = new Set(old.map((each) => each.oid).filter((oid) => drop(oid)));
      const builder = historyBuilder(20, { history: built(old), without: gone });
      for (const each of fresh) builder.add(each);
      const changed = builder.build();
      // What came later is first, as git gives it.
      const anew = built([...fresh, ...old.filter((each) => !gone.has(each.oid))]);
      // Files that are equal in all come in the order in which they were seen first.
      const sorted = (history: History) => ({ ...numbers(history), hot: new Set(numbers(history).hot) });
      expect(sorted(changed)).toEqual(sorted(anew));
      expect(patterns(changed).fixes.fixed).toBe(patterns(anew).fixes.fixed);
    }),
  );
});

test("a history is read back from its own bytes at any offset, and other bytes are not read as a history", () => {
  fc.assert(
    fc.property(commits, fc.nat(9), fc.nat(), (all, offset, at) => {
      const history = built(all);
      const label = { tip: "a".repeat(40), key: "ключ" };
      const bytes = encodeHistory(history, label);
      const moved = new Uint8Array(bytes.length + offset);
      moved.set(bytes, offset);
      const back = decodeHistory(moved.subarray(offset));
      expect(back?.label).toEqual(label);
      expect(back && numbers(back.history)).toEqual(numbers(history));
      const changed = bytes.slice();
      changed[at % bytes.length] = (changed[at % bytes.length] ?? 0) ^ 0x10;
      const damaged = decodeHistory(changed);
      // The bytes between the label and the columns have no meaning.
      if (damaged) expect([damaged.label, numbers(damaged.history)]).toEqual([label, numbers(history)]);
      expect(decodeHistory(bytes.subarray(0, bytes.length - 8))).toBeUndefined();
    }),
  );
});

test("any flipped bit is detected", () => {
  const commit = {
    oid: "f".repeat(40),
    merge: false,
    author: "1",
    zone: 0,
    subject: "x",
    time: 1,
    files: [],
  };
  const label = { tip: "a".repeat(40), key: "" };
  const history = built([commit, { ...commit, oid: "e".repeat(40) }]);
  const bytes = encodeHistory(history, label);
  const before = JSON.stringify(numbers(history));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const found = decodeHistory(changed);
    // The bytes between the label and the columns have no meaning.
    if (found) expect(JSON.stringify(numbers(found.history)), `bit ${bit}`).toBe(before);
  }
});

test("a cached answer is returned only for its own question, and not if its bytes changed", () => {
  const bytes = Buffer.from(encodeAnswer({ text: "✓" }, "tip all"));
  expect(decodeAnswer(bytes, "tip all")).toEqual({ text: "✓" });
  expect(decodeAnswer(bytes, "tip mine")).toBeUndefined();
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(decodeAnswer(changed, "tip all"), String(at)).toBeUndefined();
  }
  expect(decodeAnswer(undefined, "")).toBeUndefined();
});

test("a fix counts for the last feature that changed its code, for two weeks", () => {
  const day = 86_400;
  const commit = (n: number, subject: string, time: number, ...paths: string[]): ScannedCommit => ({
    ...{ oid: String(n).padStart(40, "0"), merge: false, author: "1", zone: 0, subject, time: 1e9 + time },
    files: paths.map((path) => ({ path, added: 1, removed: 0 })),
  });
  const found = patterns(
    built([
      commit(6, "fix: too late", 40 * day, "src/a.ts"),
      commit(5, "fix: a changelog is no code", 21 * day, "CHANGELOG.md", "test/a.test.ts"),
      commit(4, "feat: c", 20 * day, "src/c.ts", "CHANGELOG.md", "test/a.test.ts"),
      commit(3, "fix: b again", 3 * day, "src/b.ts"),
      commit(2, "fix: a and b", 2 * day, "src/a.ts", "src/b.ts"),
      commit(1, "feat: a and b", 0, "src/a.ts", "src/b.ts"),
    ]),
  );
  expect(found.fixes).toEqual({
    ...{ features: 2, fixed: 1, days: 14 },
    files: [
      { path: "src/b.ts", fixes: 2 },
      { path: "src/a.ts", fixes: 1 },
    ],
  });
  expect(found.pairs).toEqual(
    [
      { files: ["src/a.ts", "src/b.ts"], together: 2, of: 3 },
      { files: ["CHANGELOG.md", "test/a.test.ts"], together: 2, of: 2 },
    ].sort((one, other) => one.of - other.of),
  );
});
