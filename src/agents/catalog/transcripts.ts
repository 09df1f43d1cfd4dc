/** Which agent's conversation a file is, and what reads it. Pure. */
import { isMessageRow, messageListReader } from "../../transcripts/formats/message-list.ts";
import type { Reader, Row } from "../../transcripts/formats/shape.ts";
import { AGENTS } from "./all.ts";

/** The agents' own formats first: their messages may look like plain ones too. */
const FORMATS = [
  ...AGENTS.flatMap(({ name, transcripts }) => (transcripts ? [{ name, ...transcripts }] : [])),
  { name: "plain", isRow: isMessageRow, reader: messageListReader },
];

/** Names of agents whose conversations can be read; `plain` is a list of messages by any program. */
export const TRANSCRIPT_AGENTS: readonly string[] = FORMATS.map(({ name }) => name);

/** Whose file a row is from; undefined where it says nothing. A whole conversation in one row is told by its messages. */
export function ownerOf(row: Row): string | undefined {
  const own = FORMATS.find((each) => each.isRow(row));
  if (own !== undefined) return own.name;
  const [first] = Array.isArray(row.messages) ? row.messages : [];
  if (typeof first !== "object" || first === null) return undefined;
  return FORMATS.find((each) => each.isRow(first as Row))?.name;
}

export function readerOf(agent: string): Reader {
  return (FORMATS.find(({ name }) => name === agent)?.reader ?? messageListReader)();
}
