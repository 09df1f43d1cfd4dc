/** Reads the JSON that agents write to a hook. Their keys differ, and any of them may be missing. Pure. */
import { cleanText } from "../../text/trailer-text.ts";

/** The fields that hooks read from an agent's JSON. */
export interface HookInput {
  /** Folder that the agent works in. */
  readonly cwd?: string;
  /** The agent's id of its conversation. */
  readonly agentSession?: string;
  /** Path of the conversation's transcript. */
  readonly transcript?: string;
  /** Reason why the conversation started: `startup`, `resume`, `clear`, `compact`, … */
  readonly source?: string;
  /** Reason of the conversation's end or of the compaction. */
  readonly reason?: string;
  readonly model?: string;
  /** Length of the prompt in characters; the prompt itself is not recorded. */
  readonly promptLength?: number;
  readonly tool?: string;
  /** File that the agent's tool works on. */
  readonly file?: string;
}

const MAX_WORD = 200;
const MAX_PATH = 1_000;

/** Parses an event. For text that is no JSON object, returns an empty event. */
export function readInput(text: string): HookInput {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return {};
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const given = value as Record<string, unknown>;
  const first = (keys: readonly string[], limit: number) => {
    for (const key of keys) {
      const found = textOf(given[key], limit);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const roots = Array.isArray(given.workspace_roots) ? given.workspace_roots : [];
  const input = (given.tool_input ?? given.toolArgs ?? given.tool_args ?? {}) as Record<string, unknown>;
  const prompt = given.prompt ?? given.initialPrompt;
  const found = {
    cwd: first(["cwd"], MAX_PATH) ?? textOf(roots[0], MAX_PATH),
    agentSession: first(["session_id", "sessionId", "conversation_id", "thread-id"], MAX_WORD),
    transcript: first(["transcript_path", "transcriptPath"], MAX_PATH),
    source: first(["source"], MAX_WORD),
    reason: first(["reason", "trigger", "final_status", "stopReason", "status"], MAX_WORD),
    model: first(["model"], MAX_WORD),
    promptLength: typeof prompt === "string" ? promptLength(prompt) : undefined,
    tool: first(["tool_name", "toolName"], MAX_WORD),
    file: ["file_path", "filePath", "notebook_path", "path"]
      .map((key) => textOf(input?.[key], MAX_PATH))
      .find((each) => each !== undefined),
  };
  return Object.fromEntries(Object.entries(found).filter(([, each]) => each !== undefined));
}

function textOf(value: unknown, limit: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = cleanText(value).replace(/\n/g, " ").trim();
  return text === "" || text.length > limit ? undefined : text;
}

/** Gemini includes our own brief in the prompt that its event reports. */
const promptLength = (prompt: string): number =>
  [...prompt.replace(/<hook_context>[\s\S]*<\/hook_context>/g, "").trim()].length;
