/** Stores the changes of a session in `.undo/`: one file per change, written together with the change. */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { SessionEvent } from "../../session/events/events.ts";
import { contextOfState, textsOfState } from "../../session/files/state-files.ts";
import { type ChangeRecord, changeRecord, parseRecord, UNDO_KEPT } from "../../session/undo.ts";
import { readSmall } from "../files.ts";
import type { LoadedSession } from "../load.ts";
import { UNDO } from "./journal.ts";

/**
 * Returns name and content of the file with a change's record; undefined for a change that is not recorded.
 */
export async function undoFile(
  before: LoadedSession,
  events: readonly SessionEvent[],
): Promise<[string, string] | undefined> {
  const { state, texts } = before;
  const record = changeRecord(events, state.context.state);
  if (!record) return undefined;
  // A new session has no log yet.
  const was =
    before.events.length === 0
      ? null
      : { context: contextOfState(state, record.at), texts: textsOfState(state, texts) };
  const n = ((await numbers(before.folder)).at(-1) ?? 0) + 1;
  return [nameOf(n), `${JSON.stringify({ ...record, before: was })}\n`];
}

/** Reads the records of the last changes, oldest first. Skips damaged records. */
export async function readUndo(folder: string): Promise<ChangeRecord[]> {
  const records = await Promise.all(
    (await numbers(folder)).map(async (n) => {
      const text = await readSmall(path.join(folder, nameOf(n))).catch(() => undefined);
      return text === undefined ? undefined : parseRecord(n, text);
    }),
  );
  return records.filter((each) => each !== undefined);
}

/** Deletes records beyond the undo limit. Leaves room for a record for each undo of the last changes. */
export async function trimUndo(folder: string): Promise<void> {
  const all = await numbers(folder);
  const old = all.slice(0, -2 * UNDO_KEPT);
  await Promise.all(old.map((n) => rm(path.join(folder, nameOf(n)), { force: true })));
}

const nameOf = (n: number) => `${UNDO}/${String(n).padStart(6, "0")}.json`;

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(path.join(folder, UNDO)).catch(() => []);
  const found = names.flatMap((name) => (/^\d{6,9}\.json$/.test(name) ? [Number(name.slice(0, -5))] : []));
  return found.sort((one, other) => one - other);
}
