/**
 * Writes the files that git's hooks and shell prompts read in a session's folder. All of them are derived, so
 * they need not survive a power cut.
 */

import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { SessionEvent } from "../../session/events/events.ts";
import { branchFolder } from "../../session/files/folder.ts";
import { branchOf, isEnded, type SessionState } from "../../session/state.ts";
import { clock } from "../../surroundings.ts";
import { checkedPaths } from "../../trailers/checks.ts";
import { itemsOnceCommitted, shortRecord } from "../../trailers/complete-lists.ts";
import { nextRecord, withEarlier, withoutPending } from "../../trailers/next-record.ts";
import { finishBlock, plainBlock, renderBlock } from "../../trailers/write.ts";
import { promptFile } from "../../views/shapes/prompt.ts";
import { appendText, readSmall, writeAtomic } from "../files.ts";
import { withoutSecrets } from "../secrets.ts";
import { CARRIED, ITEMS, MOVED, PENDING, REWRITES } from "./hook-notes.ts";

/** Names of the files with the trailer block of the next commit, and of the commit after it. */
const BLOCK = "trailers";
const AFTER = ".trailers-after";
/**
 * Name of the file for a commit with other files than the checked files: its trailer block, the checked tree,
 * and pathspecs of relevant files.
 */
const EARLIER = ".trailers-earlier";
const CHECKED = ".checked";
/**
 * Name of the file with the setting `record.plain_commits`, next to the sessions; missing for the default
 * value.
 */
const STYLE = ".plain-commits";
/**
 * Name of the file that marks a trailer block with letters outside of ASCII, which encodings write
 * differently.
 */
const NOT_ASCII = ".not-ascii";
/**
 * Name of the file with the full ref of the branch, and the time in seconds from which the folder belongs to
 * that branch.
 */
const REF = ".ref";
/** Name of the file for shell prompts (templates/prompt/reader.sh), which exists until the session ends. */
const PROMPT = ".prompt";
/** Name of the file that marks a branch which was deleted and created again for other work. */
const RECREATED = ".recreated";

/** Stores the setting `record.plain_commits` for the hooks that write trailer blocks. */
export async function rememberStyle(sessionsDir: string, style: string): Promise<void> {
  if ((await plainCommits(sessionsDir)) !== style)
    await writeAtomic(path.join(sessionsDir, STYLE), style, { durable: false });
}

/**
 * Marks a worktree with rules in its settings: only hooks of marked worktrees start the program to check
 * rules.
 */
export async function rememberRules(sessionsDir: string, gitDir: string, hasRules: boolean): Promise<void> {
  const mark = path.join(sessionsDir, `.rules-${path.basename(gitDir)}`);
  if (existsSync(mark) === hasRules) return;
  if (hasRules) await writeAtomic(mark, "", { durable: false });
  else await rm(mark, { force: true });
}

async function plainCommits(sessionsDir: string): Promise<string> {
  return (await readSmall(path.join(sessionsDir, STYLE)).catch(() => undefined)) ?? "short";
}

/**
 * Writes the files for hooks and prompts. Removes those of an ended session, which adds nothing to commits.
 */
export async function writeHookFiles(folder: string, state: SessionState, events: readonly SessionEvent[]) {
  const over = isEnded(state.context.state);
  const sessionsDir = folder.slice(0, -branchFolder(branchOf(state.context)).length - 1);
  const style = over ? "none" : await plainCommits(sessionsDir);
  const all = nextRecord(state);
  const pending = style === "short" ? shortRecord(all, state.context.told ?? {}) : all;
  const tree = pending.verified.findLast((each) => /^[0-9a-f]{40,64}$/.test(each.tree ?? ""))?.tree;
  const record = withEarlier(pending, (each) => each.tree !== tree);
  const block = async (of: typeof record) => finishBlock(await withoutSecrets(sessionsDir, plainBlock(of)));
  const next = style === "none" ? "" : await block(record);
  const write = (name: string, text: string) =>
    writeAtomic(path.join(folder, name), text, { durable: false });
  const remove = (name: string) => rm(path.join(folder, name), { force: true });
  const after = withoutPending(
    style === "short" ? shortRecord(all, itemsOnceCommitted(state, all.title)) : all,
  );
  const then = style === "none" ? "" : await block(after);
  const isPending = then !== next;
  // Writes this file before the block, so that no commit carries pending decisions unnoticed.
  if (isPending) {
    await write(PENDING, `${record.decisions.map((each) => each.id).join(" ")}\n`);
    await write(AFTER, then);
  }
  if (style !== "none" && tree !== undefined) {
    await write(EARLIER, await block(withEarlier(pending, () => true)));
    await write(CHECKED, `${[tree, ...checkedPaths(pending.verified)].join("\n")}\n`);
  } else await Promise.all([remove(CHECKED), remove(EARLIER)]);
  await write(BLOCK, next);
  if (!isPending) await remove(AFTER);
  await write(ITEMS, renderBlock(withoutPending(all)));
  await remove(CARRIED);
  await (/[^\x00-\x7f]/.test(next) ? write(NOT_ASCII, "") : remove(NOT_ASCII));
  await writeRef(folder, state, events, write);
  await (over ? remove(PROMPT) : write(PROMPT, promptFile(state)));
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

/** Removes the files for hooks and prompts from a session's folder. */
export async function removeHookFiles(folder: string): Promise<void> {
  const ofBlock = [BLOCK, ITEMS, AFTER, EARLIER, CHECKED, NOT_ASCII, PENDING, CARRIED];
  for (const name of [REF, PROMPT, ...ofBlock, RECREATED, MOVED, REWRITES])
    await rm(path.join(folder, name), { force: true });
}
