/** Returns the parts of an exported session that the formats of several other tools need. Pure. */

import { rowsOf } from "../../transcripts/formats/rows.ts";
import type { Message } from "../../transcripts/formats/shape.ts";
import { keptMessage, parseHead } from "../../transcripts/formats/stored.ts";
import type { ExportedSession } from "./schema.ts";

/** Returns the messages of all exported transcripts. Orders transcripts by their beginning. */
export function exportedMessages({ documents = [] }: ExportedSession): Message[] {
  const kept = documents
    .filter((each) => each.path.startsWith("transcripts/"))
    .map(({ path, text }) => ({ text, order: `${parseHead(text)?.numbers.from ?? "9"} ${path}` }))
    .sort((one, other) => (one.order < other.order ? -1 : 1));
  return kept.flatMap(({ text }) => {
    const rows = rowsOf();
    const [, ...all] = [...rows.take(text), ...rows.end()];
    return all.flatMap((row) => keptMessage(row) ?? []);
  });
}

/**
 * Returns messages in the form that most tools use: `role`, `content` and an optional ISO 8601 `timestamp`.
 */
export function plainMessages(
  said: readonly Message[],
): { role: string; content: string; timestamp?: string }[] {
  return said.map(({ role, text, at }) => ({
    ...{ role, content: text },
    ...(at === undefined ? {} : { timestamp: at }),
  }));
}

/**
 * Returns the id of a session in another tool, if the session was imported from that tool; otherwise the
 * session's own id.
 */
export function idAt(tool: string, { id, meta }: ExportedSession): string {
  return (meta["imported-from"] === tool ? meta["imported-id"] : undefined) ?? id;
}

/** Returns the time of the last recorded activity, in ISO 8601. */
export function lastActivity({ events, ended, created }: ExportedSession): string {
  return events.at(-1)?.at ?? ended ?? created;
}

/** Returns the metadata without the `imported-*` keys that an import added. */
export function ownMeta({ meta }: ExportedSession): Record<string, string> {
  return Object.fromEntries(Object.entries(meta).filter(([key]) => !key.startsWith("imported-")));
}
