import { cpSync } from "node:fs";
import type { System } from "./row.ts";

const ID = "8a3f2b1c-55aa-4c4c-9d9d-000000000001";

/** The user guide of the session commands. Names in it are those of the fixture. */
export const system: System = {
  name: "Amazon Q fork, user guide",
  setup: async (s) => {
    cpSync("test/fixtures/foreign/amazon-q", `${s.root}/.amazonq/sessions`, { recursive: true });
    await s.ok("import", "--dir", ".amazonq/sessions");
    await s.ok("start", "feature/auth", "-o", "Implement user authentication");
  },
  rows: [
    {
      guide: "a workspace for each conversation",
      run: "workspace path",
      out: /workspace\n$/,
      why: "the folder is created with its first document, or when its path is requested, so that empty folders do not accumulate; views list its files",
    },
    {
      guide: ".amazonq/sessions/{conversation_id}/",
      run: "workspace path",
      out: /\.git\/sessions\/feature\/auth\/workspace/,
      why: "it is in `.git/sessions`, by branch, so that no commit contains it and `.gitignore` needs no line",
    },
    {
      guide: "/sessions list",
      out: /Auth\tfeature\/auth\tactive/,
      why: "rows have ids instead of numbers, because a number would mean another session after an archive; three characters of an id are enough",
    },
    { guide: "a row shows the first message", run: "list --all --wide", out: /Why is the build slow\?/ },
    {
      guide: "5 messages, 3 files",
      run: "sessions list --all --search slow",
      json: [{ message_count: 5, file_count: 3, first_message: "Why is the build slow?" }],
    },
    {
      guide: "8a3f2b1c for a session without a name",
      run: "list --all",
      out: /slow-build/,
      why: "an id has 12 characters, any unique start of it is enough, and an unnamed session has the title of its branch",
    },
    { guide: "/sessions history", out: /slow-build/ },
    { guide: '/sessions history --limit 20 --search "slow"', json: [{ title: "slow-build" }] },
    { guide: "/sessions background", json: [] },
    { guide: '/sessions background --limit 5 --search "deployment"', json: [] },
    { guide: '/sessions name 8a3f2b1c "Auth Feature Work"', out: /Auth Feature Work/ },
    { guide: "/sessions archive 8a3f2b1c", json: { state: "archived" } },
    {
      guide: "/sessions archive feature/auth",
      code: 1,
      err: /is active[\s\S]*hint: session archive \w+ --yes/,
    },
    { guide: "archived sessions keep all files", run: "workspace --session 8a3f2b1c", out: /analysis\.md/ },
    {
      guide: "active sessions are those in the list",
      run: "sessions list --status active",
      json: [{ branch: "feature/auth" }],
      why: "ended sessions stay in the list until they are archived, by hand or after 30 days, because they are the next ones to be looked up; `--status active` shows only active ones",
    },
    {
      guide: "metadata.json",
      run: "export 8a3f2b1c --format amazon-q -o theirs",
      file: "theirs/*/metadata.json",
      why: "the record is `context.json`, with the log beside it; `import` reads `metadata.json`, and `export --format amazon-q` writes it",
    },
    {
      guide: "analysis.md, research_notes.md, implementation_plan.md by the assistant",
      run: "workspace --session 8a3f2b1c",
      json: [{ name: "analysis.md" }],
      why: "an assistant stores documents in the folder whose path it requests; no file is moved automatically, because only its author knows which file is temporary",
    },
    {
      guide: '"id": "550e8400-…"',
      run: `show ${ID} --summary`,
      out: /imported-id=8a3f2b1c/,
      why: "ids have 12 characters that are easy to type; an imported session is also found by its earlier id",
    },
    {
      guide: '"first_message", "file_count", "message_count"',
      run: "show 8a3f2b1c",
      json: { message_count: 5, file_count: 3, messages: [{ content: "Why is the build slow?" }] },
    },
    {
      guide: "Error: Session 'abc123' not found",
      run: "show abc123",
      code: 3,
      err: /there is no session "abc123"/,
      why: "the error suggests similar names, or the command that lists them",
    },
    {
      guide: "Error: Session name must be between 1 and 256 characters",
      run: `name feature/auth ${"x".repeat(257)}`,
      code: 2,
      err: /256.*257/,
      why: "an empty name and a too long name have separate messages, the latter with the length",
    },
    { guide: '/sessions history --search "cache is cold"', json: [] },
    { guide: "their folders are taken over", run: "search cold", out: /analysis\.md.*The cache is cold/ },
  ],
};
