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
      why: "hooks link a conversation, and only `transcripts.keep` or `transcript import` copies it, because it may hold what must not be kept",
    },
    {
      guide: "tool results",
      run: `show ${ID} -T`,
      out: /→ edit/,
      why: "2,000 characters of what a tool answered are kept, since whole outputs would make records of hundreds of megabytes",
    },
    { guide: "metadata: timestamp, profile, provider", run: "list --all", json: [{}, { model: "model-2" }] },
    {
      guide: "amplifier",
      out: /^Work\n/,
      why: "bare `session` shows where work stands; an agent is a program of its own, which `session run` starts in a session",
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
      why: "`run` begins with the name of an agent, so `--resume` names the line that goes on with a session: `continue --session`",
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
      why: "hooks note that a prompt came and how long it was, never its words, since the log travels with every push",
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
      why: "ids are random, so that two clones never give the same one; lists sort by date, and `--sort created` by creation",
    },
    {
      guide: "provider:request, provider:response",
      run: "log --events",
      code: 0,
      why: "the log has `turn:end`, which every agent tells; what passes between an agent and its provider is not seen from outside",
    },
    {
      guide: "the initial prompt names a session",
      run: "list",
      json: [{ title: "Work" }],
      why: "a title is made from the branch, which everybody sees and which holds no secret of a prompt; lists show the prompt beside it, and `run --title` gives another",
    },
    {
      guide: "amplifier session list --all",
      json: [{}, {}],
      why: "all means archived ones, too; `--all-projects` looks into the other repositories",
    },
    { guide: "their sessions are taken over", run: "search Split --in transcripts", json: [{}] },
  ],
};
