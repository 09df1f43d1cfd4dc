import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  headDepartures,
  isRecreated,
  namesBefore,
  type ReflogEntry,
  renamedTo,
} from "../../src/session/branches.ts";
import { eventAt, type SessionEvent } from "../../src/session/events/events.ts";
import {
  carriersOf,
  chooseMatch,
  type LostWork,
  lineOf,
  patchMatchesOf,
  treeMatches,
} from "../../src/trailers/match-content.ts";
import { workFromLines } from "../../src/trailers/snapshot-work.ts";
import { timeline } from "../../src/views/shapes/timeline.ts";

const ID = "k3f9qzm2x7ab";

const entry = (message: string, more: Partial<ReflogEntry> = {}): ReflogEntry => ({
  ...{ oid: "a", ref: "refs/heads/x", at: 100, message },
  ...more,
});
const renamed = (from: string, to: string, ref = `refs/heads/${to}`) =>
  entry(`Branch: renamed refs/heads/${from} to refs/heads/${to}`, { ref });

describe("the names of a branch", () => {
  test("include all names of several renames, the last one first", () => {
    const entries = [
      renamed("b/c", "d"),
      entry("commit: x"),
      renamed("a", "b/c", "refs/heads/d"),
      entry("branch: Created from main"),
    ];
    expect(namesBefore("d", entries)).toEqual(["b/c", "a"]);
    expect(renamedTo("a", entries)).toBe("d");
    expect(renamedTo("b/c", entries)).toBe("d");
    expect(renamedTo("d", entries)).toBeUndefined();
  });

  test("ignore a rename to a name that the branch no longer has", () => {
    expect(namesBefore("x", [renamed("a", "b")])).toEqual([]);
    expect(namesBefore("x", [entry("commit: Branch: renamed refs/heads/a to refs/heads/x")])).toEqual([]);
  });

  test("are the earlier ones if HEAD left a branch", () => {
    const entries = [
      entry("checkout: moving from work to main", { oid: "main" }),
      entry("commit: more", { oid: "tip" }),
      entry("checkout: moving from main to work", { oid: "old" }),
      entry("checkout: moving from workshop to main", { oid: "main" }),
    ];
    expect(headDepartures("work", entries)).toEqual(["tip"]);
  });
});

describe("a branch created again", () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const started = (seconds: number): SessionEvent =>
    eventAt(at(seconds), "session.started", { id: ID, ref: "refs/heads/x" });
  const created = (seconds: number) => entry("branch: Created from main", { at: seconds });
  const checkpoint = eventAt(at(1000), "checkpoint", { commit: "f".repeat(40) });

  test.each<[string, ReflogEntry[], SessionEvent[], string[], boolean]>([
    ["created before the session", [created(999)], [started(1000)], ["mine"], false],
    ["created long after it", [created(1061)], [started(1000)], [], true],
    [
      "created a minute after it, as a start with a slow checkout does",
      [created(1060)],
      [started(1000)],
      [],
      false,
    ],
    [
      "created after it, and holding its commit",
      [entry("commit: x", { oid: "mine" }), created(1001)],
      [started(1000)],
      ["mine"],
      false,
    ],
    [
      "created in the same second, without the commit made since",
      [created(1000)],
      [started(1000), checkpoint],
      ["mine"],
      true,
    ],
    ["created in the same second, with nothing to tell by", [created(1000)], [started(1000)], [], false],
    [
      "created before it was taken up again",
      [created(1500)],
      [started(1000), eventAt(at(1600), "session.resumed")],
      ["mine"],
      false,
    ],
    ["with a reflog whose beginning expired", [entry("commit: x", { at: 2000 })], [started(1000)], [], false],
    ["without a reflog", [], [started(1000)], ["mine"], false],
    [
      "with a session that does not say when it began",
      [created(1001)],
      [eventAt("soon", "session.started", { id: ID, ref: "refs/heads/x" })],
      [],
      false,
    ],
  ])("is recognized, or not: %s (%#)", (_name, entries, events, known, expected) => {
    expect(isRecreated(entries, events, known)).toBe(expected);
  });
});

describe("content matching", () => {
  const work: LostWork = {
    tree: "T",
    patches: ["whole"],
    checkpoints: [
      { commit: "c2", subject: "two", decisions: ["dec-2", "dec-1"], patch: "p2" },
      { commit: "c1", subject: "one", decisions: ["dec-1"], patch: "p1" },
    ],
  };
  const candidates = [
    { oid: "n3", tree: "T" },
    { oid: "n2", tree: "U" },
    { oid: "c2", tree: "T" },
    { oid: "n1", tree: "T" },
  ];

  test("compares trees and patches in candidate order, never with the session's own commits", () => {
    expect(treeMatches(work, candidates)).toEqual(["n3", "n1"]);
    expect(treeMatches({ ...work, tree: "V" }, candidates)).toEqual([]);
    const { tree: _tree, ...without } = work;
    expect(treeMatches(without, candidates)).toEqual([]);
    const patchOf = new Map([
      ["n3", "whole"],
      ["c2", "p2"],
      ["n2", "p1"],
      ["n1", "p1"],
    ]);
    const { whole, checkpoints } = patchMatchesOf(work, candidates, patchOf);
    expect(whole).toEqual(["n3"]);
    expect([...checkpoints]).toEqual([
      ["c2", []],
      ["c1", ["n2", "n1"]],
    ]);
  });

  test("chooses the oldest candidate on the default branch, and on other branches only a single one", () => {
    expect(chooseMatch([], new Set())).toBeUndefined();
    expect(chooseMatch(["b", "a"], new Set())).toBe("a");
    expect(chooseMatch(["b", "a"], new Set(["a"]))).toBe("b");
    expect(chooseMatch(["a"], new Set(["a"]))).toBe("a");
    expect(chooseMatch(["b", "a"], new Set(["a", "b"]))).toBeUndefined();
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.array(fc.string()), (matches, beside) => {
        const chosen = chooseMatch(matches, new Set(beside));
        if (chosen !== undefined) expect(matches).toContain(chosen);
        if (matches.some((each) => !beside.includes(each))) expect(beside).not.toContain(chosen);
      }),
    );
  });

  test("assigns a decision that two checkpoints carried to the newer one", () => {
    expect([...carriersOf(work, { checkpoints: new Map([["c1", { commit: "n" }]]) })]).toEqual([
      ["dec-1", { commit: "n" }],
    ]);
    const both = new Map([
      ["c1", { commit: "n1" }],
      ["c2", { commit: "n2" }],
    ]);
    expect(carriersOf(work, { checkpoints: both }).get("dec-1")).toEqual({ commit: "n2" });
    expect(carriersOf(work, { whole: { commit: "w", found: "tree" } }).size).toBe(2);
    expect(carriersOf(work, {}).size).toBe(0);
  });

  test("ends a line of work where it left the earlier history, also through merges", () => {
    const commit = (oid: string, parents: string[], boundary = false) =>
      [oid, { oid, parents, boundary }] as const;
    const all = new Map([
      commit("other", ["base"]),
      commit("tip", ["two", "merged"]),
      commit("two", ["one"]),
      commit("one", ["base"]),
      commit("merged", ["base"], true),
      commit("base", ["older"], true),
    ]);
    const { line, begins } = lineOf("tip", all);
    expect(line.map((each) => each.oid)).toEqual(["tip", "two", "one"]);
    expect(begins.map((each) => each.oid)).toEqual(["merged", "base"]);
    expect(lineOf("gone", all)).toEqual({ line: [], begins: [] });
  });
});

describe("checkpoints in a snapshot", () => {
  const message =
    "feat: x\n\nSession-Objectives:\n - [ ] obj-1: x\nDecisions:\n - dec-1: Tokens\nSession-Id: k3f9qzm2x7ab\n";

  test("are returned newest first with their decisions, and the newest line whole", () => {
    const lines = [
      { commit: "c1", message, patch: "p1", path: "a" },
      { commit: "c2", message: "feat: y\n", whole: { tree: "T", patches: ["w"], path: "b" } },
    ];
    expect(workFromLines(lines.map((each) => JSON.stringify(each)).join("\n"), "k3f9qzm2x7ab")).toEqual({
      tree: "T",
      path: "b",
      patches: ["w"],
      checkpoints: [
        { commit: "c2", subject: "feat: y", decisions: [] },
        { commit: "c1", subject: "feat: x", decisions: ["dec-1"], patch: "p1", path: "a" },
      ],
    });
  });

  test("are read without failure from foreign text", () => {
    for (const line of [
      "",
      "torn {",
      "null",
      "[]",
      '{"commit":1}',
      '{"commit":"c","message":"m","whole":{"patches":"x","tree":7}}',
    ])
      expect(workFromLines(line, "k3f9qzm2x7ab").patches).toEqual([]);
  });
});

describe("a timeline", () => {
  const commit = (oid: string, at: string | null) => ({
    ...{ kind: "commit" as const, at, commit: oid, subject: oid },
    decisions: [],
  });
  test("keeps git's order of commits and inserts events by time", () => {
    const commits = [
      commit("b", "2026-01-01T10:00:05.000Z"),
      commit("a", "2026-01-01T10:00:09.000Z"),
      commit("?", null),
    ];
    const log = [
      eventAt("2026-01-01T09:00:00.000Z", "session.started", { id: ID, ref: "refs/heads/x", title: "T" }),
      eventAt("2026-01-01T10:00:07.000Z", "note", { text: "between" }),
      eventAt("2026-01-01T11:00:00.000Z", "objective.added", { id: "obj-1", text: "last" }),
    ];
    expect(timeline(commits, log).map((each) => each.subject)).toEqual([
      "obj-1 last",
      "between",
      "b",
      "a",
      "?",
      "T",
    ]);
  });

  const A = "a".repeat(40);

  test("orders events within a second by the session's log", () => {
    const log = [
      eventAt("2026-01-01T10:00:05.100Z", "note", { text: "before" }),
      eventAt("2026-01-01T10:00:05.200Z", "checkpoint", { commit: A }),
      eventAt("2026-01-01T10:00:05.300Z", "note", { text: "after" }),
      eventAt("2026-01-01T10:00:05.400Z", "session.renamed", { title: "later" }),
    ];
    const entries = timeline([commit(A, "2026-01-01T10:00:05.000Z")], log);
    expect(entries.map((each) => each.subject)).toEqual(["later", "after", A, "before"]);
  });

  test("loses and duplicates nothing", () => {
    const moment = fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((each) => each.toISOString());
    fc.assert(
      fc.property(fc.array(fc.option(moment)), fc.array(moment), (commits, events) => {
        const all = timeline(
          commits.map((at, n) => commit(`${n}`, at)),
          events.map((at) => eventAt(at, "note", { text: "x" })),
        );
        expect(all.filter((each) => each.kind === "commit").map((each) => each.commit)).toEqual(
          commits.map((_, n) => `${n}`),
        );
        expect(all.filter((each) => each.kind === "event")).toHaveLength(events.length);
      }),
    );
  });
});
