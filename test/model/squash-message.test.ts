import { expect, test } from "vitest";
import { squashText } from "../../src/lifecycle/squash.ts";
import { addObjective, markObjective } from "../../src/session/edits/objectives.ts";
import { newSession, type SessionState } from "../../src/session/state.ts";
import type { ReadCommit } from "../../src/trailers/checkpoints.ts";

const now = "2026-01-01T00:00:00.000Z";

function session(branch: string, objectives: readonly string[], title?: string): SessionState {
  let state = newSession({ id: "abcdefghjkmn", branch, base: {}, now, ...(title ? { title } : {}) });
  for (const each of objectives) {
    const [next, { id }] = addObjective(state, each.replace(/^\[x\] /, ""), now);
    state = each.startsWith("[x]") ? markObjective(next, id, "done", now)[0] : next;
  }
  return state;
}

/** Newest first, as git gives them; `*` marks the last checkpoint that end makes by itself. */
function commits(...subjects: string[]): ReadCommit[] {
  return subjects.reverse().map((each) => {
    const commit = { oid: "", message: each, committed: 0 };
    const record = {
      objectives: [],
      blockers: [],
      decisions: [],
      verified: [],
      impact: [],
      label: "session-end",
    };
    const isLast = each.startsWith("*");
    return {
      commit,
      subject: each.replace(/^\*/, ""),
      recovered: false,
      ...(isLast ? { record: { ...record, id: "abcdefghjkmn" } } : {}),
    };
  });
}

const files = [{ path: "src/auth/login.ts", change: "added" as const }];
const subject = (state: SessionState, ...subjects: string[]) =>
  squashText(state, commits(...subjects), files).split("\n")[0];

test.each<[subject: string, state: SessionState, subjects: string[]]>([
  ["feat(api)!: drop v1", session("feature/x", ["[x] Other words"]), ["feat(api)!: drop v1"]],
  ["feat: login", session("feature/x", []), ["wip", "feat: login", "*chore: update login.ts"]],
  ["feat(auth): login form", session("feature/x", []), ["WIP: login form"]],
  ["feat(auth): google login", session("feature/x", ["[x] Google login", "Docs"]), ["feat: a", "feat: b"]],
  ["feat(auth): login, logout", session("feature/x", ["[x] Login", "[x] Logout"]), ["feat: a", "feat: b"]],
  ["feat(auth): docs", session("wip", ["Docs"]), ["wip", "wip"]],
  ["feat(auth): our title", session("wip", ["[x] Login"], "Our title"), ["feat: a", "feat: b"]],
  ["feat(auth): user login", session("feature/user-login", []), ["feat: a", "feat: b"]],
  ["fix: a", session("tmp", []), ["fix: a", "fix: b"]],
  ["feat(auth): add login.ts", session("wip", ["WIP"]), ["wip", "fixup! wip"]],
])("the subject of a squash is %s", (expected, state, subjects) => {
  expect(subject(state, ...subjects)).toBe(expected);
});

test("the body of a squash lists the replaced commits, oldest first, unless the user wrote the text", () => {
  const state = session("feature/x", []);
  expect(squashText(state, commits("a", "b"), files, "feat: c")).toBe("feat: c\n\n* a\n* b");
  expect(squashText(state, commits("a", "b"), files, "feat: c\n\nWhy.")).toBe("feat: c\n\nWhy.");
  expect(squashText(state, commits("a"), files, "feat: c")).toBe("feat: c");
});
