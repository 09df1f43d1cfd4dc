/** Finds the agent that wrote a conversation, and the reader of its format. Pure. */
import { isMessageRow, messageListReader } from "../../transcripts/formats/message-list.ts";
import type { Reader, Row } from "../../transcripts/formats/shape.ts";
import { AGENTS } from "./all.ts";

/** The agents' own formats come before the plain list: their messages may look like plain ones too. */
const FORMATS = [
  ...AGENTS.flatMap(({ name, transcripts }) => (transcripts ? [{ name, ...transcripts }] : [])),
  { name: "plain", isRow: isMessageRow, reader: messageListReader },
];

/** Names of readable formats: agents, and `plain`, a list of messages of any program. */
export const TRANSCRIPT_AGENTS: readonly string[] = FORMATS.map(({ name }) => name);

/**
 * Returns the format of a row; undefined if unknown. A row that is a whole conversation has the format of its
 * messages.
 */
export function ownerOf(row: Row): string | undefined {
  const own = FORMATS.find((each) => each.isRow(row));
  if (own !== undefined) return own.name;
  const [first] = Array.isArray(row.messages) ? row.messages : [];
  if (typeof first !== "object" || first === null) return undefined;
  return FORMATS.find((each) => each.isRow(first as Row))?.name;
}

/** Returns a reader of a format; for an unknown name, the reader of message lists. */
export function readerOf(agent: string): Reader {
  return (FORMATS.find(({ name }) => name === agent)?.reader ?? messageListReader)();
}
