import { cpSync } from "node:fs";
import type { System } from "./row.ts";

const ID = "7d1f0c52";

export const system: System = {
  name: "Amplifier, sessions",
  setup: async (s) => {
    cpSync("test/fixtures/foreign/amplifier", `${s.root}/theirs`, { recursive: true });
    await s.ok("import", "--dir", "theirs");
    await s.ok("start", "work", "-o", "One");
  },
  rows: [
    {
      guide: "conversation history is part of a session",
      run: `transcript list --session ${ID}`,
      json: { kept: [{ agent: "amplifier", numbers: { messages: 3 } }] },
      why: "hooks link a conversation; only `transcripts.keep` or `transcript import` copies it, because it may contain secrets",
    },
    {
      guide: "tool results",
      run: `show ${ID} -T`,
      out: /→ edit/,
      why: "the first 2,000 characters of a tool's output are kept, because whole outputs would make records of hundreds of megabytes",
    },
    { guide: "metadata: timestamp, profile, provider", run: "list --all", json: [{}, { model: "model-2" }] },
    {
      guide: "amplifier",
      out: /^Work\n/,
      why: "bare `session` shows where work stands; an agent is a separate program, which `session run` starts in a session",
    },
    { guide: "amplifier session list", out: /Work\twork\tactive/ },
    { guide: "amplifier session list --limit 5", out: /Work/ },
    {
      guide: "columns Created and Messages",
      run: "session list --all --wide --sort created",
      out: /Work\twork\tactive/,
    },
    {
      guide: "column Last Prompt",
      run: "session list --all --search Tidy",
      json: [{ last_prompt: "Thanks", message_count: 3 }],
    },
    { guide: `amplifier session show ${ID}`, out: /Tidy the parser/ },
    {
      guide: `amplifier session resume ${ID} "Now the tests"`,
      code: 3,
      err: /session run <agent> .* -m "..."/,
    },
    {
      guide: `amplifier run --resume ${ID} "Now the tests"`,
      code: 2,
      err: /session continue --session <session>/,
      why: "`run` begins with the name of an agent; its refusal of `--resume` names the command that continues a session: `continue --session`",
    },
    {
      guide: "~/.amplifier/projects/<slug>/sessions/",
      run: "workspace path",
      out: /\.git\/sessions\/work\b/,
      why: "sessions live in the repository, so that a project that is moved or renamed keeps them",
    },
    {
      guide: "messages exchanged, in events.jsonl",
      run: "log --events",
      out: /session\.started/,
      why: "hooks record that a prompt was sent and its length, never its text, because every push sends the log",
    },
    { guide: "amplifier session cleanup --days 30", run: "session cleanup --days 30 --dry-run", code: 0 },
    { guide: "cleanup of named ones", run: "cleanup --days 0 --named --dry-run", out: /Tidy the parser/ },
    {
      guide: `amplifier session delete ${ID} --force`,
      run: `session delete ${ID} --dry-run`,
      out: /Tidy the parser/,
    },
    {
      guide: "ids {timestamp}-{random}",
      run: "list --all --sort created",
      json: [{ branch: "work" }, {}],
      why: "ids are random, so that two clones never choose the same id; lists sort by date, and `--sort created` by creation",
    },
    {
      guide: "provider:request, provider:response",
      run: "log --events",
      code: 0,
      why: "the log has `turn:end`, which every agent reports; the requests between an agent and its provider are not visible",
    },
    {
      guide: "the initial prompt names a session",
      run: "list",
      json: [{ title: "Work" }],
      why: "a title is made from the branch name, which is public and contains no secret of a prompt; lists also show the prompt, and `run --title` sets another title",
    },
    {
      guide: "amplifier session list --all",
      json: [{}, {}],
      why: "all includes archived sessions; `--all-projects` lists other repositories",
    },
    { guide: "their sessions are taken over", run: "search Split --in transcripts", json: [{}] },
  ],
};
