import type { SessionEvent } from "./events.ts";

/** Which items of a session were written down in this clone; the others came with commits, a snapshot or a file. */
export interface Own {
  readonly item: (id: string, text: string) => boolean;
  readonly note: (text: string) => boolean;
  readonly title: boolean;
  /** What the record came from, where it was not begun here: `commits`, `snapshot`, `import`. */
  readonly from?: string;
}

/** Where a record came in from elsewhere, only what this clone logged after that is its own. */
export function ownOf(events: readonly SessionEvent[]): Own {
  const at = events.findLastIndex(
    (each) =>
      each.type === "session.imported" ||
      each.type === "session.united" ||
      (each.type === "session.resumed" && each.from !== "local" && each.from !== "kept"),
  );
  if (at < 0) return { item: () => true, note: () => true, title: true };
  const after = events.slice(at + 1);
  const texts = new Set<string>();
  const notes = new Set<unknown>();
  for (const each of after) {
    const decision = each.decision as { id?: unknown; text?: unknown } | undefined;
    const item = decision ?? each;
    if (/^(objective\.(added|edited)|blocker\.added|decision\.added)$/.test(each.type))
      texts.add(`${item.id} ${item.text}`);
    if (each.type === "note") notes.add(each.text);
  }
  const came = events[at];
  const from = came?.type === "session.united" ? "another clone" : came?.from;
  return {
    item: (id, text) => texts.has(`${id} ${text}`),
    note: (text) => notes.has(text),
    title: after.some((each) => each.type === "session.renamed"),
    from: typeof from === "string" ? from : "import",
  };
}
