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
      why: "the folder is made when a document is put into it or its path is asked for, so that empty ones do not pile up; views name what is in it",
    },
    {
      guide: ".amazonq/sessions/{conversation_id}/",
      run: "workspace path",
      out: /\.git\/sessions\/feature\/auth\/workspace/,
      why: "it is below `.git/sessions`, by branch, so that no commit has it and `.gitignore` needs no line",
    },
    {
      guide: "/sessions list",
      out: /Auth\tfeature\/auth\tactive/,
      why: "rows have ids in place of numbers, since a number means another session once one is archived; three characters of an id are enough",
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
      why: "an id has 12 characters, any unique start of it serves, and a session that nobody named has the title of its branch",
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
      why: "what has ended stays in the list until it is archived, by hand or after 30 days, because it is looked for next; `--status active` shows what goes on",
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
      why: "an assistant puts documents there when it asks for the path, as the skill tells it; nothing is moved by itself, because only its author knows which file is temporary",
    },
    {
      guide: '"id": "550e8400-…"',
      run: `show ${ID} --summary`,
      out: /imported-id=8a3f2b1c/,
      why: "ids have 12 characters that are easy to type; one that was imported is found by the id that it had, too",
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
      why: "the error names the nearest names, or the command that lists them",
    },
    {
      guide: "Error: Session name must be between 1 and 256 characters",
      run: `name feature/auth ${"x".repeat(257)}`,
      code: 2,
      err: /256.*257/,
      why: "one sentence says that a name is empty and another that it is too long, with its length",
    },
    { guide: '/sessions history --search "cache is cold"', json: [] },
    { guide: "their folders are taken over", run: "search cold", out: /analysis\.md.*The cache is cold/ },
  ],
};
