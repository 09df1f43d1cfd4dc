/** What another tool would call a session's parts. Pure. */

import { rowsOf } from "../../transcripts/formats/rows.ts";
import type { Message } from "../../transcripts/formats/shape.ts";
import { keptMessage, parseHead } from "../../transcripts/formats/stored.ts";
import type { ExportedSession } from "./schema.ts";

/** Returns the messages of the conversations that an export holds, the first begun first. */
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

/** Returns messages as most tools have them. */
export function plainMessages(
  said: readonly Message[],
): { role: string; content: string; timestamp?: string }[] {
  return said.map(({ role, text, at }) => ({
    ...{ role, content: text },
    ...(at === undefined ? {} : { timestamp: at }),
  }));
}

/** Returns the session's id at a tool that it was imported from, else its own. */
export function idAt(tool: string, { id, meta }: ExportedSession): string {
  return (meta["imported-from"] === tool ? meta["imported-id"] : undefined) ?? id;
}

/** Returns the last sign of life, ISO 8601. */
export function lastActivity({ events, ended, created }: ExportedSession): string {
  return events.at(-1)?.at ?? ended ?? created;
}

/** Returns what a user wrote into the metadata, without what an import noted there. */
export function ownMeta({ meta }: ExportedSession): Record<string, string> {
  return Object.fromEntries(Object.entries(meta).filter(([key]) => !key.startsWith("imported-")));
}
