import { readFileSync } from "node:fs";
import type { System } from "./row.ts";

const FILE = "test/fixtures/foreign/ainative-guide/session.json";
const A = "abc123def456";

/** The guide's chat sessions. */
export const system: System = {
  name: "AINative, session guide",
  setup: async (s) => {
    const session = JSON.parse(readFileSync(FILE, "utf8"));
    const named = (id: string, title: string) => ({ ...session, id, title });
    await s.write("session.json", JSON.stringify(session));
    await s.write(
      "rest.json",
      JSON.stringify([named("def456abc789", "Socket"), named("ghj789abc123", "Mail")]),
    );
    await s.write("wrong.json", JSON.stringify({ ...session, messages: [{ role: "user" }] }));
    await s.ok("start", "feature/api");
  },
  rows: [
    { guide: "ainative-code session import -i session.json", out: /Imported Queue for mails.*abc123def456/ },
    { guide: "ainative-code session import -i rest.json", json: { sessions: [{}, {}] } },
    {
      guide: "import validates required fields and messages",
      run: "import -i wrong.json",
      code: 1,
      err: /messages\[0\]\.content is missing/,
    },
    {
      guide: 'ainative-code session import -i session.json --new-id --title "Branched Session"',
      out: /Branched Session/,
    },
    {
      guide: "ZeroDB for cloud backup and sync",
      run: "session sync --help",
      out: /remote/,
      why: "any git remote stores sessions; no account is needed",
    },
    { guide: "a session has all messages", run: `show ${A} -T`, out: /A table with a lock is enough\./ },
    {
      guide: "provider and model information",
      run: `show ${A}`,
      json: { provider: "anthropic", model: "model-2" },
    },
    {
      guide: 'ainative-code session create --title "Bug Investigation"',
      json: { session: { title: "Bug Investigation", ref: "refs/heads/bug-investigation" } },
    },
    {
      guide: 'ainative-code session create --title "Golang API" --tags "golang,api,rest"',
      json: { session: { tags: ["golang", "api", "rest"] } },
    },
    {
      guide: 'ainative-code session create --title "Claude work" --provider anthropic --model some-model',
      json: { session: { meta: { provider: "anthropic", model: "some-model" } } },
    },
    {
      guide: `ainative-code session create --title "With data" --metadata '{"project":"shop","priority":1}'`,
      json: { session: { meta: { project: "shop", priority: "1" } } },
    },
    {
      guide: 'ainative-code session create --title "Later" --no-activate',
      json: { session: { ref: "refs/heads/later" } },
    },
    {
      guide: "a title is required",
      run: "start fix/crash --no-switch",
      json: { session: { title: "Crash" } },
      why: "a branch is enough: the title is made from it",
    },
    {
      guide: "sessions are titled by the first message",
      run: "list --wide --all --search Queue",
      out: /Which queue fits/,
      why: "a title is made from the branch name, which is public and contains no secret of a prompt; lists also show the prompt, and `run --title` sets another title",
    },
    {
      guide: 'ainative-code chat --title "REST API Development"',
      code: 2,
      err: /session run <agent> --title/,
      why: "`run <agent> --title` starts an agent in a new session of that title, and `chat` continues the last one: you name the agent once",
    },
    {
      guide: "ainative-code session list",
      out: /Crash\tfix\/crash\tactive/,
      why: "`--wide` shows created and messages, so that branch, state and progress fit on a narrow terminal",
    },
    { guide: "ainative-code session list --all", out: /Queue for mails/ },
    { guide: "ainative-code session list --limit 20", out: /Claude work/ },
    { guide: "ainative-code session list -n 5", err: /more/ },
    { guide: 'ainative-code session list --search "golang"', json: [{ title: "Golang API" }] },
    {
      guide: 'ainative-code session list --since "2024-01-01" --until "2024-12-31" --all',
      json: [{}, {}, {}, {}],
    },
    { guide: "ainative-code session list --provider anthropic", json: [{ title: "Claude work" }] },
    { guide: "ainative-code session list --sort date", code: 0 },
    { guide: "ainative-code session list --sort title --reverse", code: 0 },
    { guide: "ainative-code session list --all --sort messages -n 1", json: [{ message_count: 2 }] },
    {
      guide: `ainative-code session show ${A}`,
      out: /Queue for mails[\s\S]*2024-03-02 08:00 to 2024-03-02 09:30/,
    },
    { guide: `ainative-code session show ${A} --summary`, out: /provider=anthropic/ },
    {
      guide: `ainative-code session show ${A} --limit 1`,
      json: {
        messages: [{ role: "user", content: "Which queue fits for a few mails a minute?" }],
        messagesMore: 1,
      },
      why: "as text a page is about the work, and `--limit` counts its timeline; with `-T`, and as JSON, it counts messages from the first on",
    },
    {
      guide: `ainative-code session show ${A} --skip 1 --limit 1`,
      json: { messages: [{ role: "assistant" }] },
    },
    {
      guide: `ainative-code session show ${A} --format json`,
      json: { id: A, title: "Queue for mails", messages: [{}, {}] },
    },
    { guide: `ainative-code session show ${A} --format markdown`, out: /- project: shop/ },
    { guide: `ainative-code session show ${A} --format text`, out: /Queue for mails/ },
    { guide: `ainative-code chat --session-id ${A} "Go on"`, code: 3, err: /session run <agent>/ },
    { guide: `ainative-code chat -s ${A} "Go on"`, code: 3, err: /session run <agent>/ },
    {
      guide: "the AI has the full context of previous messages",
      run: "brief",
      out: /With data|Claude work|Golang API/,
      why: "an agent gets the brief, and its own conversation if it can continue it, because a whole transcript would fill its context",
    },
    { guide: "ainative-code chat --resume", code: 3, err: /session run <agent>/ },
    {
      guide: `ainative-code session export ${A}`,
      json: { id: A, title: "Queue for mails", sessions: [{}] },
      why: "a script gets it on standard output; on a terminal it goes to `session-<id>.json`",
    },
    { guide: `ainative-code session export ${A} -o my-session.json`, file: "my-session.json" },
    {
      guide: `ainative-code session export ${A} -o no/where/rest-api.json`,
      code: 1,
      err: /no\/where does not exist\nhint: mkdir -p/,
    },
    {
      guide: "the exported JSON is flat",
      run: `export ${A} --format ainative`,
      json: {
        id: A,
        title: "Queue for mails",
        provider: "anthropic",
        model: "model-2",
        metadata: { tags: ["queue", "mail"], project: "shop" },
      },
      why: "`--format ainative` is flat, with messages; our own JSON has one or more sessions with their whole record, and `id` and `title` at its top",
    },
    {
      guide: "messages are part of an export",
      run: `export ${A} --transcripts`,
      json: { sessions: [{ documents: [{ path: `transcripts/${A}.jsonl` }] }] },
      why: "our own JSON has conversations only with `--transcripts`, because they may contain private text; `--format ainative` always has them, without secrets",
    },
    { guide: "ainative-code session export --all -o sessions-backup.json", file: "sessions-backup.json" },
    {
      guide: `ainative-code session export --since "2024-01-01" -o january-sessions.json`,
      file: "january-sessions.json",
    },
    { guide: `ainative-code session export ${A} --format markdown -o session.md`, file: "session.md" },
    {
      guide: `ainative-code session delete ${A} --confirm`,
      code: 2,
      err: /there is no terminal to ask on/,
      why: "`delete` always asks, with `--confirm` too; without a terminal it deletes nothing and names the option that skips the question",
    },
    {
      guide: "ainative-code session delete def456abc789 ghj789abc123 --yes",
      out: /Deleted Socket[\s\S]*Deleted Mail/,
    },
    { guide: "ainative-code session restore def456abc789", code: 0 },
    { guide: `ainative-code session delete --before "2024-01-01" --dry-run`, code: 0 },
    { guide: "ainative-code session delete --older-than 30d --dry-run", out: /Queue for mails/ },
    { guide: "ainative-code session delete --all --force --dry-run", out: /Claude work/ },
    { guide: `ainative-code session tag ${A} go rest-api authentication`, out: /rest-api/ },
    { guide: `ainative-code session meta ${A} priority high`, out: /priority=high/ },
    { guide: `ainative-code session rename ${A} "OAuth 2.0 Implementation Guide"`, out: /OAuth 2\.0/ },
    {
      guide: `ainative-code session meta ${A}`,
      out: /^imported-from=ainative\n[\s\S]*project=shop\n/,
      why: "a line is `key=value`, as `meta` sets it and a script reads it; title and tags are in `show --summary`",
    },
    { guide: "ainative-code session list --tag go --project shop --all", json: [{ id: A }] },
    {
      guide: 'ainative-code chat --title "User Authentication Feature" -r',
      code: 2,
      err: /session run <agent> --title/,
      why: "`continue` continues the last conversation, whose session already has a title",
    },
    {
      guide: "jq 'group_by(.provider)'",
      run: "session list --all --provider anthropic",
      json: [{ provider: "anthropic" }, {}, {}, {}],
    },
    {
      guide: "jq '[.[] | .message_count] | add / length'",
      run: `session list --all --search OAuth`,
      json: [{ message_count: 2 }],
    },
    { guide: 'ainative-code session search "table with a lock"', json: [{}, {}, {}] },
    {
      guide:
        'ainative-code session search "queue" --provider anthropic --since 2024-01-01 --until 2024-12-31',
      json: [{}],
    },
    { guide: 'ainative-code session search "Go REST API" --export results.json', file: "results.json" },
    {
      guide: `ainative-code session stats ${A}`,
      out: /Messages\s+1 of the user, 1 of the assistant\nResponse time\s+10s on average\nFirst message\s+2024-03-02 08:00\nLast message\s+2024-03-02 08:00/,
    },
    {
      guide: "cat session.json | jq '{id, title, messages}'",
      run: `export ${A} --format ainative`,
      json: { id: A, messages: [{ role: "user" }, {}] },
    },
    {
      guide: `ainative-code session share ${A} --team engineering`,
      code: 2,
      err: /hint: session share <session> \[remote\]/,
      why: "the team is everyone who can read the remote, so that access is managed in one place",
    },
    { guide: "ainative-code session list --shared", json: [] },
    {
      guide: "ainative-code session sync --force --pull",
      code: 2,
      err: /hint: session sync/,
      why: "no force is needed, because both sides are merged without losses",
    },
  ],
};
