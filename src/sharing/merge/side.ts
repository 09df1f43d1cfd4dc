/** Reads the files of a session as one side of a merge, and changes item ids in it. Pure. */

import { parseContext, withoutLocalKeys } from "../../session/context.ts";
import { eventLine, parseLine } from "../../session/events/events.ts";
import { Failure } from "../../session/failure.ts";
import { type SessionTexts, stateFromTexts } from "../../session/files/state-files.ts";
import type { Blocker, Decision, Objective } from "../../session/session.ts";
import { type ItemTimes, SCHEMA, type SessionContext } from "../../session/state.ts";
import { type LogLine, mapIds } from "./events.ts";

/** Files by name, as in a snapshot's tree; workspace files as `workspace/<path>`. */
export type RecordFiles = ReadonlyMap<string, string>;

/** One side of a merge of two records. */
export interface Side {
  readonly context: SessionContext;
  /** Original text of `context.json`; empty if it no longer applies. */
  readonly text: string;
  readonly objectives: readonly Objective[];
  readonly blockers: readonly Blocker[];
  readonly texts: SessionTexts;
  readonly log: readonly LogLine[];
}

/** Both sides of a merge, and their common base. */
export interface Sides {
  readonly base: Side | undefined;
  readonly ours: Side;
  readonly theirs: Side;
}

/**
 * Reads the files of a session.
 * @throws Failure `bad-snapshot`; `newer-schema` for files of a newer version
 */
export function readSide(files: RecordFiles): Side {
  const text = withoutLocalKeys(files.get("context.json") ?? "");
  const context = parseContext(text);
  if (!context) throw new Failure("bad-snapshot", "context.json of the snapshot cannot be read");
  if (context.schema > SCHEMA)
    throw new Failure("newer-schema", `it was written by a newer session (schema ${context.schema})`, {
      hint: "session doctor",
    });
  const texts = { objectives: files.get("objectives.md") ?? "", blockers: files.get("blockers.md") ?? "" };
  const log = (files.get("events.jsonl") ?? "").split("\n").flatMap((line): LogLine[] => {
    if (line.trim() === "") return [];
    const event = parseLine(line);
    return [event ? { text: line, event } : { text: line }];
  });
  return { ...stateFromTexts(context, texts), text, texts, log };
}

/** Returns a side with its item ids replaced. */
export function renamed(side: Side, ids: ReadonlyMap<string, string>): Side {
  if ([...ids].every(([old, id]) => old === id)) return side;
  const now = (id: string) => ids.get(id) ?? id;
  const keys = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).map(([id, value]) => [now(id), value]));
  const { context } = side;
  return {
    ...side,
    text: "",
    context: {
      ...context,
      decisions: context.decisions.map((each): Decision => {
        const { supersedes, withdraws } = each;
        return {
          ...each,
          id: now(each.id),
          ...(supersedes === undefined ? {} : { supersedes: now(supersedes) }),
          ...(withdraws === undefined ? {} : { withdraws: now(withdraws) }),
        };
      }),
      items: keys<ItemTimes>(context.items),
      committed: keys(context.committed),
      ...(context.dropped === undefined ? {} : { dropped: keys(context.dropped) }),
    },
    objectives: side.objectives.map((each) => ({ ...each, id: now(each.id) })),
    blockers: side.blockers.map((each) => ({ ...each, id: now(each.id) })),
    log: side.log.map((line) => {
      const event = line.event && mapIds(line.event, ids);
      return event && event !== line.event ? { text: eventLine(event).trimEnd(), event } : line;
    }),
  };
}
