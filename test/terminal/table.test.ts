import fc from "fast-check";
import { expect, test } from "vitest";
import { plain } from "../../src/terminal/style.ts";
import { clip, table, widthOf } from "../../src/terminal/table.ts";

const columns = [
  { title: "ID", cells: ["aaaa00000000", "bbbb00000000"], least: 5, whole: true },
  { title: "Title", cells: ["A rather long title of a session", "Short"], least: 20 },
  { title: "Branch", cells: ["feature/a-rather-long-name", "b"], least: 12, spare: 2 },
  { title: "Done", cells: ["1/2", ""], right: true, spare: 4 },
  { title: "Tags", cells: ["", ""], spare: 5 },
];
const shown = (width: number) => table(columns, width).map((line) => plain(line));

test("in a pipe, table cells are fields with tabs between them: no head, no padding, every column", () => {
  expect(table(columns)).toEqual([
    "aaaa00000000\tA rather long title of a session\tfeature/a-rather-long-name\t1/2\t",
    "bbbb00000000\tShort\tb\t\t",
  ]);
  expect(table([{ title: "", cells: ["a\tb\n c", "  d"] }])).toEqual(["a b c", "d"]);
});

test("a table cuts long cells first, then drops optional columns, ids last", () => {
  expect([60, 48, 36, 30].map((width) => shown(width)[1])).toEqual([
    "aaaa00000000  A rather long title…  feature/a-rather-…   1/2",
    "aaaa00000000  A rather long title…  feature/a-r…",
    "aaaa00000000  A rather long title o…",
    "aaaa000…  A rather long title…",
  ]);
});

test("a table fits any width from eight columns on", () => {
  fc.assert(
    fc.property(fc.integer({ min: 8, max: 200 }), fc.array(fc.string(), { minLength: 1 }), (width, cells) => {
      const titles = { title: "Title", cells: cells.map((each) => each.replace(/\s/g, " ")), least: 20 };
      const lines = table(
        [{ title: "ID", cells: cells.map(() => "abcdefgh"), least: 4, whole: true }, titles],
        width,
      );
      for (const line of lines) expect(widthOf(plain(line))).toBeLessThanOrEqual(width);
    }),
  );
});

test("a table counts wide and combining characters by their columns", () => {
  expect(widthOf("日本")).toBe(4);
  expect(widthOf("e\u0301")).toBe(1);
  expect(clip("日本語", 5)).toBe("日本…");
  expect(clip("abc", 3)).toBe("abc");
});
