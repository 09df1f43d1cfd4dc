import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addBlocker, resolveBlocker } from "../../src/session/edits/blockers.ts";
import { addDecision } from "../../src/session/edits/decisions.ts";
import { addObjective, editObjective, markObjective } from "../../src/session/edits/objectives.ts";
import type { ObjectiveMark } from "../../src/session/session.ts";
import { newSession, type SessionState } from "../../src/session/state.ts";
import { oneLine } from "../../src/text/trailer-text.ts";
import { readCommits } from "../../src/trailers/checkpoints.ts";
import { mergeFromCommits } from "../../src/trailers/merge-from-commits.ts";
import { nextRecord } from "../../src/trailers/next-record.ts";
import { newestCarrier, stateFromCommits } from "../../src/trailers/restore.ts";
import { writeMessage } from "../../src/trailers/write.ts";

const ID = "k3f9qzm2x7ab";
const OTHER = "zzzzzzzzzzzz";
const START = Date.parse("2026-01-10T10:00:00Z");
const NOW = "2026-02-01T00:00:00.000Z";

/** The moment that many minutes after the start. */
const at = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

interface Made {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly authored: number;
  readonly committed: number;
  readonly message: string;
}

function commit(n: number, message: string, rest: Partial<Made> = {}): Made {
  const seconds = START / 1000 + n * 60;
  return {
    ...{
      oid: `c${n}`,
      parents: [`c${n - 1}`],
      author: "Ada",
      authored: seconds,
      committed: seconds,
      message,
    },
    ...rest,
  };
}

/** Newest first, as git lists them. */
const history = (...commits: Made[]) => readCommits(commits.toReversed());

const begun = (branch = "feature/x", title?: string) =>
  newSession({
    id: ID,
    branch,
    base: {},
    now: at(0),
    author: "Ada",
    ...(title === undefined ? {} : { title }),
  });

/** The checkpoint of a state, and the state after it. */
function checkpoint(n: number, state: SessionState, rest: Partial<Made> = {}): [Made, SessionState] {
  const made = commit(n, writeMessage(`feat: ${n}\n`, nextRecord(state)), rest);
  const committed = Object.fromEntries(state.context.decisions.map((each) => [each.id, made.oid]));
  return [made, { ...state, context: { ...state.context, committed, checkpointed: at(n) } }];
}

const untimed = <T extends object>(items: readonly T[]) =>
  items.map((each) => {
    const { added: _added, finished: _finished, ...rest } = each as T & { added?: string; finished?: string };
    return rest;
  });

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
      fc.constantFrom("Note: x", "- a", "(#4)"),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((lines) => lines.join("\n"))
  .filter((each) => /[\p{L}\p{N}]/u.test(each));

const step = fc.oneof(
  fc.record({ kind: fc.constant("objective" as const), text }),
  fc.record({
    kind: fc.constant("blocker" as const),
    text,
    link: fc.option(fc.constantFrom("#42", "the vendor"), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant("decision" as const),
    text,
    rationale: fc.option(text, { nil: undefined }),
    alternatives: fc.array(text, { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant("mark" as const),
    which: fc.nat(20),
    mark: fc.constantFrom<ObjectiveMark>("open", "active", "done", "dropped"),
  }),
  fc.record({ kind: fc.constant("edit" as const), which: fc.nat(20), text }),
  fc.record({
    kind: fc.constant("resolve" as const),
    which: fc.nat(20),
    note: fc.option(text, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant("checkpoint" as const) }),
  fc.record({ kind: fc.constant("plain" as const) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(state: SessionState, each: Step, now: string): SessionState {
  const pick = (items: readonly { id: string }[], which: number) => items[which % items.length]?.id;
  switch (each.kind) {
    case "objective":
      return addObjective(state, each.text, now)[0];
    case "blocker":
      return addBlocker(state, each.text, each.link, now)[0];
    case "decision": {
      const { rationale, alternatives } = each;
      return addDecision(
        state,
        { text: each.text, alternatives, ...(rationale === undefined ? {} : { rationale }) },
        now,
      )[0];
    }
    case "mark": {
      const id = pick(state.objectives, each.which);
      return id === undefined ? state : markObjective(state, id, each.mark, now)[0];
    }
    case "edit": {
      const id = pick(state.objectives, each.which);
      return id === undefined ? state : editObjective(state, id, each.text)[0];
    }
    case "resolve": {
      const id = pick(state.blockers, each.which);
      return id === undefined ? state : resolveBlocker(state, id, each.note, now)[0];
    }
    default:
      return state;
  }
}

function play(steps: readonly Step[], title?: string): { state: SessionState; commits: Made[] } {
  let state = begun("feature/x", title);
  const commits: Made[] = [];
  for (const each of [...steps, { kind: "checkpoint" as const }]) {
    const n = commits.length + 1;
    state = apply(state, each, at(n - 0.5));
    if (each.kind === "plain") commits.push(commit(n, "chore: by hand\n"));
    if (each.kind !== "checkpoint") continue;
    const [made, after] = checkpoint(n, state);
    commits.push(made);
    state = after;
  }
  return { state, commits };
}

const steps = fc.array(step, { maxLength: 25 });

test("the record at the last checkpoint is restored from commits, with the next free numbers", () => {
  fc.assert(
    fc.property(steps, fc.option(text, { nil: undefined }), (drawn, title) => {
      const { state, commits } = play(drawn, title?.slice(0, 60));
      const restored = stateFromCommits(
        "feature/x",
        history(...commits),
        { branch: "main", commit: "c0" },
        NOW,
      );
      expect(restored?.objectives.map((each) => [each.id, each.mark, each.text])).toEqual(
        state.objectives.map((each) => [each.id, each.mark, each.text]),
      );
      expect(untimed(restored?.blockers ?? [])).toEqual(untimed(state.blockers));
      expect(untimed(restored?.context.decisions ?? [])).toEqual(
        untimed(state.context.decisions).map((each) => ({ ...each, author: "Ada" })),
      );
      expect(restored?.context).toMatchObject({
        ...{
          id: ID,
          ref: state.context.ref,
          last: state.context.last,
          base: { branch: "main", commit: "c0" },
        },
        title: oneLine(state.context.title),
      });
      // Nothing is pending, and nothing is left to take over.
      expect(nextRecord(restored as SessionState)).toMatchObject({ decisions: [], verified: [] });
      expect(
        mergeFromCommits({ state: restored as SessionState, events: [] }, history(...commits)).taken,
      ).toEqual([]);
      // The clone that made them has nothing to take over either.
      const own = mergeFromCommits({ state, events: [] }, history(...commits));
      expect(own.taken).toEqual([]);
      expect(own.state.objectives).toEqual(state.objectives);
    }),
    { numRuns: 200 },
  );
});

test("duplicates, as after a rebase that kept the old commits, are restored once", () => {
  const { state, commits } = play([
    { kind: "decision", text: "One", rationale: undefined, alternatives: [] },
  ]);
  const twice = [...commits, commit(9, commits.at(-1)?.message ?? "", { parents: ["c1"] })];
  expect(stateFromCommits("feature/x", history(...twice), {}, NOW)?.context.decisions).toHaveLength(1);
  expect(mergeFromCommits({ state, events: [] }, history(...twice)).state.context.decisions).toHaveLength(1);
});

describe("the times of a restored session", () => {
  test("use author dates, and a clock that was ahead makes nothing lie in the future", () => {
    let state = addObjective(begun(), "One", at(0))[0];
    state = addBlocker(state, "Keys", undefined, at(0))[0];
    const [first, open] = checkpoint(1, state, { committed: START / 1000 + 90_000 });
    const [second, done] = checkpoint(2, markObjective(open, "1", "done", at(2))[0]);
    const [third] = checkpoint(3, done, { authored: Date.parse("2030-01-01") / 1000 });
    const restored = stateFromCommits("feature/x", history(first, second, third), {}, NOW);
    expect(restored?.objectives[0]).toMatchObject({ added: at(1), finished: at(2) });
    expect(restored?.blockers[0]).toEqual({ id: "blk-1", resolved: false, text: "Keys", added: at(1) });
    expect(restored?.context).toMatchObject({ created: at(1), checkpointed: NOW });
  });
});

describe("the session of a branch", () => {
  const mine = (n: number, rest: Partial<Made> = {}) => checkpoint(n, begun(), rest)[0];
  const theirs = (n: number, rest: Partial<Made> = {}) =>
    commit(n, `feat: theirs\n\nSession-Id: ${OTHER}\n`, rest);

  test("is undefined without a checkpoint", () => {
    expect(newestCarrier(history(commit(1, "x\n")))).toBeUndefined();
    expect(stateFromCommits("x", history(commit(1, "x\n")), {}, NOW)).toBeUndefined();
    expect(stateFromCommits("x", [], {}, NOW)).toBeUndefined();
  });

  test("is the newest of a stack, and begins where the session below ends", () => {
    const stack = history(theirs(1), theirs(2), commit(3, "by hand\n"), mine(4), commit(5, "by hand\n"));
    expect(newestCarrier(stack)?.record.id).toBe(ID);
    const fork = { branch: "main", commit: "c0" };
    expect(stateFromCommits("x", stack, fork, NOW)?.context.base).toEqual({ branch: "main", commit: "c2" });
    expect(stateFromCommits("x", stack, {}, NOW)?.context.base).toEqual({ commit: "c3" });
  });

  test("is the branch's own session if another session was merged or cherry-picked", () => {
    const merge = commit(4, "Merge\n", { parents: ["c2", "c3"] });
    const merged = history(mine(2), theirs(3, { parents: ["c0"] }), merge);
    expect(newestCarrier(merged)?.record.id).toBe(ID);
    const picked = commit(3, `feat\n\nSession-Id: ${OTHER}\n(cherry picked from commit ${"a".repeat(40)})\n`);
    expect(newestCarrier(history(mine(2), picked))?.record.id).toBe(ID);
    expect(newestCarrier(history(picked))?.record.id).toBe(OTHER);
  });

  test("owns its decisions in another session's squash, and not another session's decisions in its own squash", () => {
    const squash = commit(
      1,
      `x\n\nDecisions:\n - ${OTHER}/dec-1: Theirs\n - dec-2: Ours\nSession-Id: ${ID}\n`,
    );
    const foreign = commit(2, `y\n\nDecisions:\n - ${ID}/dec-3: Ours too\nSession-Id: ${OTHER}\n`, {
      parents: ["c0"],
    });
    const merge = commit(3, "Merge\n", { parents: ["c1", "c2"] });
    const { context } = stateFromCommits("x", history(squash, foreign, merge), {}, NOW) as SessionState;
    expect(context.decisions.map((each) => [each.id, each.text])).toEqual([
      ["dec-2", "Ours"],
      ["dec-3", "Ours too"],
    ]);
  });
});

describe("taking over another clone's changes", () => {
  /** Two clones after a common checkpoint: the state of both, and its commit. */
  function common(): [Made, SessionState] {
    let state = addObjective(begun(), "One", at(0))[0];
    state = addObjective(state, "Two", at(0))[0];
    state = addBlocker(state, "Keys", undefined, at(0))[0];
    return checkpoint(1, state);
  }

  test("updates marks, texts, notes and new items, and repeating it changes nothing", () => {
    const [first, here] = common();
    let there = markObjective(here, "2", "done", at(5))[0];
    there = editObjective(there, "1", "One, reworded")[0];
    there = resolveBlocker(there, "1", "came by mail", at(5))[0];
    there = addObjective(there, "Three", at(5))[0];
    there = addDecision(there, { text: "Decided" }, at(5))[0];
    const [second] = checkpoint(6, there, { parents: ["c1"], author: "Bob" });
    const once = mergeFromCommits({ state: here, events: [] }, history(first, second));
    expect(once.taken).toEqual(["obj-1", "obj-2", "obj-3", "blk-1", "dec-1"]);
    expect(untimed(once.state.objectives)).toEqual(untimed(there.objectives));
    expect(untimed(once.state.blockers)).toEqual(untimed(there.blockers));
    expect(once.state.context.decisions).toEqual([
      { id: "dec-1", text: "Decided", alternatives: [], author: "Bob", added: at(6) },
    ]);
    expect(once.state.context.last).toEqual({ obj: 3, blk: 1, dec: 1 });
    const again = mergeFromCommits({ state: once.state, events: [] }, history(first, second));
    expect(again).toEqual({ state: once.state, taken: [] });
  });

  test("lets the last change of an item win", () => {
    const [first, here] = common();
    const [second] = checkpoint(6, markObjective(here, "1", "done", at(5))[0], { parents: ["c1"] });
    const items = (changed: number) => ({
      ...here.context.items,
      "obj-1": { added: at(0), mark: "active", changed: at(changed) },
    });
    const marked = (changed: number): SessionState => ({
      ...markObjective(here, "1", "active", at(changed))[0],
      context: { ...here.context, items: items(changed) },
    });
    const markOf = (state: SessionState) =>
      mergeFromCommits({ state, events: [] }, history(first, second)).state.objectives[0]?.mark;
    expect(markOf(marked(4))).toBe("done");
    expect(markOf(marked(7))).toBe("active");
    // By hand, and no command has seen it yet.
    const four = marked(4);
    const byHand = {
      ...four,
      objectives: four.objectives.map((each) => ({ ...each, mark: "dropped" as const })),
    };
    expect(markOf(byHand)).toBe("dropped");
  });

  test("keeps the changes of both parents of a merge", () => {
    const [first, both] = common();
    const [ours, here] = checkpoint(5, markObjective(both, "1", "done", at(4))[0], {
      oid: "a",
      parents: ["c1"],
    });
    const [theirs] = checkpoint(6, markObjective(both, "2", "dropped", at(5))[0], {
      oid: "b",
      parents: ["c1"],
    });
    const merge = commit(7, "Merge\n", { parents: ["a", "b"] });
    const after = mergeFromCommits({ state: here, events: [] }, history(first, ours, theirs, merge)).state;
    expect(after.objectives.map((each) => each.mark)).toEqual(["done", "dropped"]);
    const restored = stateFromCommits("feature/x", history(first, ours, theirs, merge), {}, NOW);
    expect(restored?.objectives.map((each) => each.mark)).toEqual(["done", "dropped"]);
  });

  test("applies merged changes of the same second, whatever order git lists the commits in", () => {
    const second = { authored: START / 1000, committed: START / 1000 };
    const state = addObjective(begun(), "One", at(0))[0];
    const [first, both] = checkpoint(1, state, second);
    const done = markObjective(both, "1", "done", at(0))[0];
    const [trunk] = checkpoint(2, both, { ...second, oid: "trunk", parents: ["c1"] });
    const [side] = checkpoint(3, done, { ...second, oid: "side", parents: ["c1"] });
    const [more] = checkpoint(4, done, { ...second, oid: "more", parents: ["side"] });
    const merge = commit(5, "Merge\n", { ...second, parents: ["trunk", "more"] });
    for (const listed of [
      history(first, side, more, trunk, merge),
      history(side, first, more, trunk, merge),
    ]) {
      const restored = stateFromCommits("feature/x", listed, {}, NOW) as SessionState;
      expect(restored.objectives.map((each) => each.mark)).toEqual(["done"]);
      expect(mergeFromCommits({ state: both, events: [] }, listed).taken).toEqual(["obj-1"]);
      expect(mergeFromCommits({ state: restored, events: [] }, listed).taken).toEqual([]);
    }
  });

  test("does not restore an item deleted by hand", () => {
    const [first, here] = common();
    const without = { ...here, objectives: here.objectives.slice(0, 1) };
    expect(mergeFromCommits({ state: without, events: [] }, history(first)).state.objectives).toHaveLength(1);
  });

  test("gives a different item with the same number a new number", () => {
    const [first, both] = common();
    const here = addDecision(addObjective(both, "Ours", at(3))[0], { text: "Ours" }, at(3))[0];
    const replaced = addDecision(here, { text: "Ours, again", supersedes: "1" }, at(4))[0];
    const there = addDecision(addObjective(both, "Theirs", at(3))[0], { text: "Theirs" }, at(3))[0];
    const [second] = checkpoint(6, there, { parents: ["c1"] });
    const { state } = mergeFromCommits({ state: replaced, events: [] }, history(first, second));
    expect(state.objectives.slice(2).map((each) => [each.id, each.text])).toEqual([
      ["obj-3", "Theirs"],
      ["obj-4", "Ours"],
    ]);
    expect(state.context.decisions.map((each) => [each.id, each.text, each.supersedes])).toEqual([
      ["dec-1", "Theirs", undefined],
      ["dec-2", "Ours, again", "dec-3"],
      ["dec-3", "Ours", undefined],
    ]);
    expect(nextRecord(state).decisions.map((each) => each.text)).toEqual(["Ours, again", "Ours"]);
  });
});
