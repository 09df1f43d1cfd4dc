/** A view with something in every field, and one with nothing that may be left out. */
import type { BriefView, HandoffView } from "../../src/views/shapes/views.ts";

const SESSION: BriefView["session"] = {
  id: "k3f9qzm2x7ab",
  title: "Login with OAuth",
  branch: "feature/login",
  state: "active",
  baseBranch: "main",
  baseCommit: "0a1b2c3d",
  started: "2026-11-20 09:00",
  ended: "2026-11-21 17:30",
  time: "2h 15m",
  commit: "9f8e7d6c",
  subject: "feat: Google login",
  drift: "3 commits ahead of, 1 behind main",
  tags: ["auth"],
};

const COMMON = {
  session: SESSION,
  objectives: [
    { id: "obj-1", mark: "done", text: "Provider interface" },
    { id: "obj-2", mark: "active", text: "Google login" },
    { id: "obj-3", mark: "dropped", text: "GitHub login" },
  ],
  progress: "1 of 2 done",
  blockers: [{ id: "blk-1", text: "API keys", link: "#42", age: "3 days", note: "asked" }],
  work: [
    {
      kind: "checkpoint",
      commit: "9f8e7d6c",
      subject: "feat: Google login",
      label: "oauth",
      when: "2026-11-20",
      author: "someone else",
      completed: ["obj-1: Provider interface"],
      files: 3,
      added: 120,
      removed: 14,
    },
    {
      kind: "commit",
      commit: "1111aaaa",
      subject: "fix: typo",
      when: "2026-11-20",
      completed: [],
      files: 0,
      added: 0,
      removed: 0,
    },
  ],
  decisions: [
    {
      id: "dec-2",
      text: "Use PKCE",
      rationale: "no secret in the client",
      alternatives: ["Implicit flow: deprecated"],
      supersedes: "dec-1",
      supersededBy: "dec-3",
      commit: "9f8e7d6c",
      from: "Earlier work",
    },
    { id: "dec-4", text: "Not committed yet", alternatives: [] },
  ],
  verified: [
    {
      command: "npm test",
      result: "passed",
      when: "2026-11-20",
      commit: "9f8e7d6c",
      stale: "2 commits since",
    },
  ],
  results: {
    tests: {
      ...{ passed: 212, failed: 1, skipped: 2, failing: ["cart › adds"] },
      ...{ from: "junit.xml", when: "2026-11-20 17:00", stale: "3 files changed since" },
    },
    coverage: { percent: "84.2%", from: "coverage/lcov.info", when: "2026-11-20 17:01" },
    build: {
      ...{ status: "failed", name: "CI", commit: "9f8e7d6c", url: "https://ci.example.com/7" },
      ...{ when: "2026-11-20 17:05", failing: ["lint"], source: ".session/ci.json" },
      ...{ tests: { passed: 211, failed: 2, skipped: 2 }, coverage: "84%", stale: "1 commit since" },
    },
  },
  issues: [
    { id: "#42", url: "https://github.com/acme/shop/issues/42", closes: true, places: ["blk-1", "9f8e7d6c"] },
  ],
  checklist: [{ text: "Changelog has a line", state: "open" }],
  files: [
    { path: "src/login.ts", change: "added", added: 100, removed: 0, commits: 2 },
    { path: "src/old.ts", change: "changed", added: 0, removed: 14 },
  ],
  dirty: [{ path: "notes.txt", change: "untracked" }],
  annotations: [{ tag: "TODO", path: "src/login.ts", line: 7, text: "refresh tokens" }],
  notes: [{ text: "Keys are in the vault", when: "2026-11-20" }],
  next: [{ what: "go on with obj-2", command: "session status" }],
  warnings: ["A rebase is not finished."],
} as const;

export const BRIEF: BriefView = {
  ...COMMON,
  guessed: false,
  recent: false,
  upstream: [
    {
      kind: "commit",
      commit: "4444dddd",
      subject: "fix: on the base",
      when: "2026-11-20",
      author: "another one",
      completed: [],
      files: 0,
      added: 0,
      removed: 0,
    },
  ],
  upstreamMore: 3,
  resolved: [{ id: "blk-2", text: "No sandbox", note: "got one" }],
  stashed: ["try minisign"],
  children: [
    { id: "m4f9qzm2x7ab", branch: "feature/docs", title: "Docs", state: "ended", progress: "2 of 2 done" },
  ],
  ending: { command: "session end --merge-to main", needs: ["coverage of 85%"] },
  upstreamBase: "main",
  related: [
    {
      id: "dec-9",
      text: "Names in English",
      rationale: "one language",
      alternatives: [],
      commit: "5555eeee",
      author: "another one",
      from: "m4f9qzm2x7ab",
      files: ["src/login.ts"],
    },
  ],
  architecture: "hexagonal",
  patterns: ["repository-pattern"],
  conventions: ["docstrings-required"],
  commands: [{ name: "test", command: "npm test" }],
  architectureText: "Ports and adapters.\n\nThe core knows no network.",
  conventionsText: "Two spaces.",
  handoff: { when: "2026-11-19", commit: "0a1b2c3d", summary: "Half way.", since: "1 commit since" },
};

export const HANDOFF: HandoffView = {
  ...COMMON,
  written: {
    when: "2026-11-19",
    commit: "0a1b2c3d",
    since: "1 commit since",
    taken: { by: "another one", when: "2026-11-20", commit: "9f8e7d6c" },
  },
  summary: "Login works with Google.",
  resolved: [{ id: "blk-2", text: "No sandbox", age: "2 days", note: "got one" }],
  stashed: ["try minisign"],
  children: [],
  numbers: {
    time: "2h 15m",
    span: "2 days",
    commitTypes: "1 feat, 1 fix",
    commits: 2,
    files: 2,
    filesAdded: 1,
    filesRemoved: 0,
    added: 120,
    removed: 14,
    tests: 12,
    coverage: { before: "79%", after: "84%", threshold: "85%", below: true },
  },
  command: "session resume feature/login",
};

const NOTHING = {
  session: { id: "", title: "main", branch: "main", state: "no session", tags: [] },
  objectives: [],
  next: [],
  blockers: [],
  warnings: [],
  annotations: [],
  work: [],
  decisions: [],
  verified: [],
  results: {},
  issues: [],
  checklist: [],
  files: [],
  dirty: [],
  notes: [],
} as const;

export const EMPTY_BRIEF: BriefView = {
  ...NOTHING,
  guessed: true,
  recent: false,
  upstream: [],
  upstreamMore: 0,
  resolved: [],
  stashed: [],
  children: [],
  related: [],
  patterns: [],
  conventions: [],
  commands: [],
};

export const EMPTY_HANDOFF: HandoffView = {
  ...NOTHING,
  summary: "No objectives were recorded.",
  resolved: [],
  stashed: [],
  children: [],
  numbers: { commitTypes: "", commits: 0, files: 0, filesAdded: 0, filesRemoved: 0, added: 0, removed: 0 },
  command: "session start main",
};
