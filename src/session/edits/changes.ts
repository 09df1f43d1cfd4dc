/** Compares an edited text with the record and returns one small change per item, in text order. Pure. */
import type { SmallChange } from "../small-change.ts";
import type { Note, SessionState } from "../state.ts";
import { type BufferItem, type BufferRecord, bad } from "./buffer.ts";

/**
 * Compares an edited text with the text that the editor opened. `state`: the current state, which may be
 * newer than the opened text.
 * @throws Failure `bad-edit` for an id that the opened text did not have
 */
export function changesOf(before: BufferRecord, after: BufferRecord, state: SessionState): SmallChange[] {
  const title = after.title !== undefined && after.title !== before.title ? after.title : undefined;
  return [
    ...(title === undefined ? [] : [{ do: "title", text: title } as const]),
    ...objectives(before.Objectives, after.Objectives, state.context.last.obj),
    ...blockers(before.Blockers, after.Blockers, state.context.last.blk),
    ...decisions(before.Decisions, after.Decisions),
    ...notes(before.Notes, after.Notes, state.context.notes),
  ];
}

/** Pairs each edited item with its earlier form, and lists the removed items. */
function compared(before: readonly BufferItem[], after: readonly BufferItem[]) {
  const known = new Map(before.map((each) => [each.id, each]));
  const pairs = after.map((item) => {
    const was = item.id === undefined ? undefined : known.get(item.id);
    if (item.id !== undefined && !was) throw bad(item.line, `there is no ${item.id} to change`);
    return { item, was, id: item.id ?? "" };
  });
  const kept = new Set(after.map((each) => each.id));
  return {
    pairs,
    gone: before.flatMap((each) => (each.id && !kept.has(each.id) ? [{ ...each, id: each.id }] : [])),
  };
}

const isOpen = ({ mark }: Pick<BufferItem, "mark">) => mark === "open" || mark === "active";

function objectives(
  before: readonly BufferItem[],
  after: readonly BufferItem[],
  last: number,
): SmallChange[] {
  const { pairs, gone } = compared(before, after);
  let next = last;
  const changed = pairs.flatMap(({ item: { text, mark }, was, id }): SmallChange[] => {
    const name = was ? id : `obj-${++next}`;
    return [
      ...(was ? [] : [{ do: "objective.add", text } as const]),
      ...(was && was.text !== text ? [{ do: "objective.edit", id, text } as const] : []),
      ...(mark === (was?.mark ?? "open") ? [] : [{ do: "objective.mark", id: name, mark } as const]),
    ];
  });
  const dropped = gone.filter(isOpen);
  return [
    ...changed,
    ...dropped.map(({ id }): SmallChange => ({ do: "objective.mark", id, mark: "dropped" })),
  ];
}

function blockers(before: readonly BufferItem[], after: readonly BufferItem[], last: number): SmallChange[] {
  const { pairs, gone } = compared(before, after);
  let next = last;
  const changed = pairs.flatMap(({ item, was, id }): SmallChange[] => {
    const name = was ? id : `blk-${++next}`;
    const [link, note] = [partOf(item, "Link"), partOf(item, "Note")];
    const words = {
      ...(item.text === was?.text ? {} : { text: item.text }),
      ...(link === (was && partOf(was, "Link")) ? {} : { link: link ?? "" }),
    };
    const isSame = was && Object.keys(words).length === 0;
    const begun: SmallChange = was
      ? { do: "blocker.edit", id, ...words }
      : { do: "blocker.add", text: item.text, ...(link === undefined ? {} : { link }) };
    return [...(isSame ? [] : [begun]), ...marked(name, item, was, note)];
  });
  return [...changed, ...gone.filter(isOpen).map(({ id }): SmallChange => ({ do: "blocker.drop", id }))];
}

function marked(
  id: string,
  item: BufferItem,
  was: BufferItem | undefined,
  note: string | undefined,
): SmallChange[] {
  const isNoted = note !== undefined && note !== (was && partOf(was, "Note"));
  const mark = isOpen(item) ? "open" : item.mark;
  const before = !was || isOpen(was) ? "open" : was.mark;
  if (mark === "open") return before === "open" ? [] : [{ do: "blocker.reopen", id }];
  if (mark === before && !isNoted) return [];
  const said = isNoted ? { note } : {};
  return [mark === "done" ? { do: "blocker.resolve", id, ...said } : { do: "blocker.drop", id, ...said }];
}

function decisions(before: readonly BufferItem[], after: readonly BufferItem[]): SmallChange[] {
  const { pairs, gone } = compared(before, after);
  const changed = pairs.flatMap(({ item, was, id }): SmallChange[] => {
    const [text, rationale, alternatives] = [
      item.text,
      partOf(item, "Rationale"),
      partsOf(item, "Alternatives"),
    ];
    const decision = { text, alternatives, ...(rationale === undefined ? {} : { rationale }) };
    if (!was) return [{ do: "decision.add", decision }];
    const isSame =
      text === was.text &&
      rationale === partOf(was, "Rationale") &&
      alternatives.join("\0") === partsOf(was, "Alternatives").join("\0");
    return isSame ? [] : [{ do: "decision.edit", id, text, alternatives, rationale: rationale ?? "" }];
  });
  return [...changed, ...gone.map(({ id }): SmallChange => ({ do: "decision.withdraw", id }))];
}

function notes(
  before: readonly BufferItem[],
  after: readonly BufferItem[],
  kept: readonly Note[],
): SmallChange[] {
  const { pairs, gone } = compared(before, after);
  // Returns the note of a line. Notes have no ids: their number is their position when the editor opened.
  const noteOf = ({ id = "", text, line }: BufferItem): Note => {
    const isIt = (note: Note | undefined) => note?.text.trim() === text;
    const at = kept[Number(id.slice("note-".length)) - 1];
    const found = at && isIt(at) ? at : kept.find(isIt);
    if (!found) throw bad(line, `${id} was changed or removed by another process`);
    return found;
  };
  const changed = pairs.flatMap(({ item: { text }, was }): SmallChange[] => {
    if (!was) return [{ do: "note", text }];
    return text === was.text ? [] : [{ do: "note.edit", note: noteOf(was), text }];
  });
  return [...changed, ...gone.map((each): SmallChange => ({ do: "note.remove", note: noteOf(each) }))];
}

function partsOf(item: BufferItem, name: string): string[] {
  return item.parts.flatMap((each) => (each.name === name && each.text !== "" ? [each.text] : []));
}

function partOf(item: BufferItem, name: string): string | undefined {
  return partsOf(item, name)[0];
}
