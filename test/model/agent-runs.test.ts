import { expect, test } from "vitest";
import { logLines, parseRun, type RunRecord, runName, stateOf } from "../../src/session/runs.ts";

const RUN: RunRecord = {
  ...{ id: "k3f9qzm2x7ab", agent: "claude", label: "Claude Code", program: "/bin/claude" },
  session: { id: "000000000001", branch: "x", title: "X" },
  ...{ worktree: "/w", host: "here", background: true, began: "2026-01-01T10:00:00.000Z" },
};
const AGENT = { pid: 42, started: "100" };
const KEEPER = { pid: 41, started: "99" };

const seen = (minutes: number, running: readonly (readonly [number, string | null])[] = []) => ({
  ...{ host: "here", waits: false, wrote: undefined, now: Date.parse(RUN.began) + minutes * 60_000 },
  running: new Map(running.map(([pid, started]) => [pid, { started }])),
});

test("the state of a run follows from its processes", () => {
  const known = { ...RUN, process: AGENT, keeper: KEEPER };
  expect(stateOf(RUN, seen(0))).toBe("running");
  expect(stateOf(RUN, seen(1))).toBe("lost");
  expect(stateOf({ ...RUN, keeper: KEEPER }, seen(1, [[41, "99"]]))).toBe("running");
  expect(stateOf(known, seen(99, [[42, "100"]]))).toBe("running");
  expect(stateOf(known, { ...seen(99, [[42, "100"]]), waits: true })).toBe("waiting");
  // Who waits for its end is about to note it; a number that was given again is another process.
  expect(stateOf(known, seen(99, [[41, "99"]]))).toBe("running");
  expect(stateOf(known, seen(99))).toBe("lost");
  expect(stateOf(known, seen(99, [[42, "101"]]))).toBe("lost");
  // Where the system does not tell when a process began, the number has to do.
  expect(stateOf(known, seen(99, [[42, null]]))).toBe("running");
});

test("a recorded end wins over any process", () => {
  const over = { ...RUN, process: AGENT, ended: RUN.began };
  expect(stateOf({ ...over, code: 0 }, seen(1, [[42, "100"]]))).toBe("done");
  expect(stateOf({ ...over, code: 1 }, seen(1))).toBe("failed");
  expect(stateOf({ ...over, code: 143, stopped: RUN.began }, seen(1))).toBe("stopped");
});

test("a run on another machine counts as alive for half an hour after its last activity", () => {
  const there = { ...RUN, host: "there", process: AGENT };
  expect(stateOf(there, seen(29))).toBe("running");
  expect(stateOf(there, seen(31, [[42, "100"]]))).toBe("lost");
  expect(stateOf(there, { ...seen(60), wrote: Date.parse(RUN.began) + 40 * 60_000 })).toBe("running");
});

test("an invalid run record is ignored", () => {
  expect(parseRun(JSON.stringify(RUN))).toEqual(RUN);
  for (const change of [
    ...[{ id: "../x" }, { session: null }, { began: "never" }, { worktree: 1 }, { label: undefined }],
    ...[0, 1, -42, 1.5, "42", 2 ** 53].map((pid) => ({ process: { pid, started: null } })),
    { keeper: { pid: 42 } },
  ])
    expect(parseRun(JSON.stringify({ ...RUN, ...change })), JSON.stringify(change)).toBeUndefined();
  for (const text of ["", "{", "null", "[]", "1"]) expect(parseRun(text)).toBeUndefined();
});

test("one string identifies a run, and of a line overwritten by carriage returns the last form is shown", () => {
  expect(runName(RUN)).toBe("000000000001_claude");
  expect(runName({ ...RUN, parent: "000000000002" })).toBe("000000000002-000000000001_claude");
  const strip = (text: string) => text.replaceAll("!", "");
  expect(logLines("one\r\n10%\r!100%\r\ntwo\r", strip)).toEqual(["one", "100%", "two"]);
});
