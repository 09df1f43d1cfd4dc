/** Two clones that work on one session, and the check that both have the same record. */
import { expect } from "vitest";
import type { Scratch } from "./scratch.ts";
import { type TwoClones, twoClones } from "./two-clones.ts";

/** Returns two clones that both have the session open. */
export async function clonesAtWork(...start: string[]): Promise<TwoClones> {
  const both = await twoClones(...start);
  await both.a.ok("push");
  await both.b.ok("pull");
  await both.b.ok("resume", both.id);
  return both;
}

/** Pushes and pulls until both clones are equal. */
export async function syncUntilEqual({ a, b }: TwoClones): Promise<void> {
  await a.ok("push");
  await b.ok("pull");
  await b.ok("push");
  await a.ok("pull");
}

/** Returns the record without the data of one clone only. */
export async function sharedRecord(s: Scratch, folder = "work") {
  const read = (name: string) => s.read(`.git/sessions/${folder}/${name}`);
  const {
    tip: _tip,
    told: _told,
    work: _work,
    own: _own,
    ...context
  } = JSON.parse(await read("context.json"));
  return { context, texts: await Promise.all(["objectives.md", "blockers.md", "events.jsonl"].map(read)) };
}

export const snapshotCommit = (s: Scratch, id: string) => s.git("rev-parse", `refs/sessions/${id}`);

export async function expectSameRecord({ a, b, id }: TwoClones): Promise<void> {
  expect(await sharedRecord(a)).toEqual(await sharedRecord(b));
  expect(await snapshotCommit(a, id)).toBe(await snapshotCommit(b, id));
}
