/**
 * Edits a session's record as one text: each changed item is one small change. Applies all of them or
 * none.
 */
import type { Place } from "../place/place.ts";
import { bufferOf, isEmptyBuffer, parseBuffer } from "../session/edits/buffer.ts";
import { changesOf } from "../session/edits/changes.ts";
import { Failure } from "../session/failure.ts";
import type { ChangedItem, SmallChange } from "../session/small-change.ts";
import type { SessionState } from "../session/state.ts";
import { keepEdit, readEdit, removeEdit } from "../store/edit.ts";
import { shellWord } from "../text/shell.ts";
import { decisionHolds, withEnds } from "../trailers/successors.ts";
import { currentSession } from "./find-session.ts";
import { record } from "./items.ts";

/** An applied change, and the item after the change. */
export interface Edited {
  readonly change: SmallChange;
  readonly item: ChangedItem;
}

/**
 * Lets `open` edit the record of this branch's session as a file, and applies the changes. Keeps the file of
 * a text that cannot be applied; the failure names the file.
 * @throws Failure `no-session`, `bad-edit`; for changes `empty-text`, `text-too-long`, `bad-title`,
 * `secrets-found`
 */
export async function editSession(place: Place, open: (file: string) => Promise<void>): Promise<Edited[]> {
  const { folder, state } = await currentSession(place);
  const file = await keepEdit(folder, textOf(state));
  try {
    await open(file);
  } catch (error) {
    const { text, base } = await readEdit(file);
    if (text === base) await removeEdit(file);
    throw text === base ? error : kept(error, file);
  }
  return takeEdit(place, file);
}

/**
 * Applies an edited file like `editSession`. Without the text that the editor opened, compares the file with
 * the current record.
 */
export async function takeEdit(place: Place, file: string): Promise<Edited[]> {
  const { text, base } = await readEdit(file);
  if (text === undefined)
    throw new Failure("no-such-file", `there is no file ${file}`, { hint: "session edit" });
  try {
    const made = await takeText(place, text, base);
    await removeEdit(file);
    return made;
  } catch (error) {
    throw kept(error, file);
  }
}

/**
 * Applies an edited text; an empty text changes nothing. `base`: the text that the editor opened; default:
 * the text of the current record.
 */
export async function takeText(place: Place, text: string, base?: string): Promise<Edited[]> {
  if (isEmptyBuffer(text)) return [];
  const { state } = await currentSession(place);
  const before = parseBuffer(base ?? textOf(state));
  const after = parseBuffer(text);
  const changesIn = (now: SessionState) => changesOf(before, after, now);
  if (changesIn(state).length === 0) return [];
  let changes: readonly SmallChange[] = [];
  const items = await record(place, (now) => {
    changes = changesIn(now);
    return changes;
  });
  return changes.flatMap((change, at): Edited[] => {
    const item = items[at];
    return item ? [{ change, item }] : [];
  });
}

function textOf(state: SessionState): string {
  const holding = withEnds(state.context.decisions).filter(decisionHolds);
  return bufferOf(
    state,
    holding.map((each) => each.id),
  );
}

function kept(error: unknown, file: string): unknown {
  if (!(error instanceof Failure)) return error;
  return new Failure(error.code, `${error.message}; nothing was changed, and your text is kept`, {
    hint: `session edit --file ${shellWord(file)}`,
    cause: error,
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.findings === undefined ? {} : { findings: error.findings }),
  });
}
