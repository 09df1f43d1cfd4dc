/** What git's hooks leave to the program: messages made of several, messages that lost theirs, branches that moved. */
import { isUtf8 } from "node:buffer";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { foldedIndex, foldRecords } from "../checkpoint/fold.ts";
import { type Commit, log } from "../git/commits.ts";
import { carriedNow } from "../history/branch-updates.ts";
import type { Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { findSession } from "../record/find-session.ts";
import { Failure } from "../session/failure.ts";
import type { CheckpointRecord } from "../session/session.ts";
import type { LoadedSession } from "../store/load.ts";
import { saveSession } from "../store/save.ts";
import { gitTrailers, trailerBlock } from "../trailers/git-trailers.ts";
import { decisionKey } from "../trailers/keys.ts";
import { nextRecord } from "../trailers/next-record.ts";
import { readMessage } from "../trailers/read.ts";
import { splitComments, withoutBlocks } from "../trailers/split-message.ts";
import { writeMessage } from "../trailers/write.ts";

/** Longest wait for somebody who holds the session's lock, in milliseconds: git waits for us. */
const WAIT = 1500;

/** Looks again what the branch carries, and writes anew what hooks read. */
export async function refresh(place: Place): Promise<void> {
  const { branch } = place.repository;
  if (branch === undefined) return;
  await withSession(place, branch, (session, lock) => saveSession(session, session.state, [], lock), {
    waitMs: WAIT,
  });
}

/** One block for the commit of a `git merge --squash`, out of those of the commits that it replaces. */
export async function squash(place: Place, file: string, comment: string): Promise<void> {
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

/** Returns the record of an edited message without what its sources say better: what was reverted, which checks hold. */
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

/** One block for what a rebase makes out of several commits; the messages of fixups are dropped, their record is not. */
export async function fold(place: Place, file: string): Promise<void> {
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
  // A revert names the commits as they were before the rebase.
  const originals = [...all.filter(({ oid }) => oid === picked), ...commits.slice(1)];
  const record = await foldRecords(place, commits, [], folded, originals);
  await rewrite(file, "#", (text) => writeMessage(withoutBlocks(text), record));
}

/** The block of the commit that is amended, where a new message has none, or one of another commit of the session. */
export async function amend(place: Place, file: string): Promise<void> {
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
 * The block of now in place of one that a message of `-F`, `-C` or `-c` came with: its label, checks and what no other
 * commit carries stay.
 */
export async function again(place: Place, file: string, comment: string): Promise<void> {
  const session = await ownSession(place);
  if (!session) return;
  const { state } = await carriedNow(place, session);
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

/** What commits here carry anyway: of the session of this branch, if it goes on. */
async function ownRecord(place: Place): Promise<CheckpointRecord[]> {
  const session = await ownSession(place);
  return session ? [nextRecord((await carriedNow(place, session)).state)] : [];
}

/** The session of this branch, if it goes on. */
async function ownSession(place: Place): Promise<LoadedSession | undefined> {
  const { branch } = place.repository;
  const session = branch === undefined ? undefined : await findSession(place, branch);
  const phase = session?.state.context.state;
  return phase === "ended" || phase === "archived" ? undefined : session;
}

/** Changes the words of a message in UTF-8. Comments go above its last paragraph, because git may be told to keep them. */
async function rewrite(
  file: string,
  comment: string,
  change: (text: string) => string | Promise<string>,
): Promise<void> {
  const bytes = await readFile(file);
  if (!isUtf8(bytes)) throw new Failure("encoding", "the message is not in UTF-8, so it is left as it is");
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
