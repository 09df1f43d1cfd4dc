/** What git's hooks leave to the program: messages made of several, messages that lost theirs, branches that moved. */
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { log } from "../git/commits.ts";
import { ask } from "../git/read.ts";
import { carriedNow } from "../history/taken.ts";
import type { Place } from "../place/place.ts";
import { withSession } from "../record/change.ts";
import { findSession } from "../record/session.ts";
import { Failure } from "../session/failure.ts";
import type { CheckpointRecord } from "../session/session.ts";
import { saveSession } from "../store/save.ts";
import { splitComments, withoutBlocks } from "../trailers/edit.ts";
import { gitTrailers } from "../trailers/git.ts";
import { mergeRecords } from "../trailers/merge.ts";
import { readMessage } from "../trailers/read.ts";
import { nextRecord } from "../trailers/record.ts";
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
  const [squashed, own] = await Promise.all([
    readFile(path.join(place.repository.gitDir, "SQUASH_MSG"), "utf8"),
    ownRecord(place),
  ]);
  await rewrite(place, file, comment, (text) => {
    if (isStamped(text)) return text;
    const records = [squashed, text].flatMap((each) => readMessage(each).session ?? []);
    return records.length + own.length === 0 ? text : writeMessage(text, mergeRecords([...records, ...own]));
  });
}

/** One block for what a rebase makes out of several commits; the messages of fixups are dropped, their record is not. */
export async function fold(place: Place, file: string): Promise<void> {
  const { root, gitDir } = place.repository;
  const fixups = (await readFile(path.join(gitDir, "rebase-merge", "current-fixups"), "utf8"))
    .split("\n")
    .flatMap((line) => /\b[0-9a-f]{40,64}\b/.exec(line)?.[0] ?? []);
  const commits = await log(root, ["--no-walk=unsorted", "HEAD", ...fixups]);
  const records = commits.flatMap((each) => readMessage(each.message).session ?? []);
  if (records.length === 0) return;
  await rewrite(place, file, "#", (text) => writeMessage(withoutBlocks(text), mergeRecords(records)));
}

/** The block of the commit that is amended, where a new message has none. */
export async function amend(place: Place, file: string): Promise<void> {
  const [head] = await log(place.repository.root, ["HEAD"], { limit: 1 });
  const record = readMessage(head?.message ?? "").session;
  if (record) await rewrite(place, file, "", (text) => (isStamped(text) ? text : writeMessage(text, record)));
}

function isStamped(text: string): boolean {
  return gitTrailers(text).some((each) => each.key.toLowerCase() === "session-id");
}

/** What commits here carry anyway: of the session of this branch, if it goes on. */
async function ownRecord(place: Place): Promise<CheckpointRecord[]> {
  const { branch } = place.repository;
  const session = branch === undefined ? undefined : await findSession(place, branch);
  const phase = session?.state.context.state;
  if (!session || phase === "ended" || phase === "archived") return [];
  return [nextRecord((await carriedNow(place, session)).state)];
}

/** Changes the words of a message; comments below them stay. */
async function rewrite(
  place: Place,
  file: string,
  comment: string,
  change: (text: string) => string,
): Promise<void> {
  const [bytes, setting] = await Promise.all([
    readFile(file),
    ask(place.repository.root, ["config", "i18n.commitEncoding"]),
  ]);
  const encoding = /^(iso-?8859-1|latin-?1)$/i.test(setting.stdout.trim()) ? "latin1" : "utf8";
  const { text, below } = splitComments(bytes.toString(encoding), comment);
  if (text.trim() === "") return;
  const changed = change(text);
  if (changed === text) return;
  const message = below === "" ? changed : `${changed}\n${below}`;
  const written = Buffer.from(message, encoding);
  if (
    !bytes.equals(Buffer.from(bytes.toString(encoding), encoding)) ||
    written.toString(encoding) !== message
  )
    throw new Failure(
      "encoding",
      "the message is in an encoding that cannot be kept, so it is left as it is",
    );
  await writeFile(`${file}.session`, written);
  await rename(`${file}.session`, file);
}
