/** The suggested next steps. */
import { describe, expect, test } from "vitest";
import { type NextInput, nextSteps } from "../../src/views/shapes/next.ts";

const NOTHING: NextInput = {
  recorded: true,
  source: { kind: "local" },
  command: "session resume feature/login",
  branch: "feature/login",
  objectives: [],
  blockers: [],
  unmerged: 0,
  staged: 0,
  changed: 0,
  untracked: 0,
  submodules: [],
  pendingDecisions: 0,
  unchecked: [],
};
const ACTIVE = { id: "obj-1", text: "Log in", mark: "active" } as const;
const OPEN = { id: "obj-2", text: "Docs", mark: "open" } as const;
const DONE = { id: "obj-3", text: "Plan", mark: "done" } as const;
const BLOCKER = { id: "blk-2", text: "keys", resolved: false } as const;

const whats = (input: Partial<NextInput>) => nextSteps({ ...NOTHING, ...input }).map((each) => each.what);
const commands = (input: Partial<NextInput>) =>
  nextSteps({ ...NOTHING, ...input }).flatMap((each) => each.command ?? []);

describe("blockers in the next steps", () => {
  test("are listed without a command that closes them", () => {
    const steps = nextSteps({ ...NOTHING, objectives: [ACTIVE], blockers: [BLOCKER] });
    expect(steps).toContainEqual({ what: "blocked by blk-2: keys" });
    expect(JSON.stringify(steps)).not.toContain("resolve");
  });
  test("are counted after the first, without resolved ones", () => {
    const blockers = [
      { ...BLOCKER, id: "blk-1", resolved: true },
      BLOCKER,
      { ...BLOCKER, id: "blk-3" },
      { ...BLOCKER, id: "blk-4" },
    ];
    expect(whats({ objectives: [ACTIVE], blockers })).toContain("blocked by blk-2: keys, and 2 more");
  });
});

describe("a failing check in the next steps", () => {
  const failed = { command: "npm test", again: true };
  test("comes first, and no commit is suggested", () => {
    const input = { objectives: [ACTIVE], changed: 2, failed };
    expect(whats(input)).toContainEqual(expect.stringContaining("a check fails"));
    expect(commands(input)).toEqual(["session verify 'npm test' --run"]);
    expect(commands({ objectives: [ACTIVE], changed: 2 })).toEqual(['session checkpoint -m "..."']);
  });
  test("means that no end is suggested", () => {
    expect(commands({ objectives: [DONE], failed })).toEqual(["session verify 'npm test' --run"]);
    expect(commands({ objectives: [DONE], baseBranch: "main" })).toEqual(["session end --merge-to main"]);
  });
  test("is not suggested again by the checklist", () => {
    expect(whats({ objectives: [DONE], failed, unchecked: ["npm test"] })).toHaveLength(1);
  });
  test("has no command to copy if it is foreign text or prose", () => {
    expect(commands({ objectives: [ACTIVE], failed: { ...failed, again: false } })).toEqual([]);
  });
});

describe("the first next step", () => {
  test("is an objective in progress, then a commit, then an objective not begun", () => {
    expect(whats({ objectives: [ACTIVE], changed: 1 })[0]).toBe("continue obj-1: Log in");
    expect(whats({ objectives: [OPEN], changed: 1 })).toEqual(["commit 1 changed file", "start obj-2: Docs"]);
  });
  test("is a note about what is next, before its objective", () => {
    expect(whats({ objectives: [ACTIVE], note: { text: "refresh tokens", commits: 0 } })).toEqual([
      "refresh tokens",
      "continue obj-1: Log in",
    ]);
  });
  test("reports whether commits since the note may have done it", () => {
    expect(whats({ objectives: [ACTIVE], note: { text: "refresh tokens", commits: 2 } })).toEqual([
      "continue obj-1: Log in",
      "refresh tokens (noted 2 commits ago)",
    ]);
  });
  test("is an unfinished git operation before anything else", () => {
    const unfinished = { name: "rebase", finish: "git rebase --continue" };
    expect(whats({ objectives: [ACTIVE], note: { text: "x", commits: 0 }, unfinished })[0]).toBe(
      "finish the rebase",
    );
  });
});

test("an unfinished operation leaves no step that commits, ends, starts or resumes", () => {
  const unfinished = { name: "switch", finish: "session resume" };
  const work = { staged: 1, changed: 1, untracked: 1, pendingDecisions: 1 };
  expect(commands({ objectives: [OPEN], ...work, unfinished })).toEqual([
    "session resume",
    "session objectives start obj-2",
  ]);
  expect(commands({ objectives: [DONE], unfinished })).toEqual(["session resume"]);
  expect(commands({ recorded: false, source: { kind: "guess" }, unfinished })).toEqual(["session resume"]);
});

describe("on the default branch, the next step", () => {
  const guess = { recorded: false, source: { kind: "guess" } } as const;
  const input = { ...guess, branch: "main", isDefault: true, command: "session start <new-branch>" };
  test("names the active sessions and a new branch, never a session on it", () => {
    expect(nextSteps({ ...NOTHING, ...input, active: [{ title: "Login", command: "cd ../login" }] })).toEqual(
      [
        { what: "continue Login", command: "cd ../login" },
        { what: "start a session on a new branch", command: "session start <new-branch>" },
      ],
    );
    expect(commands(input)).toEqual(["session start <new-branch>"]);
  });
  test("starts a session on a branch without one", () => {
    const command = "session start feature/login";
    expect(commands({ ...guess, command })).toEqual([command]);
  });
});

test("a checklist entry that looks like a command is run, and prose is recorded by hand", () => {
  expect(commands({ objectives: [DONE], unchecked: ["npm run lint"] })).toEqual([
    "session verify 'npm run lint' --run",
  ]);
  expect(commands({ objectives: [DONE], unchecked: ["Changelog has a line", "b"] })).toEqual([
    "session verify 'Changelog has a line' --result passed",
  ]);
});
