/** The next steps, as a good colleague would name them. */
import { describe, expect, test } from "vitest";
import { type NextInput, nextSteps } from "../../src/views/shapes/next.ts";

const NOTHING: NextInput = {
  recorded: true,
  source: { kind: "local" },
  command: "session resume feature/login",
  branch: "feature/login",
  objectives: [],
  blockers: [],
  staged: 0,
  changed: 0,
  untracked: 0,
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

describe("blockers", () => {
  test("are facts, without a command that closes them", () => {
    const steps = nextSteps({ ...NOTHING, objectives: [ACTIVE], blockers: [BLOCKER] });
    expect(steps).toContainEqual({ what: "blocked by blk-2: keys" });
    expect(JSON.stringify(steps)).not.toContain("resolve");
  });
  test("are counted after the first; what is resolved is left out", () => {
    const blockers = [
      { ...BLOCKER, id: "blk-1", resolved: true },
      BLOCKER,
      { ...BLOCKER, id: "blk-3" },
      { ...BLOCKER, id: "blk-4" },
    ];
    expect(whats({ objectives: [ACTIVE], blockers })).toContain("blocked by blk-2: keys, and 2 more");
  });
});

describe("a failing check", () => {
  const failed = { command: "npm test", again: true };
  test("comes before a commit is suggested, and no commit is", () => {
    const input = { objectives: [ACTIVE], changed: 2, failed };
    expect(whats(input)).toContainEqual(expect.stringContaining("a check fails"));
    expect(commands(input)).toEqual(["session verify 'npm test' --run"]);
    expect(commands({ objectives: [ACTIVE], changed: 2 })).toEqual(['session checkpoint -m "..."']);
  });
  test("ends no session", () => {
    expect(commands({ objectives: [DONE], failed })).toEqual(["session verify 'npm test' --run"]);
    expect(commands({ objectives: [DONE], baseBranch: "main" })).toEqual(["session end --merge-to main"]);
  });
  test("is not asked for again by the checklist", () => {
    expect(whats({ objectives: [DONE], failed, unchecked: ["npm test"] })).toHaveLength(1);
  });
  test("of a stranger's words, or in words, has no command to copy", () => {
    expect(commands({ objectives: [ACTIVE], failed: { ...failed, again: false } })).toEqual([]);
  });
});

describe("what comes first", () => {
  test("an objective in progress comes before a commit, one that is not begun after it", () => {
    expect(whats({ objectives: [ACTIVE], changed: 1 })[0]).toBe("go on with obj-1: Log in");
    expect(whats({ objectives: [OPEN], changed: 1 })).toEqual(["commit 1 changed file", "start obj-2: Docs"]);
  });
  test("a note of what is next comes before the objective it was written in", () => {
    expect(whats({ objectives: [ACTIVE], note: { text: "refresh tokens", commits: 0 } })).toEqual([
      "refresh tokens",
      "go on with obj-1: Log in",
    ]);
  });
  test("commits since say that the note may be over", () => {
    expect(whats({ objectives: [ACTIVE], note: { text: "refresh tokens", commits: 2 } })).toEqual([
      "go on with obj-1: Log in",
      "refresh tokens (noted 2 commits ago)",
    ]);
  });
  test("an unfinished operation of git comes before all of them", () => {
    const unfinished = { name: "rebase", finish: "git rebase --continue" };
    expect(whats({ objectives: [ACTIVE], note: { text: "x", commits: 0 }, unfinished })[0]).toBe(
      "finish the rebase",
    );
  });
});

describe("on the default branch", () => {
  const guess = { recorded: false, source: { kind: "guess" } } as const;
  const input = { ...guess, branch: "main", isDefault: true, command: "session start <new-branch>" };
  test("names the active sessions and offers a new branch, never a session of its own", () => {
    expect(nextSteps({ ...NOTHING, ...input, active: [{ title: "Login", branch: "feature/a b" }] })).toEqual([
      { what: "go on with Login", command: "session switch 'feature/a b'" },
      { what: "start a session on a new branch", command: "session start <new-branch>" },
    ]);
    expect(commands(input)).toEqual(["session start <new-branch>"]);
  });
  test("another branch starts its own", () => {
    const command = "session start feature/login";
    expect(commands({ ...guess, command })).toEqual([command]);
  });
});

test("a checklist is run where it reads like a command, and recorded by hand where it is prose", () => {
  expect(commands({ objectives: [DONE], unchecked: ["npm run lint"] })).toEqual([
    "session verify 'npm run lint' --run",
  ]);
  expect(commands({ objectives: [DONE], unchecked: ["Changelog has a line", "b"] })).toEqual([
    "session verify 'Changelog has a line' --result passed",
  ]);
});
