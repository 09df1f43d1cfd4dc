/**
 * Handles hook events that the scripts cannot handle: squashed and folded messages, messages without their
 * trailer block, and moved branches. Installs nothing.
 */
import { isUtf8 } from "node:buffer";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { foldedIndex, foldRecords } from "../checkpoint/combined-record.ts";
import { type Commit, log } from "../git/commits.ts";
import { updatedFromBranch } from "../history/branch-updates.ts";
import type { Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { findSession } from "../record/find-session.ts";
import { Failure } from "../session/failure.ts";
import type { CheckpointRecord } from "../session/session.ts";
import { isEnded } from "../session/state.ts";
import type { LoadedSession } from "../store/load.ts";
import { saveSession } from "../store/save.ts";
import { decisionKey } from "../trailers/keys.ts";
import { nextRecord } from "../trailers/next-record.ts";
import { gitTrailers, trailerBlock } from "../trailers/parse/git-trailers.ts";
import { splitComments, withoutBlocks } from "../trailers/parse/split-message.ts";
import { readMessage } from "../trailers/read.ts";
import { writeMessage } from "../trailers/write.ts";

/** Maximum milliseconds to wait for a session's lock: git waits for its hook. */
const WAIT = 1500;

/** Updates the files that hooks read, after the branch moved. */
export async function refreshHookFiles(place: Place): Promise<void> {
  const { branch } = place.repository;
  if (branch === undefined) return;
  await withSession(place, branch, (session, lock) => saveSession(session, session.state, [], lock), {
    waitMs: WAIT,
  });
}

/**
 * Writes one trailer block into the message of a `git merge --squash`, made from the blocks of the squashed
 * commits.
 */
export async function squashBlocks(place: Place, file: string, comment: string): Promise<void> {
  const { root, gitDir, head } = place.repository;
  const squashed = await readFile(path.join(gitDir, "SQUASH_MSG"), "utf8");
  const oids = [...squashed.matchAll(/^commit ([0-9a-f]{40,64})$/gm)].flatMap((each) => each[1] ?? []);
  const [commits, next] = await Promise.all([
    oids.length === 0 ? [] : log(root, ["--no-walk=unsorted", "--ignore-missing", ...oids]),
    ownRecord(place),
  ]);
  await rewrite(file, comment, async (text) => {
    if (isStamped(text)) return text;
    const listed = commits.length === 0 ? readMessage(squashed).session : null;
    const written = readMessage(text).session;
    const carried =
      commits.length === 0 ? [listed] : commits.map((each) => readMessage(each.message).session);
    const own = written ? [withoutCarried(written, carried, commits.length > 0)] : [];
    const said = [...(listed ? [listed] : []), ...own];
    if (said.length + next.length === 0 && !commits.some(isRecorded)) return text;
    const folded = await foldedIndex(place, head);
    return writeMessage(text, await foldRecords(place, commits.toReversed(), [...said, ...next], folded));
  });
}

/**
 * Returns the record of an edited message without reverts and checks: the squashed commits state these
 * better.
 */
function withoutCarried(
  record: CheckpointRecord,
  sources: readonly (CheckpointRecord | null)[],
  knowsChecks: boolean,
): CheckpointRecord {
  const keysOf = (source: CheckpointRecord | null) =>
    (source?.decisions ?? []).map((each) => decisionKey(each, source?.id));
  const carried = new Set(sources.flatMap(keysOf));
  const decisions = record.decisions.filter((each) => !carried.has(decisionKey(each, record.id)));
  return { ...record, decisions, ...(knowsChecks ? { verified: [] } : {}) };
}

/**
 * Writes one trailer block into the message of commits that a rebase joins; keeps the records of dropped
 * fixup messages.
 */
export async function foldBlocks(place: Place, file: string): Promise<void> {
  const { root, gitDir } = place.repository;
  const linesOf = async (name: string) =>
    (await readFile(path.join(gitDir, "rebase-merge", name), "utf8")).split("\n");
  const idOf = (line = "") => /\b[0-9a-f]{40,64}\b/.exec(line)?.[0];
  const [fixups, done] = await Promise.all([linesOf("current-fixups"), linesOf("done").catch(() => [])]);
  const picked = idOf(done.findLast((line) => /^(?:p|r|e|pick|reword|edit) /.test(line)));
  const oids = fixups.flatMap((line) => idOf(line) ?? []);
  const begun = picked === undefined ? [] : [picked];
  const all = await log(root, ["--no-walk=unsorted", "--ignore-missing", "HEAD", ...oids, ...begun]);
  const head = all[0]?.oid ?? "";
  const commits = all.filter(({ oid }) => oid === head || oids.includes(oid));
  if (!commits.some(isRecorded)) return;
  const folded = await foldedIndex(place, commits[0]?.parents[0]);
  // A revert names commits by their ids before the rebase.
  const originals = [...all.filter(({ oid }) => oid === picked), ...commits.slice(1)];
  const record = await foldRecords(place, commits, [], folded, originals);
  await rewrite(file, "#", (text) => writeMessage(withoutBlocks(text), record));
}

/**
 * Writes the amended commit's trailer block into a message that has no block, or the block of another commit.
 */
export async function amendBlock(place: Place, file: string): Promise<void> {
  const [head] = await log(place.repository.root, ["HEAD"], { limit: 1 });
  const amended = head && readMessage(head.message).session;
  if (!amended) return;
  await rewrite(file, "", async (text) => {
    const said = readMessage(text).session;
    if (said && (said.id !== amended.id || isDeepStrictEqual(said, amended))) return text;
    const folded = await foldedIndex(place, head.parents[0]);
    return writeMessage(withoutBlocks(text), await foldRecords(place, [head], [], folded));
  });
}

/**
 * Replaces the trailer block that a message of `git commit -F`, `-C` or `-c` contains by the current block.
 * Keeps its label, its checks, and items that no other commit carries.
 */
export async function refreshBlock(place: Place, file: string, comment: string): Promise<void> {
  const session = await ownSession(place);
  if (!session) return;
  const { state } = await updatedFromBranch(place, session);
  const { id, committed } = state.context;
  await rewrite(file, comment, async (text) => {
    const said = readMessage(text).session;
    if (said?.id !== id) return text;
    const decisions = said.decisions.filter((each) => committed[each.id] === undefined);
    const folded = await foldedIndex(place, place.repository.head);
    const records = [{ ...said, decisions }, nextRecord(state)];
    return writeMessage(withoutBlocks(text), await foldRecords(place, [], records, folded));
  });
}

function isRecorded({ message }: Commit): boolean {
  return readMessage(message).session !== null;
}

function isStamped(text: string): boolean {
  return gitTrailers(text).some((each) => each.key.toLowerCase() === "session-id");
}

/** Returns the record that the next commit of this branch carries; empty if its session has ended. */
async function ownRecord(place: Place): Promise<CheckpointRecord[]> {
  const session = await ownSession(place);
  return session ? [nextRecord((await updatedFromBranch(place, session)).state)] : [];
}

/** Returns the session of this branch; undefined if it has ended. */
async function ownSession(place: Place): Promise<LoadedSession | undefined> {
  const { branch } = place.repository;
  const session = branch === undefined ? undefined : await findSession(place, branch);
  const phase = session?.state.context.state;
  return isEnded(phase) ? undefined : session;
}

/**
 * Rewrites a UTF-8 message. Moves comments above the last paragraph, because git may be configured to keep
 * them.
 */
async function rewrite(
  file: string,
  comment: string,
  change: (text: string) => string | Promise<string>,
): Promise<void> {
  const bytes = await readFile(file);
  if (!isUtf8(bytes)) throw new Failure("encoding", "the message is not in UTF-8, so it was not changed");
  const { text, below } = splitComments(bytes.toString(), comment);
  if (text.trim() === "") return;
  const changed = await change(text);
  if (changed === text) return;
  const start = below === "" ? undefined : trailerBlock(changed)?.start;
  const message =
    start === undefined ? changed + below : `${changed.slice(0, start)}${below}\n${changed.slice(start)}`;
  await writeFile(`${file}.session`, message);
  await rename(`${file}.session`, file);
}
