/** What git's hooks read of a session. All of it is derived, so none of it need survive a power cut. */

import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { SessionEvent } from "../session/events.ts";
import { branchFolder } from "../session/folder.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import { clock } from "../surroundings.ts";
import { checkedPaths } from "../trailers/checks.ts";
import { nextRecord, withEarlier, withoutPending } from "../trailers/record.ts";
import { finishBlock, plainBlock } from "../trailers/write.ts";
import { CARRIED, PENDING } from "./carried.ts";
import { appendText, readSmall, writeAtomic } from "./files.ts";
import { withoutSecrets } from "./secrets.ts";

/** The block of a commit made now, and what takes its place once that commit is made. */
export const BLOCK = "trailers";
const AFTER = ".trailers-after";
/** The block of a commit of other files than the pending checks ran on; their tree, and pathspecs for what counts. */
const EARLIER = ".trailers-earlier";
const CHECKED = ".checked";
/** There are letters in the block that encodings write differently. */
const NOT_ASCII = ".not-ascii";
/** The full ref, and since when (seconds) the folder is that branch's. */
const REF = ".ref";
/** The branch was deleted and made again for other work. */
const RECREATED = ".recreated";
/** The branch was moved otherwise than by a commit. */
const MOVED = ".moved";
/** Pairs of old and new commits. */
const REWRITES = ".rewrites";

/** Writes them anew. A session that ended adds nothing to commits. */
export async function writeHookFiles(folder: string, state: SessionState, events: readonly SessionEvent[]) {
  const over = state.context.state === "ended" || state.context.state === "archived";
  const pending = nextRecord(state);
  const tree = pending.verified.findLast((each) => /^[0-9a-f]{40,64}$/.test(each.tree ?? ""))?.tree;
  const record = withEarlier(pending, (each) => each.tree !== tree);
  const sessionsDir = folder.slice(0, -branchFolder(branchOf(state.context)).length - 1);
  const block = async (of: typeof record) => finishBlock(await withoutSecrets(sessionsDir, plainBlock(of)));
  const next = over ? "" : await block(record);
  const write = (name: string, text: string) =>
    writeAtomic(path.join(folder, name), text, { durable: false });
  const remove = (name: string) => rm(path.join(folder, name), { force: true });
  const isPending = record.decisions.length + record.verified.length > 0;
  // Before the block that it follows, so that no commit takes what is pending without its being noted.
  if (!over && isPending) {
    await write(PENDING, `${record.decisions.map((each) => each.id).join(" ")}\n`);
    await write(AFTER, await block(withoutPending(record)));
  }
  if (!over && tree !== undefined) {
    await write(EARLIER, await block(withEarlier(pending, () => true)));
    await write(CHECKED, `${[tree, ...checkedPaths(pending.verified)].join("\n")}\n`);
  } else await Promise.all([remove(CHECKED), remove(EARLIER)]);
  await write(BLOCK, next);
  if (over || !isPending) await remove(AFTER);
  await remove(CARRIED);
  await (/[^\x00-\x7f]/.test(next) ? write(NOT_ASCII, "") : remove(NOT_ASCII));
  await writeRef(folder, state, events, write);
}

async function writeRef(
  folder: string,
  state: SessionState,
  events: readonly SessionEvent[],
  write: (name: string, text: string) => Promise<void>,
): Promise<void> {
  const { ref } = state.context;
  const taken = events.some((each) => each.type === "session.started" || each.type === "session.resumed");
  const before = await readSmall(path.join(folder, REF));
  if (!taken && before?.startsWith(`${ref}\n`)) return;
  await write(REF, `${ref}\n${Math.floor(clock() / 1000)}\n`);
  await rm(path.join(folder, RECREATED), { force: true });
  const branch = branchOf(state.context);
  const relative = branchFolder(branch);
  if (relative === branch) return;
  const index = path.join(folder.slice(0, -relative.length), ".folders");
  const line = `${branch}\t${relative}\n`;
  if (!(await readSmall(index))?.includes(line)) await appendText(index, line);
}

/** Which commits took the place of which, old to new, as the hooks noted it; undefined where they noted nothing. */
export async function readRewrites(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const moved = statSync(path.join(folder, MOVED), { throwIfNoEntry: false }) !== undefined;
  const pairs = await readSmall(path.join(folder, REWRITES));
  return moved || pairs !== undefined ? parseRewrites(pairs ?? "") : undefined;
}

/** Lines of `old new`, in the order in which they happened: a commit that was rewritten twice leads to the last one. */
function parseRewrites(text: string): Map<string, string> {
  const rewrites = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [before, after] = line.split(" ");
    if (!before || !after || !/^[0-9a-f]{40,64}$/.test(before) || !/^[0-9a-f]{40,64}$/.test(after)) continue;
    for (const [old, current] of rewrites) if (current === before) rewrites.set(old, after);
    rewrites.set(before, after);
  }
  return rewrites;
}

/** Takes a session's folder out of the hooks' sight. */
export async function removeHookFiles(folder: string): Promise<void> {
  const ofBlock = [BLOCK, AFTER, EARLIER, CHECKED, NOT_ASCII, PENDING, CARRIED];
  for (const name of [REF, ...ofBlock, RECREATED, MOVED, REWRITES])
    await rm(path.join(folder, name), { force: true });
}

/** Forgets what was taken in. */
export async function clearRewrites(folder: string): Promise<void> {
  await Promise.all([MOVED, REWRITES].map((name) => rm(path.join(folder, name), { force: true })));
}
