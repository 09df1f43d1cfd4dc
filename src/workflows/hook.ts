/** What git's hooks leave to the program: messages made of several, messages that lost theirs, branches that moved. */
import { readFileSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { log } from "../git/commits.ts";
import { nextRecord } from "../model/record.ts";
import type { CheckpointRecord } from "../model/session.ts";
import { splitComments, withoutBlocks } from "../model/trailers/edit.ts";
import { gitTrailers } from "../model/trailers/git.ts";
import { mergeRecords } from "../model/trailers/merge.ts";
import { readMessage } from "../model/trailers/read.ts";
import { writeMessage } from "../model/trailers/write.ts";
import { saveSession } from "../store/save.ts";
import type { LoadedSession } from "../store/state.ts";
import { withSession } from "./change.ts";
import type { Place } from "./place.ts";
import { findSession } from "./session.ts";

/** Longest wait for somebody who holds the session's lock, in milliseconds: git waits for us. */
const WAIT = 1500;

/** Looks again what the branch carries, and writes anew what hooks read. */
export async function refresh(place: Place): Promise<void> {
  const { branch } = place.repository;
  if (branch === undefined) return;
  await withSession(place, branch, (session, lock) => saveSession(session, session.state, [], lock), WAIT);
}

/** One block for the commit of a `git merge --squash`, out of those of the commits that it replaces. */
export async function squash(place: Place, file: string, comment: string): Promise<void> {
  const [squashed, session] = await Promise.all([
    readFile(path.join(place.repository.gitDir, "SQUASH_MSG"), "utf8"),
    activeSession(place),
  ]);
  const own = session === undefined ? [] : [nextRecord(session.state)];
  await rewrite(file, comment, (text) => {
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
    .flatMap((line) => line.split(" ")[1] ?? []);
  const commits = await log(root, ["--no-walk=unsorted", "HEAD", ...fixups]);
  const records = commits.flatMap((each) => readMessage(each.message).session ?? []);
  if (records.length === 0) return;
  await rewrite(file, "#", (text) => writeMessage(withoutBlocks(text), mergeRecords(records)));
}

/** The block of the commit that is amended, where a new message has none. */
export async function amend(place: Place, file: string, gitPid: number): Promise<void> {
  if (!isAmend(gitPid)) {
    const session = await activeSession(place);
    if (session) await stamp(file, nextRecord(session.state));
    return;
  }
  const [head] = await log(place.repository.root, ["HEAD"], { limit: 1 });
  const record: CheckpointRecord | null = readMessage(head?.message ?? "").session;
  if (record) await stamp(file, record);
}

async function stamp(file: string, record: CheckpointRecord): Promise<void> {
  await rewrite(file, "", (text) => (isStamped(text) ? text : writeMessage(text, record)));
}

function isStamped(text: string): boolean {
  return gitTrailers(text).some((each) => each.key.toLowerCase() === "session-id");
}

/** The session that commits here carry, if it goes on. */
async function activeSession(place: Place): Promise<LoadedSession | undefined> {
  const { branch } = place.repository;
  const session = branch === undefined ? undefined : await findSession(place, branch);
  const state = session?.state.context.state;
  return state === "active" || state === "paused" ? session : undefined;
}

/** Changes the words of a message; comments below them stay. */
async function rewrite(file: string, comment: string, change: (text: string) => string): Promise<void> {
  const { text, below } = splitComments(await readFile(file, "utf8"), comment);
  if (text.trim() === "") return;
  const changed = change(text);
  if (changed === text) return;
  await writeFile(`${file}.session`, below === "" ? changed : `${changed}\n${below}`);
  await rename(`${file}.session`, file);
}

/** The hook saw `--am` somewhere among git's arguments; here they are taken apart, where the system shows them. */
function isAmend(gitPid: number): boolean {
  try {
    const words = readFileSync(`/proc/${gitPid}/cmdline`, "utf8").split("\0");
    return words.includes("commit") ? words.some((each) => /^--am(e|en|end)?$/.test(each)) : true;
  } catch {
    return true;
  }
}
