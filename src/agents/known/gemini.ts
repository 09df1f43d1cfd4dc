/** Gemini CLI. Its timeouts are milliseconds, and a hook's output must be JSON and nothing else. */

import path from "node:path";
import { defined } from "../../text/defined.ts";
import type { Message, Reader, Row, Tokens } from "../../transcripts/formats/shape.ts";
import {
  addTokens,
  countOf,
  message,
  rowOf,
  rowsIn,
  textOf,
  toolCall,
  wordsOf,
} from "../../transcripts/formats/untrusted-values.ts";
import {
  type Agent,
  block,
  type Facts,
  groups,
  hookCommand,
  inside,
  json,
  mcpServer,
  nested,
  resumedOrNamed,
  sharedSkill,
  type Where,
} from "../shapes/agent.ts";

const NAME = "gemini";

const handler = (name: string, event: string) => ({
  name: `session-${name}`,
  type: "command",
  command: hookCommand(NAME, event),
  timeout: 10_000,
});

const HOOKS = groups([
  ["SessionStart", "*", handler("brief", "SessionStart")],
  ["BeforeAgent", undefined, handler("prompt", "BeforeAgent")],
  ["PreCompress", "*", handler("compress", "PreCompress")],
  ["AfterAgent", undefined, handler("turn", "AfterAgent")],
  ["SessionEnd", "*", handler("end", "SessionEnd")],
]);

export const agent: Agent = {
  order: 30,
  name: "gemini",
  label: "Gemini CLI",
  provider: "google",
  programs: ["gemini"],
  targets: (where) => [
    json(path.join(where.root, ".gemini/settings.json"), ...HOOKS, mcpServer()),
    sharedSkill(where),
    block(instructions(where), where.text("block.md")),
  ],
  events: {
    SessionStart: "start",
    BeforeAgent: "prompt",
    BeforeTool: "tool:pre",
    AfterTool: "tool:post",
    PreCompress: "compact",
    AfterAgent: "turn",
    SessionEnd: "end",
  },
  answer: nested,
  // Gemini sends the event of an automatic compaction with each turn, even if no compaction happens.
  recalls: "asked",
  runs: {
    talk: (asked) => [
      ...resumedOrNamed(asked),
      ...(asked.prompt === undefined ? [] : [`--prompt-interactive=${asked.prompt}`]),
    ],
    task: (asked) => [...resumedOrNamed(asked), `--prompt=${asked.prompt ?? ""}`],
    resumes: "named",
  },
  trust:
    "it runs project hooks only in a trusted folder, warns when they are new or changed, and reads settings only in the folder that it is started in",
  gaps,
  transcripts: { folders: (home) => [path.join(home, ".gemini/tmp")], isRow, reader },
};

function instructions({ scope, root }: Where): string {
  return path.join(root, scope === "user" ? ".gemini/GEMINI.md" : "GEMINI.md");
}

/** Finds reasons why Gemini does not run our hooks: a switch, or an untrusted folder. */
function gaps({ where, home, root, json: read }: Facts): string[] {
  const settings = [
    path.join(home, ".gemini/settings.json"),
    path.join(where.root, ".gemini/settings.json"),
  ].map(read);
  const off = settings.some((each) => inside(each, "hooksConfig", "enabled") === false);
  const trusted = read(path.join(home, ".gemini/trustedFolders.json"));
  const isTrusted = Object.entries(trusted).some(([folder, level]) => {
    if (root === undefined || typeof level !== "string") return false;
    const top = level === "TRUST_PARENT" ? path.dirname(folder) : folder;
    return level !== "DO_NOT_TRUST" && (root === top || root.startsWith(top + path.sep));
  });
  const isTold = where.env.GEMINI_CLI_TRUST_WORKSPACE === "true";
  const asks =
    !isTold &&
    where.scope === "project" &&
    inside(settings[0], "security", "folderTrust", "enabled") !== false;
  return [
    ...(off ? ["hooks are switched off by hooksConfig.enabled"] : []),
    ...(asks && !isTrusted ? ["Gemini does not trust this folder yet: start gemini in it once"] : []),
  ];
}

/** Types of Gemini's rows that are messages. */
const KIND = /^(user|gemini|info|error|warning)$/;

/** Reports whether a row is part of a conversation. */
function isRow(row: Row): boolean {
  return (
    rowOf(row.$set) !== undefined ||
    typeof row.$rewindTo === "string" ||
    (typeof row.sessionId === "string" && ("projectHash" in row || "startTime" in row)) ||
    (typeof row.id === "string" && KIND.test(String(row.type)) && "content" in row)
  );
}

/**
 * Returns a reader. Gemini repeats a whole message when it grows, and may rewind a conversation: the reader
 * first looks through the file, then returns each message in its last version.
 */
function reader(): Reader {
  /** Row number of each message's last version, by message id, in the order of the first versions. */
  const last = new Map<string, number>();
  let looked = 0;
  let taken = 0;
  let id: string | undefined;
  let tokens: Tokens | undefined;

  const rewind = (to: string) => {
    const ids = [...last.keys()];
    const at = ids.indexOf(to);
    for (const each of at < 0 ? [] : ids.slice(at)) last.delete(each);
  };
  const use = (row: Row) => {
    const used = rowOf(row.tokens);
    if (!used) return;
    tokens = addTokens(tokens, {
      in: countOf(used.input),
      cached: countOf(used.cached),
      out: countOf(used.output) + countOf(used.thoughts),
    });
  };

  return {
    look: (row) => {
      const at = looked++;
      if (typeof row.$rewindTo === "string") rewind(row.$rewindTo);
      // Gemini may replace the context of the model: this removes no message of the conversation.
      for (const each of messagesIn(row))
        if (each === row || !last.has(String(each.id))) last.set(String(each.id), at);
    },
    take: (row) => {
      const at = taken++;
      id ??= textOf(row.sessionId);
      return messagesIn(row).flatMap((each) => {
        if (last.get(String(each.id)) !== at) return [];
        use(each);
        return messagesOf(each);
      });
    },
    end: () => [],
    about: () => ({ ...defined({ id, tokens }) }),
  };
}

function messagesIn(row: Row): readonly Row[] {
  const replaced = rowsIn(rowOf(row.$set)?.messages ?? row.messages);
  return [row, ...replaced].filter((each) => typeof each.id === "string" && KIND.test(String(each.type)));
}

function messagesOf(row: Row): Message[] {
  const words = wordsOf(row.content);
  if (row.type !== "gemini") return message(row.type === "user" ? "user" : "system", row.timestamp, words);
  const calls = rowsIn(row.toolCalls);
  return [
    ...message("assistant", row.timestamp, words, {
      tools: calls.map((each) => toolCall(each.name, each.args)),
    }),
    ...calls.flatMap((each) => message("tool", each.timestamp ?? row.timestamp, answerOf(each))),
  ];
}

/** Returns a function's response: the text shown to the user, else the text sent to the model. */
function answerOf(call: Row): string {
  if (typeof call.resultDisplay === "string") return call.resultDisplay;
  const parts = rowsIn(call.result);
  const responses = parts.map((each) => rowOf(rowOf(each.functionResponse)?.response));
  return wordsOf(responses.map((each) => each?.output ?? each?.error ?? ""));
}
