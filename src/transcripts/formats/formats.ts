/** Which program's file it is, and what reads it. Pure. */
import { claudeReader, isClaude } from "./claude.ts";
import { codexReader, isCodex } from "./codex.ts";
import { geminiReader, isGemini } from "./gemini.ts";
import { isPlain, plainReader } from "./plain.ts";
import type { Reader, Row, TranscriptAgent } from "./shape.ts";

/** The most telling one first: what is a message to several of them belongs to the first. */
const FORMATS: readonly {
  readonly agent: TranscriptAgent;
  readonly is: (row: Row) => boolean;
  readonly reader: () => Reader;
}[] = [
  { agent: "codex", is: isCodex, reader: codexReader },
  { agent: "claude", is: isClaude, reader: claudeReader },
  { agent: "gemini", is: isGemini, reader: geminiReader },
  { agent: "plain", is: isPlain, reader: plainReader },
];

/** Whose file a row is from; undefined where it says nothing. A whole conversation in one row is told by its messages. */
export function agentOf(row: Row): TranscriptAgent | undefined {
  const own = FORMATS.find((each) => each.is(row))?.agent;
  if (own !== undefined) return own;
  const [first] = Array.isArray(row.messages) ? row.messages : [];
  return typeof first === "object" && first !== null
    ? FORMATS.find((each) => each.is(first as Row))?.agent
    : undefined;
}

export function readerOf(agent: TranscriptAgent): Reader {
  return (FORMATS.find((each) => each.agent === agent)?.reader ?? plainReader)();
}
